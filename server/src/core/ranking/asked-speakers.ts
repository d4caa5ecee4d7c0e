import type { Line } from '../domain/description.ts';
import type { Passage } from '../domain/passage.ts';
import { isWeakWord } from '../language/stop-words.ts';
import { analyse } from '../language/tokenizer.ts';
import type { Question } from '../query/question-analysis.ts';
import { isLineInWindow } from './build-passages.ts';
import { matchesConcept } from './concept-match.ts';
import { toComparableText } from './query-filter.ts';
import { countOccurrences } from './term-features.ts';

/** Minimum number of characters of a part of a name that stands for the person: not the E of "PhD E". */
const MIN_NAME_PART_CHARS = 3;

/** "Speaker 2", as transcripts call people whose names are unknown; in the languages that have a locale. */
const SPEAKER_NUMBER =
  /(?:speaker|sprecher(?:in)?|locuteur|hablante|parlante|spreker|falante|спикер|说话人|发言人|話者)[\s_]*(?<number>\d+)/giu;

/** The people whose words a question asks for. */
export interface AskedSpeakers {
  readonly names: ReadonlySet<string>;
  /** Strong concepts that say what is asked, without the names. All of them if a question is a name alone. */
  readonly topic: readonly number[];
  /** Returns the concepts of the topic that one of these people says in a passage. */
  saidIn(passage: Passage): readonly number[];
  /** Returns the share of what is said in a passage that these people say, 0..1. */
  shareIn(passage: Passage): number;
}

/**
 * Returns the names of speakers that a question holds in full, else those of which it holds a part: "the professor", or the
 * letter or number that tells them apart, as in "What did F think?" of "PhD F" and "speaker 2" of "SPEAKER_02".
 */
export function findNamedSpeakers(
  text: string,
  speakers: Iterable<string>,
  language: string,
): ReadonlySet<string> {
  const questionText = toComparableText(text);
  const labels = findLabels(text, language);
  const full = new Set<string>();
  const partial = new Set<string>();
  const labelled = new Set<string>();
  for (const speaker of speakers) {
    const name = toComparableText(speaker);
    const parts = name.split(' ');
    const nameParts = parts.filter((part) => part.length >= MIN_NAME_PART_CHARS || !/^[a-z]/.test(part));
    const label = normaliseLabel(parts.at(-1) ?? '');
    if (labels.has(label)) labelled.add(speaker);
    if (name === '' || nameParts.length === 0) continue;
    if (countOccurrences(name, questionText) > 0) full.add(speaker);
    else if (nameParts.some((part) => countOccurrences(part, questionText) > 0)) partial.add(speaker);
  }
  if (full.size > 0) return full;
  return labelled.size > 0 ? labelled : partial;
}

/**
 * Returns the letters and numbers of a text that stand for a speaker: a capital letter beside a verb of questions ("did F
 * think", "sagt F"), and a number after a word such as "speaker".
 */
function findLabels(text: string, language: string): ReadonlySet<string> {
  const words = text.match(/[\p{L}\p{N}]+/gu) ?? [];
  const isVerb = (word = '') => isWeakWord(word.toLowerCase(), language);
  const letters = words.filter(
    (word, i) => /^\p{Lu}$/u.test(word) && i > 0 && (isVerb(words[i - 1]) || isVerb(words[i + 1])),
  );
  const numbers = [...text.matchAll(SPEAKER_NUMBER)].map(({ groups }) => groups?.number ?? '');
  return new Set([...letters, ...numbers].map(normaliseLabel));
}

function normaliseLabel(label: string): string {
  return label.toLowerCase().replace(/^0+(?=\d)/, '');
}

/** Finds the people among speakers whose words a question asks for. */
export function findAskedSpeakers(question: Question, speakers: ReadonlySet<string>): AskedSpeakers {
  const names = findNamedSpeakers(question.text, speakers, question.language);
  const nameTerms = new Set([...names].flatMap((name) => analyse(name, question.language).split(' ')));
  const topic = question.strong.filter((id) => !matchesConcept(question, id, nameTerms));
  if (names.size === 0 || topic.length === 0)
    return { names: new Set(), topic: question.strong, saidIn: () => [], shareIn: () => 0 };
  const saidIn = (passage: Passage) => {
    const lines = linesIn(passage).filter(({ speaker }) => speaker !== undefined && names.has(speaker));
    const terms = new Set(lines.flatMap(({ text, language }) => analyse(text, language).split(' ')));
    return terms.size === 0 ? [] : topic.filter((id) => matchesConcept(question, id, terms));
  };
  const shareIn = (passage: Passage) => {
    const lines = linesIn(passage).filter(({ speaker }) => speaker !== undefined);
    const own = lines.filter(({ speaker = '' }) => names.has(speaker));
    return countChars(own) / Math.max(1, countChars(lines));
  };
  return { names, topic, saidIn, shareIn };
}

function linesIn(passage: Passage): readonly Line[] {
  return passage.lines.filter((line) => isLineInWindow(line, passage));
}

function countChars(lines: readonly Line[]): number {
  return lines.reduce((sum, { text }) => sum + text.length, 0);
}

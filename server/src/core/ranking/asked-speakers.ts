import type { Passage } from '../domain/passage.ts';
import { analyse } from '../language/tokenizer.ts';
import type { Question } from '../query/question-analysis.ts';
import { isLineInWindow } from './build-passages.ts';
import { matchesConcept } from './concept-match.ts';
import { toComparableText } from './query-filter.ts';
import { countOccurrences } from './term-features.ts';

/** Minimum number of characters of a part of a name that stands for the person: not the E of "PhD E". */
const MIN_NAME_PART_CHARS = 3;

/** The people whose words a question asks for. */
export interface AskedSpeakers {
  readonly names: ReadonlySet<string>;
  /** Strong concepts that say what is asked, without the names. All of them if a question is a name alone. */
  readonly topic: readonly number[];
  /** Returns the concepts of the topic that one of these people says in a passage. */
  saidIn(passage: Passage): readonly number[];
}

/** Returns the names of speakers that a question holds in full, else those of which it holds a part: "the professor". */
export function findNamedSpeakers(text: string, speakers: Iterable<string>): ReadonlySet<string> {
  const questionText = toComparableText(text);
  const full = new Set<string>();
  const partial = new Set<string>();
  for (const speaker of speakers) {
    const name = toComparableText(speaker);
    const parts = name
      .split(' ')
      .filter((part) => part.length >= MIN_NAME_PART_CHARS || !/^[a-z]/.test(part));
    if (name === '' || parts.length === 0) continue;
    if (countOccurrences(name, questionText) > 0) full.add(speaker);
    else if (parts.some((part) => countOccurrences(part, questionText) > 0)) partial.add(speaker);
  }
  return full.size > 0 ? full : partial;
}

/** Finds the people among the speakers of passages whose words a question asks for. */
export function findAskedSpeakers(question: Question, passages: readonly Passage[]): AskedSpeakers {
  const speakers = new Set(passages.flatMap(({ lines }) => lines.flatMap(({ speaker }) => speaker ?? [])));
  const names = findNamedSpeakers(question.text, speakers);
  const nameTerms = new Set([...names].flatMap((name) => analyse(name, question.language).split(' ')));
  const topic = question.strong.filter((id) => !matchesConcept(question, id, nameTerms));
  if (names.size === 0 || topic.length === 0)
    return { names: new Set(), topic: question.strong, saidIn: () => [] };
  const saidIn = (passage: Passage) => {
    const lines = passage.lines.filter(
      (line) => line.speaker !== undefined && names.has(line.speaker) && isLineInWindow(line, passage),
    );
    const terms = new Set(lines.flatMap(({ text, language }) => analyse(text, language).split(' ')));
    return terms.size === 0 ? [] : topic.filter((id) => matchesConcept(question, id, terms));
  };
  return { names, topic, saidIn };
}

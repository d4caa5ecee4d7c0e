import type { Line } from '../domain/description.ts';
import { overlapMs } from '../domain/time-range.ts';
import { isCueLine } from '../language/lines.ts';
import { type Sentence, splitSentences } from '../language/sentence-splitter.ts';
import { analyse } from '../language/tokenizer.ts';
import type { Question } from '../query/question-analysis.ts';
import { matchesConcept } from '../ranking/concept-match.ts';

/** A sentence that contains what a question asks the occurrences of. */
export interface Mention {
  readonly sentence: Sentence;
  /** How often the sentence contains it, at least 1. */
  readonly count: number;
}

/** Counts a concept in the terms of a sentence: as itself, or as often as all parts of its compound. */
function countConcept(question: Question, id: number, terms: readonly string[]): number {
  const { terms: conceptTerms = [], parts = [] } = question.concepts[id] ?? {};
  const countTerm = (wanted: string) => terms.filter((term) => term === wanted).length;
  const whole = terms.filter((term) => conceptTerms.includes(term)).length;
  return Math.max(whole, parts.length > 0 ? Math.min(...parts.map(countTerm)) : 0);
}

/**
 * Counts the mentions in one sentence; 0 if it lacks one of the question's key terms. The name of its speaker stands
 * for a term only beside another that is said: "list what Ana says about rice" needs "rice" in Ana's sentence, and
 * "how often is Ana mentioned" is not about what she says.
 */
function countMentions(question: Question, { text, language, speaker }: Sentence): number {
  const terms = analyse(text, language).split(' ');
  const speakerTerms = new Set(analyse(speaker ?? '', language).split(' '));
  const counts = question.strong.map((id) => ({ id, count: countConcept(question, id, terms) }));
  const said = counts.filter(({ count }) => count > 0);
  const isComplete = counts.every(({ id, count }) => count > 0 || matchesConcept(question, id, speakerTerms));
  return said.length > 0 && isComplete ? Math.min(...said.map(({ count }) => count)) : 0;
}

/**
 * Finds the sentences that contain all key terms of a question, in time order, each moment once: a sentence that another
 * track says at the same time, and a slide or caption shown while it is said, is the same moment. Titles, measured facts
 * and frames mention nothing.
 */
export function findMentions(question: Question, lines: readonly Line[]): readonly Mention[] {
  const textLines = lines.filter(({ kind }) => kind !== 'facts' && kind !== 'title' && kind !== 'frame');
  const cueSentences = splitSentences(textLines.filter(isCueLine));
  const lastingSentences = splitSentences(textLines.filter((line) => !isCueLine(line)));
  const mentions: Mention[] = [];
  for (const sentence of [...cueSentences, ...lastingSentences]) {
    const count = countMentions(question, sentence);
    const isLasting = lastingSentences.includes(sentence);
    const isSameMoment = mentions.some(
      ({ sentence: other }) =>
        overlapMs(other, sentence) > 0 &&
        (isLasting || other.source !== sentence.source || other.kind !== sentence.kind),
    );
    if (count > 0 && !isSameMoment) mentions.push({ sentence, count });
  }
  return mentions.sort((a, b) => a.sentence.startMs - b.sentence.startMs);
}

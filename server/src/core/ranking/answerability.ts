import type { Question } from '../query/question-analysis.ts';
import type { ScoredPassage } from './bm25-rescore.ts';

/** Minimum support for an answer; measured on questions about other videos. */
export const MIN_ANSWER_SUPPORT = 0.75;
const PAIR_SUPPORT = 0.5;

/** Returns how much of the question a hit covers, 0..1.5. */
export function supportScore(hit: Pick<ScoredPassage, 'termCoverage' | 'hasTermPair'>): number {
  return hit.termCoverage + (hit.hasTermPair ? PAIR_SUPPORT : 0);
}

/** Returns the highest support a question can reach. A pair needs two words. */
function maxSupportScore(question: Pick<Question, 'order'>): number {
  return question.order.length > 1 ? 1 + PAIR_SUPPORT : 1;
}

/** Returns how well a hit covers the question by words or meaning, 0..1. */
export function confidence(question: Pick<Question, 'order'>, hit: TermSupport): number {
  return Math.max(
    Math.min(1, supportScore(hit) / maxSupportScore(question)),
    hit.semanticMatch?.strength ?? 0,
  );
}

type TermSupport = Pick<ScoredPassage, 'termCoverage' | 'hasTermPair' | 'semanticMatch'>;

/** Returns whether a single hit is too weak for an answer. */
export function isLowConfidence(hit: TermSupport): boolean {
  return supportScore(hit) < MIN_ANSWER_SUPPORT && hit.semanticMatch?.answerable !== true;
}

/** Returns whether hits, best first, can answer the question: by the meaning or the words of the best one. */
export function isAnswerable([best]: readonly Pick<
  ScoredPassage,
  'answerOdds' | 'semanticMatch'
>[]): boolean {
  return best !== undefined && (best.semanticMatch?.answerable === true || best.answerOdds >= 0);
}

import type { Question } from '../query/question-analysis.ts';
import type { ScoredPassage } from './bm25-rescore.ts';

/** Below this the evidence is too thin to answer from; measured on questions about other videos. */
export const MIN_ANSWER_SUPPORT = 0.75;
const PAIR_SUPPORT = 0.5;

/** 0..1.5: how much of the question a hit holds. */
export function supportScore(hit: Pick<ScoredPassage, 'termCoverage' | 'hasTermPair'>): number {
  return hit.termCoverage + (hit.hasTermPair ? PAIR_SUPPORT : 0);
}

/** The highest support that a question can reach: a pair needs two words. */
function maxSupportScore(question: Pick<Question, 'order'>): number {
  return question.order.length > 1 ? 1 + PAIR_SUPPORT : 1;
}

/** 0..1: how much of the question a hit holds, by its words or by what it means. */
export function confidence(question: Pick<Question, 'order'>, hit: TermSupport): number {
  return Math.max(
    Math.min(1, supportScore(hit) / maxSupportScore(question)),
    hit.semanticMatch?.strength ?? 0,
  );
}

type TermSupport = Pick<ScoredPassage, 'termCoverage' | 'hasTermPair' | 'semanticMatch'>;

/** True where a hit alone is too thin for an answer. */
export function isLowConfidence(hit: TermSupport): boolean {
  return supportScore(hit) < MIN_ANSWER_SUPPORT && hit.semanticMatch?.answerable !== true;
}

/** True where the hits, best first, answer a question at all: the best one's meaning or words, and a pair in any of three. */
export function isAnswerable(hits: readonly TermSupport[]): boolean {
  const [best] = hits;
  if (best?.semanticMatch?.answerable) return true;
  return (
    best !== undefined &&
    supportScore({
      termCoverage: best.termCoverage,
      hasTermPair: hits.slice(0, 3).some(({ hasTermPair }) => hasTermPair),
    }) >= MIN_ANSWER_SUPPORT
  );
}

import type { Question } from './question.ts';
import type { Scored } from './rescore.ts';

/** Below this the evidence is too thin to answer from; measured on questions about other videos. */
export const ENOUGH = 0.75;
const PAIR = 0.5;

/** 0..1.5: how much of the question a hit holds. */
export function support(hit: Pick<Scored, 'share' | 'pair'>): number {
  return hit.share + (hit.pair ? PAIR : 0);
}

/** The highest support that a question can reach: a pair needs two words. */
export function mostSupport(question: Pick<Question, 'order'>): number {
  return question.order.length > 1 ? 1 + PAIR : 1;
}

/** 0..1: how much of the question a hit holds, by its words or by what it means. */
export function confidence(question: Pick<Question, 'order'>, hit: Held): number {
  return Math.max(Math.min(1, support(hit) / mostSupport(question)), hit.meaning?.strength ?? 0);
}

type Held = Pick<Scored, 'share' | 'pair' | 'meaning'>;

/** True where a hit alone is too thin for an answer. */
export function isWeak(hit: Held): boolean {
  return support(hit) < ENOUGH && hit.meaning?.sure !== true;
}

/** True where the hits, best first, answer a question at all: the best one's meaning or words, and a pair in any of three. */
export function answers(hits: readonly Held[]): boolean {
  const [best] = hits;
  if (best?.meaning?.sure) return true;
  return (
    best !== undefined &&
    support({ share: best.share, pair: hits.slice(0, 3).some(({ pair }) => pair) }) >= ENOUGH
  );
}

import type { Scored } from './rescore.ts';

/** Below this the evidence is too thin to answer from; measured on questions about other videos. */
export const ENOUGH = 0.75;
const PAIR = 0.5;

/** 0..1.5: how much of the question a hit holds. */
export function support(hit: Pick<Scored, 'share' | 'pair'>): number {
  return hit.share + (hit.pair ? PAIR : 0);
}

/** True where a hit alone is too thin for an answer. */
export function isWeak(hit: Pick<Scored, 'share' | 'pair'>): boolean {
  return support(hit) < ENOUGH;
}

/** True where the hits, best first, answer a question at all: the best one's words, and a pair in any of three. */
export function answers(hits: readonly Pick<Scored, 'share' | 'pair'>[]): boolean {
  const [best] = hits;
  return (
    best !== undefined &&
    support({ share: best.share, pair: hits.slice(0, 3).some(({ pair }) => pair) }) >= ENOUGH
  );
}

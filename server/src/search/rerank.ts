import { overlapMs } from '../core/domain/time-range.ts';
import { toModelRevision } from '../core/domain/vector.ts';
import { MAX_HIT_MS } from '../core/ranking/best-span.ts';
import type { HitPlace } from '../core/ranking/merge-overlapping.ts';
import type { Reranker } from '../ports/reranker.ts';
import { createModelCallCache } from './model-call-cache.ts';

/** Maximum number of places a fast reranker reads; each costs a model run. */
export const MAX_RERANKED_PLACES = 30;
/**
 * Minimum number of places, however slow the reranker. If it is not done in time, its result counts from the
 * next identical query.
 */
const MIN_RERANKED_PLACES = 5;
/** Share of the timeout that is planned for, because speed varies. */
const MAX_TIMEOUT_SHARE = 0.8;
/** Weight of the reranker's score relative to the search score. */
const RERANK_WEIGHT = 0.5;
/** Maximum number of characters per place. */
const MAX_PLACE_CHARS = 1_500;

export type Rerank = (
  question: string,
  places: readonly HitPlace[],
  timeoutMs: number,
  signal: AbortSignal,
) => Promise<readonly HitPlace[]>;

/** Returns the text in and around a place. */
function toRerankText({ window, startMs, endMs, evidence }: HitPlace): string {
  const nearRange = { startMs: startMs - MAX_HIT_MS / 2, endMs: endMs + MAX_HIT_MS / 2 };
  const nearbyLines = window.lines.filter((line) => line.kind !== 'frame' && overlapMs(line, nearRange) > 0);
  const lines = nearbyLines.length > 0 ? nearbyLines : evidence;
  const text = lines
    .map(({ speaker, text }) => (speaker ? `${speaker}: ${text}` : text))
    .join('\n')
    .slice(0, MAX_PLACE_CHARS)
    .toWellFormed();
  // Hosts reject a whole request because of one empty text.
  return text.trim() === '' ? '-' : text;
}

/**
 * Creates a reranker that orders the best places by the combination of both scores. It reads as many as the
 * model is expected to finish in time (about a dozen in an answer's 3 s on a CPU). Places stay in order if it
 * is not done in time. The result is undefined if no reranker is selected. `now` is a monotonic clock in ms.
 */
export function createRerank(
  reranker: () => Reranker | undefined,
  log: (message: string) => void,
  now: () => number = () => performance.now(),
): () => Rerank | undefined {
  const modelCalls = createModelCallCache('reranker', log);
  /** Last measured time per place for each model, in ms. */
  const msPerPlace = new WeakMap<Reranker, number>();

  async function rank(model: Reranker, question: string, texts: readonly string[]) {
    const start = now();
    const scores = await model.rank(question, texts, new AbortController().signal);
    msPerPlace.set(model, (now() - start) / texts.length);
    return scores;
  }

  const rerankWith =
    (model: Reranker): Rerank =>
    async (question, places, timeoutMs, signal) => {
      const [best] = places;
      if (!best || places.length < 2) return places;
      const affordablePlaces = Math.floor((MAX_TIMEOUT_SHARE * timeoutMs) / (msPerPlace.get(model) ?? 0));
      const texts = places
        .slice(0, Math.min(MAX_RERANKED_PLACES, Math.max(MIN_RERANKED_PLACES, affordablePlaces)))
        .map(toRerankText);
      const name = [toModelRevision(model), question, ...texts].join('\n');
      const scores = await modelCalls.call(name, () => rank(model, question, texts), timeoutMs, signal);
      if (!scores) return places;
      const topScore = Math.max(1e-9, best.score);
      return places
        .map((place, index) => ({
          ...place,
          score: (1 - RERANK_WEIGHT) * (place.score / topScore) + RERANK_WEIGHT * (scores[index] ?? 0),
        }))
        .sort((a, b) => b.score - a.score);
    };
  return () => {
    const model = reranker();
    return model && rerankWith(model);
  };
}

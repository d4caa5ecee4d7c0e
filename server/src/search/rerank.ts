import { overlapMs } from '../core/domain/time-range.ts';
import { toModelRevision } from '../core/domain/vector.ts';
import { MAX_HIT_MS } from '../core/ranking/best-span.ts';
import type { HitPlace } from '../core/ranking/merge-overlapping.ts';
import type { Reranker } from '../ports/reranker.ts';
import { createModelCallCache } from './model-call-cache.ts';

/** Places that a reranker reads where it is quick; each is a run of the model. */
export const MAX_RERANKED_PLACES = 30;
/**
 * Places that it reads however slow it is. Where even these are not read in time, they count from the second time that
 * the same is asked.
 */
const MIN_RERANKED_PLACES = 5;
/** Of the time that is waited: a pace varies. */
const MAX_TIMEOUT_SHARE = 0.8;
/** How much it counts beside what found them. */
const RERANK_WEIGHT = 0.5;
/** Characters that it is given of a place. */
const MAX_PLACE_CHARS = 1_500;

export type Rerank = (
  question: string,
  places: readonly HitPlace[],
  timeoutMs: number,
  signal: AbortSignal,
) => Promise<readonly HitPlace[]>;

/** What is told in and about a place. */
function toRerankText({ window, startMs, endMs, evidence }: HitPlace): string {
  const nearRange = { startMs: startMs - MAX_HIT_MS / 2, endMs: endMs + MAX_HIT_MS / 2 };
  const nearbyLines = window.lines.filter((line) => line.kind !== 'frame' && overlapMs(line, nearRange) > 0);
  const lines = nearbyLines.length > 0 ? nearbyLines : evidence;
  const text = lines
    .map(({ speaker, text }) => (speaker ? `${speaker}: ${text}` : text))
    .join('\n')
    .slice(0, MAX_PLACE_CHARS)
    .toWellFormed();
  // Hosts refuse a whole request for one empty text.
  return text.trim() === '' ? '-' : text;
}

/**
 * Has the best places read beside the question, as many of them as the model will have read in time by its pace so far
 * (on a CPU a dozen in an answer's 3 s), and puts them in the order of both scores; as they were where it is not
 * done in time. Gives undefined where none is in use. `now` tells milliseconds since whenever.
 */
export function createRerank(
  reranker: () => Reranker | undefined,
  log: (message: string) => void,
  now: () => number = () => performance.now(),
): () => Rerank | undefined {
  const modelCalls = createModelCallCache('reranker', log);
  /** How long each model took for a place, ms, the last time. */
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

import { LONGEST_HIT_MS } from '../core/moment.ts';
import { overlapMs } from '../core/range.ts';
import type { Place } from '../core/spread.ts';
import { modelOf } from '../core/vector.ts';
import type { Reranker } from '../ports/reranker.ts';
import { createPatient } from './patient.ts';

/** Places that a reranker reads where it is quick; each is a run of the model. */
export const RERANKED = 30;
/**
 * Places that it reads however slow it is. Where even these are not read in time, they count from the second time that
 * the same is asked.
 */
const FEWEST = 5;
/** Of the time that is waited: a pace varies. */
const MOST_WAITED = 0.8;
/** How much it counts beside what found them. */
const WEIGHT = 0.5;
/** Characters that it is given of a place. */
const MOST_CHARACTERS = 1_500;

export type Rerank = (
  question: string,
  places: readonly Place[],
  patienceMs: number,
  signal: AbortSignal,
) => Promise<readonly Place[]>;

/** What is told in and about a place. */
function textOf({ window, startMs, endMs, evidence }: Place): string {
  const near = { startMs: startMs - LONGEST_HIT_MS / 2, endMs: endMs + LONGEST_HIT_MS / 2 };
  const told = window.lines.filter((line) => line.kind !== 'frame' && overlapMs(line, near) > 0);
  const lines = told.length > 0 ? told : evidence;
  const text = lines
    .map(({ speaker, text }) => (speaker ? `${speaker}: ${text}` : text))
    .join('\n')
    .slice(0, MOST_CHARACTERS)
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
  const patient = createPatient('reranker', log);
  /** How long each model took for a place, ms, the last time. */
  const paces = new WeakMap<Reranker, number>();

  async function rank(model: Reranker, question: string, read: readonly string[]) {
    const start = now();
    const scores = await model.rank(question, read, new AbortController().signal);
    paces.set(model, (now() - start) / read.length);
    return scores;
  }

  const rerankWith =
    (model: Reranker): Rerank =>
    async (question, places, patienceMs, signal) => {
      const [best] = places;
      if (!best || places.length < 2) return places;
      const inTime = Math.floor((MOST_WAITED * patienceMs) / (paces.get(model) ?? 0));
      const read = places.slice(0, Math.min(RERANKED, Math.max(FEWEST, inTime))).map(textOf);
      const name = [modelOf(model), question, ...read].join('\n');
      const scores = await patient.ask(name, () => rank(model, question, read), patienceMs, signal);
      if (!scores) return places;
      const top = Math.max(1e-9, best.score);
      return places
        .map((place, at) => ({
          ...place,
          score: (1 - WEIGHT) * (place.score / top) + WEIGHT * (scores[at] ?? 0),
        }))
        .sort((a, b) => b.score - a.score);
    };
  return () => {
    const model = reranker();
    return model && rerankWith(model);
  };
}

import { LONGEST_HIT_MS } from '../core/moment.ts';
import { overlapMs } from '../core/range.ts';
import type { Place } from '../core/spread.ts';
import { modelOf } from '../core/vector.ts';
import type { Reranker } from '../ports/reranker.ts';
import { createPatient } from './patient.ts';

/** Places that a reranker reads; each is a run of the model. */
export const RERANKED = 30;
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
 * Has the best places read beside the question and puts them in the order of both scores; as they were where the model
 * is not done in time. Gives undefined where none is in use.
 */
export function createRerank(
  reranker: () => Reranker | undefined,
  log: (message: string) => void,
): () => Rerank | undefined {
  const patient = createPatient('reranker', log);
  const rerankWith =
    (model: Reranker): Rerank =>
    async (question, places, patienceMs, signal) => {
      const [best] = places;
      if (!best || places.length < 2) return places;
      const read = places.slice(0, RERANKED).map(textOf);
      const name = [modelOf(model), question, ...read].join('\n');
      const work = () => model.rank(question, read, new AbortController().signal);
      const scores = await patient.ask(name, work, patienceMs, signal);
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

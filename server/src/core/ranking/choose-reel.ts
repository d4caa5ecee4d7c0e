import { toLineMoments } from '../domain/line-moments.ts';
import type { Hit } from '../domain/search-result.ts';
import type { Ms, TimeRange, Uri } from '../domain/time-range.ts';

/** A hit and what is known of its video. */
export interface ReelCandidate {
  readonly hit: Pick<Hit, 'uri' | 'startMs' | 'endMs' | 'evidence'>;
  /** Milliseconds since 1970. */
  readonly recordedMs: number;
  readonly durationMs: Ms;
}

export interface ReelMoment extends TimeRange {
  readonly uri: Uri;
  readonly text: string;
}

/** Silence kept before and after the words, so that none is cut. */
const PAD_MS = 400;
/** One moment takes at most this share of the reel, within limits. */
const MAX_SHARE = 0.25;
const MIN_CAP_MS = 6_000;
const MAX_CAP_MS = 20_000;
/** Moments with a smaller gap are one: a cut there would only disturb. */
const MAX_GAP_MS = 1_000;

interface PlacedMoment extends ReelMoment {
  readonly recordedMs: number;
}

/** Returns the lines of a hit that match, with silence around them, and at most as long as the cap. */
function toMoment({ hit, recordedMs, durationMs }: ReelCandidate, capMs: Ms): PlacedMoment {
  const lines = toLineMoments(hit);
  const startMs = Math.max(0, Math.min(...lines.map((line) => line.startMs)) - PAD_MS);
  const lastMs = Math.max(...lines.map((line) => line.endMs)) + PAD_MS;
  const endMs = Math.min(lastMs, startMs + capMs, durationMs);
  return { uri: hit.uri, startMs, endMs, text: lines[0]?.text ?? '', recordedMs };
}

const lengthOf = ({ startMs, endMs }: TimeRange) => endMs - startMs;

/** Returns a moment joined with those that it touches, and the others. */
function join(moment: PlacedMoment, chosen: readonly PlacedMoment[]) {
  const touches = (other: PlacedMoment) =>
    other.uri === moment.uri &&
    other.startMs <= moment.endMs + MAX_GAP_MS &&
    moment.startMs <= other.endMs + MAX_GAP_MS;
  const touching = chosen.filter(touches);
  const joined = {
    ...(touching[0] ?? moment),
    startMs: Math.min(moment.startMs, ...touching.map(({ startMs }) => startMs)),
    endMs: Math.max(moment.endMs, ...touching.map(({ endMs }) => endMs)),
  };
  return [...chosen.filter((other) => !touches(other)), joined];
}

/**
 * Chooses the best moments whose total length is at most `lengthMs`, and returns them in the order in which they were
 * recorded. `candidates` are ordered by rank. A moment that does not fit is left out, and a shorter one may take its
 * place; only if none fits, the best one is cut.
 */
export function chooseReel(candidates: readonly ReelCandidate[], lengthMs: Ms): readonly ReelMoment[] {
  const capMs = Math.min(MAX_CAP_MS, Math.max(MIN_CAP_MS, lengthMs * MAX_SHARE));
  const moments = candidates
    .map((candidate) => toMoment(candidate, capMs))
    .filter((moment) => lengthOf(moment) > 0);
  let chosen: readonly PlacedMoment[] = [];
  for (const moment of moments) {
    const extended = join(moment, chosen);
    if (extended.reduce((sum, each) => sum + lengthOf(each), 0) <= lengthMs) chosen = extended;
  }
  const [best] = moments;
  if (chosen.length === 0 && best) chosen = [{ ...best, endMs: best.startMs + lengthMs }];
  return chosen
    .toSorted(
      (a, b) =>
        a.recordedMs - b.recordedMs || (a.uri < b.uri ? -1 : a.uri > b.uri ? 1 : a.startMs - b.startMs),
    )
    .map(({ recordedMs: _, ...moment }) => moment);
}

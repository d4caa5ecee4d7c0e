import type { Ms, TimeRange } from '../domain/time-range.ts';

/** Speech that is described by one print, ms: enough to know a voice, and rarely of two. */
const PART_MS: Ms = 1600;
/** A shorter rest is added to the part before it, ms. */
const MIN_PART_MS: Ms = 800;
/** After a longer pause somebody else may speak, ms. */
const MAX_PAUSE_MS: Ms = 1000;

const lengthOf = (ranges: readonly TimeRange[]): Ms =>
  ranges.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);

/** Splits a range into equal pieces of about the length of a part. */
function splitRange({ startMs, endMs }: TimeRange): readonly TimeRange[] {
  const count = Math.max(1, Math.round((endMs - startMs) / PART_MS));
  const pieceMs = (endMs - startMs) / count;
  return Array.from({ length: count }, (_, i) => ({
    startMs: startMs + i * pieceMs,
    endMs: startMs + (i + 1) * pieceMs,
  }));
}

/**
 * Splits the speech of one speaker of a window into parts of about 1.6 s, because a segmentation takes similar voices
 * for one speaker. A part may consist of several ranges.
 */
export function splitTurns(ranges: readonly TimeRange[]): readonly (readonly TimeRange[])[] {
  const parts: TimeRange[][] = [];
  for (const piece of ranges.flatMap(splitRange)) {
    const last = parts.at(-1);
    const pauseMs = piece.startMs - (last?.at(-1)?.endMs ?? 0);
    const isFull = last !== undefined && lengthOf([...last, piece]) > PART_MS + MIN_PART_MS;
    const isApart = last !== undefined && pauseMs > MAX_PAUSE_MS;
    const isShort = last !== undefined && Math.min(lengthOf(last), lengthOf([piece])) < MIN_PART_MS;
    if (last && !isFull && !isApart && isShort) last.push(piece);
    else parts.push([piece]);
  }
  return parts;
}

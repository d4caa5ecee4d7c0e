import type { Ms, TimeRange, Uri } from '../../../protocol/base.ts';

export type { Ms, TimeRange, Uri };

/** Returns the overlap of two ranges in ms; 0 if they only touch. */
export function overlapMs(a: TimeRange, b: TimeRange): Ms {
  return Math.max(0, Math.min(a.endMs, b.endMs) - Math.max(a.startMs, b.startMs));
}

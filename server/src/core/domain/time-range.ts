import type { Ms, TimeRange, Uri } from '../../../protocol/base.ts';

export type { Ms, TimeRange, Uri };

/** Milliseconds that two ranges share; 0 where they only touch. */
export function overlapMs(a: TimeRange, b: TimeRange): Ms {
  return Math.max(0, Math.min(a.endMs, b.endMs) - Math.max(a.startMs, b.startMs));
}

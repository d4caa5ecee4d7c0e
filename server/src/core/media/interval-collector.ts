import type { Ms, TimeRange } from '../domain/time-range.ts';

/**
 * Collects ranges in which a condition holds, from frames in time order. Drops ranges shorter than `minMs`.
 */
export function createIntervalCollector(minMs: Ms): {
  add(timeMs: Ms, holds: boolean): void;
  finish(endMs: Ms): readonly TimeRange[];
} {
  const ranges: TimeRange[] = [];
  let startMs: Ms | undefined;
  const endInterval = (endMs: Ms): void => {
    if (startMs !== undefined && endMs - startMs >= minMs) ranges.push({ startMs, endMs });
    startMs = undefined;
  };
  return {
    add(timeMs, holds) {
      if (!holds) endInterval(timeMs);
      else startMs ??= timeMs;
    },
    finish(endMs) {
      endInterval(endMs);
      return ranges;
    },
  };
}

/** Returns the parts of sorted `ranges` that lie within `bounds`. */
export function intersectRanges(ranges: readonly TimeRange[], bounds: TimeRange): readonly TimeRange[] {
  return ranges
    .filter((range) => range.startMs < bounds.endMs && range.endMs > bounds.startMs)
    .map((range) => ({
      startMs: Math.max(range.startMs, bounds.startMs),
      endMs: Math.min(range.endMs, bounds.endMs),
    }));
}

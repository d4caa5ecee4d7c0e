import type { Ms, TimeRange } from '../domain/time-range.ts';

/** Gathers ranges in which something holds, from frames in time order, keeping those of at least `leastMs`. */
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

/** The parts of `ranges` (in time order) that lie in `within`. */
export function intersectRanges(ranges: readonly TimeRange[], bounds: TimeRange): readonly TimeRange[] {
  return ranges
    .filter((range) => range.startMs < bounds.endMs && range.endMs > bounds.startMs)
    .map((range) => ({
      startMs: Math.max(range.startMs, bounds.startMs),
      endMs: Math.min(range.endMs, bounds.endMs),
    }));
}

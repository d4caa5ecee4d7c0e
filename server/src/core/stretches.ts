import type { Ms, TimeRange } from './range.ts';

/** Gathers ranges in which something holds, from frames in time order, keeping those of at least `leastMs`. */
export function createStretches(leastMs: Ms): {
  add(timeMs: Ms, holds: boolean): void;
  finish(endMs: Ms): readonly TimeRange[];
} {
  const ranges: TimeRange[] = [];
  let startMs: Ms | undefined;
  const close = (endMs: Ms): void => {
    if (startMs !== undefined && endMs - startMs >= leastMs) ranges.push({ startMs, endMs });
    startMs = undefined;
  };
  return {
    add(timeMs, holds) {
      if (!holds) close(timeMs);
      else startMs ??= timeMs;
    },
    finish(endMs) {
      close(endMs);
      return ranges;
    },
  };
}

/** The parts of `ranges` (in time order) that lie in `within`. */
export function clipRanges(ranges: readonly TimeRange[], within: TimeRange): readonly TimeRange[] {
  return ranges
    .filter((range) => range.startMs < within.endMs && range.endMs > within.startMs)
    .map((range) => ({
      startMs: Math.max(range.startMs, within.startMs),
      endMs: Math.min(range.endMs, within.endMs),
    }));
}

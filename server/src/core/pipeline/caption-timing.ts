/** Milliseconds that a clip took on this machine, by the recipe it was captioned under. */
export type CaptionTimings = Readonly<Record<string, number>>;

/** Recipes that a time is kept of. */
const MAX_TIMINGS = 20;

/** `paces` with one told anew; the one told longest ago goes where there are too many. */
export function withCaptionTiming(timings: CaptionTimings, recipe: string, clipMs: number): CaptionTimings {
  const { [recipe]: _previous, ...others } = timings;
  return Object.fromEntries([...Object.entries(others), [recipe, clipMs] as const].slice(-MAX_TIMINGS));
}

/** The mean of what clips took, without the longest: that one may have waited for its model to load. */
export function meanClipMs(clipMs: readonly number[]): number | undefined {
  if (clipMs.length === 0) return undefined;
  const withoutLongest = clipMs.length > 1 ? clipMs.toSorted((a, b) => a - b).slice(0, -1) : clipMs;
  return withoutLongest.reduce((sum, ms) => sum + ms, 0) / withoutLongest.length;
}

/** Maps a caption recipe to the time per clip on this machine, in ms. */
export type CaptionTimings = Readonly<Record<string, number>>;

/** Maximum number of recipes with stored timings. */
const MAX_TIMINGS = 20;

/** Adds or updates a timing. Drops the least recently updated one if there are too many. */
export function withCaptionTiming(timings: CaptionTimings, recipe: string, clipMs: number): CaptionTimings {
  const { [recipe]: _previous, ...others } = timings;
  return Object.fromEntries([...Object.entries(others), [recipe, clipMs] as const].slice(-MAX_TIMINGS));
}

/**
 * Returns the mean time per clip without the longest, which may include loading the model. Returns undefined
 * for [].
 */
export function meanClipMs(clipMs: readonly number[]): number | undefined {
  if (clipMs.length === 0) return undefined;
  const withoutLongest = clipMs.length > 1 ? clipMs.toSorted((a, b) => a - b).slice(0, -1) : clipMs;
  return withoutLongest.reduce((sum, ms) => sum + ms, 0) / withoutLongest.length;
}

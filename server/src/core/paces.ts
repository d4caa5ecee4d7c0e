/** Milliseconds that a clip took on this machine, by the recipe it was captioned under. */
export type Paces = Readonly<Record<string, number>>;

/** Recipes that a time is kept of. */
const MOST = 20;

/** `paces` with one told anew; the one told longest ago goes where there are too many. */
export function withPace(paces: Paces, recipe: string, clipMs: number): Paces {
  const { [recipe]: _before, ...others } = paces;
  return Object.fromEntries([...Object.entries(others), [recipe, clipMs] as const].slice(-MOST));
}

/** The mean of what clips took, without the longest: that one may have waited for its model to load. */
export function meanPace(clipMs: readonly number[]): number | undefined {
  if (clipMs.length === 0) return undefined;
  const kept = clipMs.length > 1 ? clipMs.toSorted((a, b) => a - b).slice(0, -1) : clipMs;
  return kept.reduce((sum, ms) => sum + ms, 0) / kept.length;
}

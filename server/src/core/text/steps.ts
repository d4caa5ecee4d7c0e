/** A generator that yields from time to time, so that long work does not block the event loop. */
export type Steps<T> = Generator<undefined, T, undefined>;

/** Number of items processed between two yields, which takes less than a few ms. */
export const ITEMS_PER_STEP = 256;

/** Maps a list in steps. */
export function* mapInSteps<T, U>(list: readonly T[], map: (item: T, at: number) => U): Steps<U[]> {
  const results: U[] = [];
  for (const [at, item] of list.entries()) {
    if (at % ITEMS_PER_STEP === 0) yield;
    results.push(map(item, at));
  }
  return results;
}

/** Runs a step generator to its end. */
export function runSteps<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

import { createYielder } from './yield-to-event-loop.ts';

/** Runs a generator to its end and returns to the event loop every few ms. */
export async function runInSlices<T>(
  steps: Generator<undefined, T, undefined>,
  signal: AbortSignal,
): Promise<T> {
  const { isDue, yieldNow } = createYielder(signal);
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
    if (isDue()) await yieldNow();
  }
}

import { yieldToEventLoop } from './yield-to-event-loop.ts';

/** Maximum duration of work between two turns of the event loop, in ms. */
const SLICE_MS = 8;

/** Runs a generator to its end in slices, so that other work on the event loop waits only a few ms. */
export async function runInSlices<T>(
  steps: Generator<undefined, T, undefined>,
  signal: AbortSignal,
): Promise<T> {
  let until = performance.now() + SLICE_MS;
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
    if (performance.now() < until) continue;
    await yieldToEventLoop();
    signal.throwIfAborted();
    until = performance.now() + SLICE_MS;
  }
}

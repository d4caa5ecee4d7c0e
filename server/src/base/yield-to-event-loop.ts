/** Maximum duration of work between two turns of the event loop, in ms. */
const MAX_BLOCKING_MS = 4;

/** Resolves after all events that wait now were handled. */
export function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/**
 * Creates a yielder for long loops: `if (isDue()) await yieldNow()` yields every few ms. `yieldNow` throws the
 * signal's reason when aborted.
 */
export function createYielder(signal?: AbortSignal): { isDue(): boolean; yieldNow(): Promise<void> } {
  let turnStartedMs = performance.now();
  return {
    isDue: () => performance.now() - turnStartedMs > MAX_BLOCKING_MS,
    yieldNow: async () => {
      signal?.throwIfAborted();
      await yieldToEventLoop();
      turnStartedMs = performance.now();
    },
  };
}

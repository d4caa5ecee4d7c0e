/** How long work may block the event loop, ms. */
const MAX_BLOCKING_MS = 4;

/** Resolves after all events that wait now were handled. */
export function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/**
 * Creates a yielder for long loops: `if (yielder.isDue()) await yielder.yieldNow()` returns to the event loop only as
 * often as needed. `yieldNow` rejects with the signal's reason when aborted.
 */
export function createYielder(signal?: AbortSignal): { isDue(): boolean; yieldNow(): Promise<void> } {
  let turnStartedMs = performance.now();
  return {
    isDue: () => performance.now() - turnStartedMs > MAX_BLOCKING_MS,
    yieldNow: async () => {
      await yieldToEventLoop();
      signal?.throwIfAborted();
      turnStartedMs = performance.now();
    },
  };
}

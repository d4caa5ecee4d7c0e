/** Longest stretch of work between two turns of the event loop, ms. */
const MAX_BLOCKING_MS = 4;

/**
 * For long loops: `if (due()) await turn()` lets the event loop go round as often as needed and no oftener. Throws
 * the signal's reason in `turn` when aborted.
 */
export function createYielder(signal?: AbortSignal): { isDue(): boolean; yieldNow(): Promise<void> } {
  let turnStartedMs = performance.now();
  return {
    isDue: () => performance.now() - turnStartedMs > MAX_BLOCKING_MS,
    yieldNow: async () => {
      signal?.throwIfAborted();
      await new Promise<void>((resolve) => setImmediate(resolve));
      turnStartedMs = performance.now();
    },
  };
}

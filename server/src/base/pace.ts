/** Longest stretch of work between two turns of the event loop, ms. */
const STRETCH = 4;

/**
 * For long loops: `if (due()) await turn()` lets the event loop go round as often as needed and no oftener. Throws
 * the signal's reason in `turn` when aborted.
 */
export function pace(signal?: AbortSignal): { due(): boolean; turn(): Promise<void> } {
  let started = performance.now();
  return {
    due: () => performance.now() - started > STRETCH,
    turn: async () => {
      signal?.throwIfAborted();
      await new Promise<void>((done) => setImmediate(done));
      started = performance.now();
    },
  };
}

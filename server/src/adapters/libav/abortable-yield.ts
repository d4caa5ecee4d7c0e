import { setImmediate } from 'node:timers/promises';

/** How long synchronous work may run before the event loop gets a turn, ms. */
const MAX_BLOCKING_MS = 20;

/**
 * Returns a function to call often in a long loop. It yields to the event loop now and then, and throws the
 * signal's reason once aborted.
 */
export function createAbortableYield(signal: AbortSignal): () => Promise<void> | undefined {
  let lastYieldMs = performance.now();
  return () => {
    signal.throwIfAborted();
    if (performance.now() - lastYieldMs < MAX_BLOCKING_MS) return undefined;
    return setImmediate().then(() => {
      signal.throwIfAborted();
      lastYieldMs = performance.now();
    });
  };
}

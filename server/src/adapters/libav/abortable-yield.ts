import { setImmediate } from 'node:timers/promises';

/** How long synchronous work may go on before the event loop has its turn, ms. */
const TURN_MS = 20;

/** Called often in a long loop: lets messages in now and then, and throws the signal's reason once aborted. */
export function createAbortableYield(signal: AbortSignal): () => Promise<void> | undefined {
  let turned = performance.now();
  return () => {
    signal.throwIfAborted();
    if (performance.now() - turned < TURN_MS) return undefined;
    return setImmediate().then(() => {
      signal.throwIfAborted();
      turned = performance.now();
    });
  };
}

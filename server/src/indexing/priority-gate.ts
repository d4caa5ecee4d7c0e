/** Resolves when background work may continue; rejects with the signal's reason. */
export type WaitForTurn = (signal: AbortSignal) => Promise<void>;

/** Lets background work wait for its turn. Answering a question delays all turns. */
export interface PriorityGate {
  readonly waitForTurn: WaitForTurn;
  /** Delays all turns until the returned function is called. Calls nest. */
  holdOthers(): () => void;
}

export function createPriorityGate(): PriorityGate {
  let holdCount = 0;
  const waitingWakers = new Set<() => void>();
  return {
    async waitForTurn(signal) {
      signal.throwIfAborted();
      // Checks again after each wait, because another question may have started.
      while (holdCount > 0) {
        await new Promise<void>((resolve) => {
          const wake = () => {
            waitingWakers.delete(wake);
            signal.removeEventListener('abort', wake);
            resolve();
          };
          waitingWakers.add(wake);
          signal.addEventListener('abort', wake, { once: true });
        });
        signal.throwIfAborted();
      }
    },
    holdOthers() {
      holdCount += 1;
      let isReleased = false;
      return () => {
        if (isReleased) return;
        isReleased = true;
        holdCount -= 1;
        if (holdCount === 0) for (const wake of [...waitingWakers]) wake();
      };
    },
  };
}

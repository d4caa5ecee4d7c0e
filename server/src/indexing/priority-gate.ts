/** Resolves when background work may continue; rejects with the signal's reason. */
export type Turn = (signal: AbortSignal) => Promise<void>;

/** Lets background work wait for its turn. Answering a question delays all turns. */
export interface Turns {
  readonly turn: Turn;
  /** Delays all turns until the returned function is called. Calls nest. */
  hold(): () => void;
}

export function createTurns(): Turns {
  let holds = 0;
  const waiting = new Set<() => void>();
  return {
    async turn(signal) {
      signal.throwIfAborted();
      // Checks again after each wait, because another question may have started.
      while (holds > 0) {
        await new Promise<void>((resolve) => {
          const wake = () => {
            waiting.delete(wake);
            signal.removeEventListener('abort', wake);
            resolve();
          };
          waiting.add(wake);
          signal.addEventListener('abort', wake, { once: true });
        });
        signal.throwIfAborted();
      }
    },
    hold() {
      holds += 1;
      let over = false;
      return () => {
        if (over) return;
        over = true;
        holds -= 1;
        if (holds === 0) for (const wake of [...waiting]) wake();
      };
    },
  };
}

/** Resolves when work that can wait may go on; rejects with the signal's reason. */
export type Turn = (signal: AbortSignal) => Promise<void>;

/** Work that can wait asks for its turn; a question delays all turns while it is answered. */
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
      // Again after each wait: another may hold by then.
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

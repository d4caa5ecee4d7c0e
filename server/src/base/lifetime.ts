import { messageOf } from './message-of.ts';

/** Collects the clean-up that runs when a process or a session ends. */
export interface Lifetime {
  /** Aborts when the end begins. */
  readonly signal: AbortSignal;
  /** Runs `cleanup` at the end, last registered first. If the end has begun, runs it immediately. */
  defer(name: string, cleanup: () => void | Promise<void>): void;
  /** Begins the end; later calls change nothing. Every call resolves when all clean-up is done. */
  end(reason: string): Promise<void>;
  /** Resolves with the first reason when all clean-up is done. */
  readonly ended: Promise<string>;
}

/** Creates a lifetime. `onError` receives each clean-up that fails or exceeds `timeoutMs`; the others still run. */
export function createLifetime(
  onError: (name: string, message: string) => void,
  timeoutMs = 20_000,
): Lifetime {
  const controller = new AbortController();
  const { promise: ended, resolve } = Promise.withResolvers<string>();
  const cleanups: { readonly name: string; readonly cleanup: () => void | Promise<void> }[] = [];
  let ending: Promise<void> | undefined;

  const runCleanup = async (name: string, cleanup: () => void | Promise<void>) => {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`not done after ${timeoutMs} ms`)), timeoutMs);
    });
    try {
      await Promise.race([cleanup(), timeout]);
    } catch (error) {
      onError(name, messageOf(error));
    } finally {
      clearTimeout(timer);
    }
  };

  return {
    signal: controller.signal,
    ended,
    defer(name, cleanup) {
      if (ending) void runCleanup(name, cleanup);
      else cleanups.push({ name, cleanup });
    },
    end(reason) {
      ending ??= (async () => {
        controller.abort(new Error(reason));
        for (let next = cleanups.pop(); next; next = cleanups.pop())
          await runCleanup(next.name, next.cleanup);
        resolve(reason);
      })();
      return ending;
    },
  };
}

/**
 * Ends `lifetime` on SIGINT, SIGTERM and SIGHUP. Under npm they arrive twice and mixed. The handlers stay, so that a
 * second signal does not interrupt the clean-up.
 */
export function endOnSignals(lifetime: Lifetime): void {
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(name, () => void lifetime.end(name));
}

/** Calls `onDeath` once when the process `pid` is gone. Polls once a second, as no event exists. Returns a function that stops it. */
export function watchProcess(pid: number, onDeath: () => void): () => void {
  const timer = setInterval(() => {
    if (isAlive(pid)) return;
    clearInterval(timer);
    onDeath();
  }, 1000);
  timer.unref();
  return () => clearInterval(timer);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // The process exists and belongs to another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

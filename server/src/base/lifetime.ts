import { messageOf } from './message-of.ts';

/** What must be undone when a process or a session ends. */
export interface Lifetime {
  /** Aborted when the end begins. */
  readonly signal: AbortSignal;
  /** Runs `cleanup` when the end begins; later ones first. After the end it runs at once. */
  defer(name: string, cleanup: () => void | Promise<void>): void;
  /** Begins the end, once; every call resolves when all clean-up is done. */
  end(reason: string): Promise<void>;
  /** Resolves with the first reason when all clean-up is done. */
  readonly ended: Promise<string>;
}

/** `onError` hears of a clean-up that failed or took over `limitMs`; the others still run. */
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
 * Ends `lifetime` on SIGINT, SIGTERM and SIGHUP. Under npm they arrive twice and mixed: the handlers stay, so that
 * a repeat is swallowed and never cuts the clean-up short.
 */
export function endOnSignals(lifetime: Lifetime): void {
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(name, () => void lifetime.end(name));
}

/** Calls `onDeath` once when the process `pid` is gone. There is no event for it; once a second is asked. */
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
    // Not ours to signal, but there.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

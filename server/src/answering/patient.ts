/** Work that is waited for only so long, and goes on when nobody waits for it any longer. */
export interface Patient {
  /**
   * What the work gives; undefined where it is not done within the time, fails, or failed a short while ago. Rejects
   * with the signal's reason alone. Work of one name is begun once and kept, as long as it is among the newest.
   */
  ask<T>(
    name: string,
    work: () => Promise<T>,
    patienceMs: number,
    signal: AbortSignal,
  ): Promise<T | undefined>;
}

/** What is kept of finished work. */
const KEPT = 64;
/** Begun and not done: more than these and nothing is begun, for whoever works on them is behind as it is. */
const MOST_PENDING = 8;
/** What has failed is not tried again for so long, ms: a host out of reach must not slow each search. */
const REST_MS = 10_000;

/** `what` names in the log whose work it is. */
export function createPatient(what: string, log: (message: string) => void): Patient {
  const kept = new Map<string, Promise<unknown>>();
  let pending = 0;
  let restsUntil = 0;

  function begin<T>(name: string, work: () => Promise<T>): Promise<T> | undefined {
    const known = kept.get(name);
    if (known) {
      // The newest last.
      kept.delete(name);
      kept.set(name, known);
      return known as Promise<T>;
    }
    if (pending >= MOST_PENDING || performance.now() < restsUntil) return undefined;
    pending += 1;
    const done = work().finally(() => {
      pending -= 1;
    });
    done.catch((error: unknown) => {
      kept.delete(name);
      restsUntil = performance.now() + REST_MS;
      log(`The ${what} could not be asked: ${error instanceof Error ? error.message : String(error)}`);
    });
    kept.set(name, done);
    for (const old of kept.keys()) {
      if (kept.size <= KEPT) break;
      kept.delete(old);
    }
    return done;
  }

  return {
    async ask(name, work, patienceMs, signal) {
      signal.throwIfAborted();
      const done = begin(name, work);
      if (!done) return undefined;
      const { promise: aborted, reject } = Promise.withResolvers<never>();
      const { promise: late, resolve } = Promise.withResolvers<'late'>();
      const stop = () => reject(signal.reason);
      const timer = setTimeout(resolve, patienceMs, 'late');
      signal.addEventListener('abort', stop, { once: true });
      try {
        const result = await Promise.race([done.then((value) => ({ value })), late, aborted]);
        if (result !== 'late') return result.value;
        log(`The ${what} was not ready within ${patienceMs} ms: this search goes on without it.`);
        return undefined;
      } catch (error) {
        if (signal.aborted) throw error;
        return undefined;
      } finally {
        clearTimeout(timer);
        signal.removeEventListener('abort', stop);
      }
    },
  };
}

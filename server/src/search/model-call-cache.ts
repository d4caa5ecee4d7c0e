import { messageOf } from '../base/message-of.ts';
/** Work that is waited for only so long, and goes on when nobody waits for it any longer. */
export interface ModelCallCache {
  /**
   * What the work gives; undefined where it is not done within the time, fails, or failed a short while ago. Rejects
   * with the signal's reason alone. Work of one name is begun once and kept, as long as it is among the newest.
   */
  call<T>(
    name: string,
    work: () => Promise<T>,
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<T | undefined>;
}

/** What is kept of finished work. */
const MAX_CACHED_CALLS = 64;
/** Begun and not done: more than these and nothing is begun, for whoever works on them is behind as it is. */
const MAX_PENDING_CALLS = 8;
/** What has failed is not tried again for so long, ms: a host out of reach must not slow each search. */
const RETRY_DELAY_MS = 10_000;

/** `what` names in the log whose work it is. */
export function createModelCallCache(modelLabel: string, log: (message: string) => void): ModelCallCache {
  const cache = new Map<string, Promise<unknown>>();
  let pending = 0;
  let retryAfterMs = 0;

  function start<T>(name: string, work: () => Promise<T>): Promise<T> | undefined {
    const cached = cache.get(name);
    if (cached) {
      // The newest last.
      cache.delete(name);
      cache.set(name, cached);
      return cached as Promise<T>;
    }
    if (pending >= MAX_PENDING_CALLS || performance.now() < retryAfterMs) return undefined;
    pending += 1;
    const pendingCall = work().finally(() => {
      pending -= 1;
    });
    pendingCall.catch((error: unknown) => {
      cache.delete(name);
      retryAfterMs = performance.now() + RETRY_DELAY_MS;
      log(`The ${modelLabel} could not be asked: ${messageOf(error)}`);
    });
    cache.set(name, pendingCall);
    for (const oldestName of cache.keys()) {
      if (cache.size <= MAX_CACHED_CALLS) break;
      cache.delete(oldestName);
    }
    return pendingCall;
  }

  return {
    async call(name, work, timeoutMs, signal) {
      signal.throwIfAborted();
      const pendingCall = start(name, work);
      if (!pendingCall) return undefined;
      const { promise: aborted, reject } = Promise.withResolvers<never>();
      const { promise: timedOut, resolve } = Promise.withResolvers<'late'>();
      const onAbort = () => reject(signal.reason);
      const timer = setTimeout(resolve, timeoutMs, 'late');
      signal.addEventListener('abort', onAbort, { once: true });
      try {
        const result = await Promise.race([pendingCall.then((value) => ({ value })), timedOut, aborted]);
        if (result !== 'late') return result.value;
        log(`The ${modelLabel} was not ready within ${timeoutMs} ms: this search goes on without it.`);
        return undefined;
      } catch (error) {
        if (signal.aborted) throw error;
        return undefined;
      } finally {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
      }
    },
  };
}

import { messageOf } from '../base/message-of.ts';
/** Work that is waited for only so long, and goes on when nobody waits for it any longer. */
export interface ModelCallCache {
  /**
   * Returns the result; undefined if the call takes too long, fails, or failed recently. Rejects only with
   * the signal's reason. A call of the same name runs once; the newest results are cached.
   */
  call<T>(
    name: string,
    work: () => Promise<T>,
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<T | undefined>;
}

/** Maximum number of cached results. */
const MAX_CACHED_CALLS = 64;
/** Maximum number of unfinished calls; further calls are not started, because the model is overloaded. */
const MAX_PENDING_CALLS = 8;
/**
 * Delay after a failure in which the model is not called, in ms: an unreachable host must not slow down each
 * search.
 */
const RETRY_DELAY_MS = 10_000;

/** Creates a cache. `modelLabel` names the model in the log. */
export function createModelCallCache(modelLabel: string, log: (message: string) => void): ModelCallCache {
  const cache = new Map<string, Promise<unknown>>();
  let pending = 0;
  let retryAfterMs = 0;

  function start<T>(name: string, work: () => Promise<T>): Promise<T> | undefined {
    const cachedCall = cache.get(name);
    if (cachedCall) {
      // Moves the entry to the end, as the most recently used.
      cache.delete(name);
      cache.set(name, cachedCall);
      return cachedCall as Promise<T>;
    }
    if (pending >= MAX_PENDING_CALLS || performance.now() < retryAfterMs) return undefined;
    pending += 1;
    const pendingCall = work().finally(() => {
      pending -= 1;
    });
    pendingCall.catch((error: unknown) => {
      cache.delete(name);
      retryAfterMs = performance.now() + RETRY_DELAY_MS;
      log(`The ${modelLabel} failed: ${messageOf(error)}`);
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
        log(`The ${modelLabel} was not ready within ${timeoutMs} ms. This search continues without it.`);
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

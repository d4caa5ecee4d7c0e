/** The time limit of one call. */
export interface TimeLimit {
  /** Aborts when the time is over or the caller's signal aborts. */
  readonly signal: AbortSignal;
  /** Returns whether the time was over before the call ended and before the caller aborted. */
  isOver(): boolean;
  /** Ends the limit, because the call has ended. */
  end(): void;
}

/**
 * Starts a time limit. Unlike `AbortSignal.timeout`, it releases its timer and its listeners when the call ends: of
 * thousands of short calls with a limit of hours, each would keep a kilobyte until then.
 */
export function startTimeLimit(limitMs: number, callerSignal: AbortSignal): TimeLimit {
  const controller = new AbortController();
  let isOver = false;
  const timer = setTimeout(() => {
    isOver = !callerSignal.aborted;
    controller.abort(new DOMException('The time limit is over.', 'TimeoutError'));
  }, limitMs).unref();
  const onAbort = () => controller.abort(callerSignal.reason);
  if (callerSignal.aborted) onAbort();
  callerSignal.addEventListener('abort', onAbort, { once: true });
  return {
    signal: controller.signal,
    isOver: () => isOver,
    end() {
      clearTimeout(timer);
      callerSignal.removeEventListener('abort', onAbort);
    },
  };
}

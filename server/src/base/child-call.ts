import { CancellationTokenSource } from 'vscode-jsonrpc/node';

/** When a call that a crash or hang cut short may run again from its start. */
export type RetryPolicy = 'always' | 'beforeFirstEvent' | 'never';

/** A call from its request until it is settled, over all its runs. */
export interface PendingCall {
  readonly name: string;
  readonly params: unknown;
  readonly retry: RetryPolicy;
  readonly urgent: boolean;
  readonly onEvent: ((event: never) => void | Promise<void>) | undefined;
  /** Cancelled when the caller no longer wants the result. */
  readonly cancellation: CancellationTokenSource;
  /** Runs that a crash, hang or failed start cut short. */
  failedRuns: number;
  hasEvents: boolean;
  settled: boolean;
  /** Settles when the events so far have been handled, in order; rejects if a handler fails. */
  eventChain: Promise<void>;
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

/** Creates a call that settles at most once. `onSettled` runs first. */
export function createPendingCall(
  request: Pick<PendingCall, 'name' | 'params' | 'retry' | 'urgent' | 'onEvent'>,
  onSettled: () => void,
): { readonly call: PendingCall; readonly settled: Promise<unknown> } {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const settleOnce = (settle: () => void): void => {
    if (call.settled) return;
    call.settled = true;
    onSettled();
    settle();
  };
  const call: PendingCall = {
    ...request,
    cancellation: new CancellationTokenSource(),
    failedRuns: 0,
    hasEvents: false,
    settled: false,
    eventChain: Promise.resolve(),
    resolve: (result) => settleOnce(() => resolve(result)),
    reject: (error) => settleOnce(() => reject(error)),
  };
  return { call, settled: promise };
}

const MAX_RUNS = 2;

export function mayRetry(call: PendingCall): boolean {
  if (call.failedRuns >= MAX_RUNS) return false;
  return call.retry === 'always' || (call.retry === 'beforeFirstEvent' && !call.hasEvents);
}

/** Inserts a call into the queue: urgent ones first, each kind in the order of its requests. */
export function enqueue(queue: PendingCall[], call: PendingCall): void {
  const firstNotUrgent = call.urgent ? queue.findIndex((other) => !other.urgent) : -1;
  queue.splice(firstNotUrgent < 0 ? queue.length : firstNotUrgent, 0, call);
}

/** Runs work that cannot be cancelled, such as a LanceDB query. On abort, rejects with the reason and drops the result. */
export async function raceAbort<T>(startWork: () => Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([startWork(), aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

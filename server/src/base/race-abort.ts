/** LanceDB cannot cancel: an aborted call is let go of and its result dropped. */
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

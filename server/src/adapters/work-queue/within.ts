/** Resolves when the work has settled, or after `ms` milliseconds: the work then goes on, and nobody waits for it. */
export async function settledWithin(ms: number, work: Promise<unknown>): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  await Promise.race([Promise.allSettled([work]), late]);
  clearTimeout(timer);
}

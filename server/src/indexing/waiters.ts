import { touch } from './planner.ts';
import { isBusy, type Schedule } from './schedule.ts';
import { retryWrites } from './settler.ts';

/**
 * Moves contents to lane `now` and resolves when no work remains for them. Rejects with the signal's reason,
 * with the error of a failed write, or when the daemon closes.
 */
export async function waitUntilSettled(
  schedule: Schedule,
  videoIds: Iterable<string>,
  signal: AbortSignal,
): Promise<void> {
  const ids = [...new Set(videoIds)];
  for (const id of ids) addWaiter(schedule, id);
  try {
    // Retries writing, because the disk may have free space again.
    retryWrites(schedule);
    touch(schedule, ids);
    await waitWhileBusy(schedule, ids, signal);
  } finally {
    for (const id of ids) removeWaiter(schedule, id);
    touch(schedule, ids);
  }
}

function waitWhileBusy(
  { state, listeners }: Schedule,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const check = () => {
    if (signal.aborted) reject(signal.reason);
    else if (!ids.some((id) => isBusy(state, id))) resolve();
    else if (state.writeError !== undefined) reject(state.writeError);
    else if (state.closed) reject(new DOMException('The daemon is closing.', 'AbortError'));
  };
  listeners.add(check);
  signal.addEventListener('abort', check, { once: true });
  check();
  return promise.finally(() => {
    listeners.delete(check);
    signal.removeEventListener('abort', check);
  });
}

function addWaiter({ state }: Schedule, id: string): void {
  state.priority.set(id, (state.priority.get(id) ?? 0) + 1);
}

function removeWaiter({ state }: Schedule, id: string): void {
  const count = (state.priority.get(id) ?? 1) - 1;
  if (count === 0) state.priority.delete(id);
  else state.priority.set(id, count);
}

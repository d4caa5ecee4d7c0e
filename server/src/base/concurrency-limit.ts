/** Returns a function that runs at most `maxConcurrent` tasks at a time. Other tasks wait in order. */
export function createConcurrencyLimit(maxConcurrent: number): <T>(task: () => Promise<T>) => Promise<T> {
  const queuedTasks: (() => void)[] = [];
  let freeSlots = maxConcurrent;
  return async (task) => {
    if (freeSlots > 0) freeSlots -= 1;
    else await new Promise<void>((resolve) => queuedTasks.push(resolve));
    try {
      return await task();
    } finally {
      const next = queuedTasks.shift();
      if (next === undefined) freeSlots += 1;
      else next();
    }
  };
}

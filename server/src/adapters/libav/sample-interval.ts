/**
 * Returns a function that takes ascending times (ms) and picks the first at or after 0, `everyMs`, 2
 * `everyMs`, ...
 */
export function createSampleInterval(everyMs: number): (timeMs: number) => boolean {
  let nextDueMs = Number.NEGATIVE_INFINITY;
  return (timeMs) => {
    if (timeMs + 0.5 < nextDueMs) return false;
    nextDueMs = (Math.floor((timeMs + 0.5) / everyMs) + 1) * everyMs;
    return true;
  };
}

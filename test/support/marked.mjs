// Finds and ends whatever a test run started, daemons that detached themselves included. Each test process marks the
// environment of what it starts; a mark begins with the mark of the process above it. Plain JavaScript, for test/run.mjs.
import { readdirSync, readFileSync } from 'node:fs';

/** The variable that carries the mark. */
export const MARK = 'GOLDFISH_TEST_MARK';

/**
 * Returns the ids of the running processes whose environment holds this mark or one below it, without this process.
 * Empty where the system has no /proc.
 */
export function markedProcesses(mark) {
  const wanted = `${MARK}=${mark}`;
  let names;
  try {
    names = readdirSync('/proc');
  } catch {
    return [];
  }
  return names
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && pid !== process.pid)
    .filter((pid) => {
      try {
        const all = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
        return all.some((entry) => entry === wanted || entry.startsWith(`${wanted}/`));
      } catch {
        // It has ended meanwhile, or belongs to another user.
        return false;
      }
    });
}

/**
 * Kills the processes with this mark, except those in `spared`, until none is left: one may start another meanwhile.
 */
export function killMarked(mark, spared = []) {
  const killed = new Set(spared);
  for (;;) {
    const left = markedProcesses(mark).filter((pid) => !killed.has(pid));
    if (left.length === 0) return;
    for (const pid of left) {
      killed.add(pid);
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended meanwhile.
      }
    }
  }
}

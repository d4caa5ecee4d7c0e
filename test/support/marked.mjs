// Finds and kills the processes that a test run started, including detached daemons. Each test process sets a mark in the
// environment of its children. A mark begins with the mark of the parent process. Plain JavaScript, for test/run.mjs.
import { readdirSync, readFileSync } from 'node:fs';

/** Name of the variable that contains the mark. */
export const MARK = 'GOLDFISH_TEST_MARK';

/**
 * Returns the ids of the running processes whose environment contains this mark or one that begins with it, except this
 * process. Returns [] if the system has no /proc.
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
        // It has already ended, or it belongs to another user.
        return false;
      }
    });
}

/** Returns the arguments of a running process, its program first. Returns [] if it has ended. */
export function programArguments(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

/**
 * Kills the processes with this mark, except those in `exceptPids`. Repeats until none is left, as a process may start
 * another meanwhile.
 */
export function killMarked(mark, exceptPids = []) {
  const killed = new Set(exceptPids);
  for (;;) {
    const pids = markedProcesses(mark).filter((pid) => !killed.has(pid));
    if (pids.length === 0) return;
    for (const pid of pids) {
      killed.add(pid);
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has already ended.
      }
    }
  }
}

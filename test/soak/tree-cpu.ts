import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks a second in /proc: 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/** Returns the processor time of a process without its children, in s. */
export function ownCpuSeconds(pid: number): number {
  return (readStat(pid)?.ownTicks ?? 0) / TICKS_PER_SECOND;
}

/** Returns the processor time of a process and its living children, in s. Children that ended count with their parent. */
export function treeCpuSeconds(pid: number): number {
  const ticks = new Map<number, ProcessStat>();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    const fields = readStat(Number(name));
    if (fields !== undefined) ticks.set(Number(name), fields);
  }
  const sum = (root: number): number =>
    [...ticks].reduce(
      (seconds, [child, { parent }]) => (parent === root ? seconds + sum(child) : seconds),
      (ticks.get(root)?.ticks ?? 0) / TICKS_PER_SECOND,
    );
  return sum(pid);
}

interface ProcessStat {
  readonly parent: number;
  /** Of the process and of its children that ended. */
  readonly ticks: number;
  readonly ownTicks: number;
}

function readStat(pid: number): ProcessStat | undefined {
  try {
    // The second field, the name, may contain spaces. Then: state, parent, ..., utime (12th), stime, cutime, cstime.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
      .map(Number);
    const sum = (numbers: readonly number[]) => numbers.reduce((total, field) => total + field, 0);
    return {
      parent: fields[1] ?? 0,
      ticks: sum(fields.slice(11, 15)),
      ownTicks: sum(fields.slice(11, 13)),
    };
  } catch {
    // It has ended.
    return undefined;
  }
}

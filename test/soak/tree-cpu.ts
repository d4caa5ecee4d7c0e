import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks a second in /proc: 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/** Returns the processor time of a process and its living children, in s. Children that ended count with their parent. */
export function treeCpuSeconds(pid: number): number {
  const ticks = new Map<number, { readonly parent: number; readonly ticks: number }>();
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

function readStat(pid: number): { readonly parent: number; readonly ticks: number } | undefined {
  try {
    // The second field, the name, may contain spaces. Then: state, parent, ..., utime (12th), stime, cutime, cstime.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
      .map(Number);
    const ticks = fields.slice(11, 15).reduce((total, field) => total + field, 0);
    return { parent: fields[1] ?? 0, ticks };
  } catch {
    // It has ended.
    return undefined;
  }
}

import { readdirSync, readFileSync } from 'node:fs';

/** Resident memory of a process, MB. */
export interface Memory {
  readonly now: number;
  /** At most so far. */
  readonly most: number;
}

/** What the text of /proc/PID/status tells; NaN where it does not. */
export function memoryIn(status: string): Memory {
  const mb = (name: string) =>
    (Number(new RegExp(`^${name}:\\s*(\\d+) kB$`, 'm').exec(status)?.[1]) * 1024) / 1e6;
  return { now: mb('VmRSS'), most: mb('VmHWM') };
}

/** Reads a file of /proc for each inference child of this process; [] if there is none (not on Linux). */
function readOfChildren(file: string): readonly string[] {
  if (process.platform !== 'linux') return [];
  const texts: string[] = [];
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      if (Number(/^PPid:\s*(\d+)$/m.exec(status)?.[1]) !== process.pid) continue;
      if (readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('inference'))
        texts.push(readFileSync(`/proc/${pid}/${file}`, 'utf8'));
    } catch {
      // It ended meanwhile.
    }
  }
  return texts;
}

/** Memory of the one inference child of this process; undefined where it cannot be had (not on Linux). */
export function childMemory(): Memory | undefined {
  const [status] = readOfChildren('status');
  return status === undefined ? undefined : memoryIn(status);
}

/** Clock ticks in a second, as Linux counts them for programs on every platform that Node runs on. */
const TICKS_PER_S = 100;

/** Returns the processor time of a process by the text of /proc/PID/stat, s. The name of the program may contain anything. */
export function cpuSecondsIn(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_S;
}

/** Processor time of the inference children of this process so far, s; NaN if there are none. */
export function childCpuS(): number {
  const stats = readOfChildren('stat');
  return stats.length === 0 ? Number.NaN : stats.reduce((sum, stat) => sum + cpuSecondsIn(stat), 0);
}

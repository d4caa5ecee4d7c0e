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

/** Memory of the one inference child of this process; undefined where it cannot be had (not on Linux). */
export function childMemory(): Memory | undefined {
  if (process.platform !== 'linux') return undefined;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      if (Number(/^PPid:\s*(\d+)$/m.exec(status)?.[1]) !== process.pid) continue;
      if (readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('inference')) return memoryIn(status);
    } catch {
      // It ended meanwhile.
    }
  }
  return undefined;
}

import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

const KILOBYTES_PER_MEGABYTE = 1024;

/** Returns the resident memory of a process in MB: now, and the highest so far. */
export function residentMegabytes(pid: number): { readonly now: number; readonly peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const megabytes = (name: string) =>
    Math.round(Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / KILOBYTES_PER_MEGABYTE);
  return { now: megabytes('VmRSS'), peak: megabytes('VmHWM') };
}

/** Returns what the open file descriptors of a process lead to. */
export function openFiles(pid: number): readonly string[] {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).flatMap((name) => {
    try {
      return [readlinkSync(join(folder, name))];
    } catch {
      // It was closed meanwhile.
      return [];
    }
  });
}

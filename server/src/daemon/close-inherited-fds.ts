import { closeSync, readdirSync, readFileSync } from 'node:fs';

const CLOEXEC = 0o2000000;

/**
 * Closes file descriptors inherited from the starter, except the standard streams. A program that reads such
 * a pipe would otherwise wait until the daemon ends. Node sets close-on-exec on files that it opens;
 * inherited descriptors lack the flag. Linux only: it exposes the flags in /proc.
 */
export function closeInheritedFds(): void {
  if (process.platform !== 'linux') return;
  for (const name of readdirSync('/proc/self/fd')) {
    const fd = Number(name);
    if (fd > 2 && isInherited(fd)) closeSync(fd);
  }
}

function isInherited(fd: number): boolean {
  try {
    const flags = /^flags:\s*([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))?.[1];
    return flags !== undefined && (Number.parseInt(flags, 8) & CLOEXEC) === 0;
  } catch {
    // readdirSync opened this descriptor and has closed it already.
    return false;
  }
}

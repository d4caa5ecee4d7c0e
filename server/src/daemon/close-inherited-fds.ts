import { closeSync, readdirSync, readFileSync } from 'node:fs';

const CLOEXEC = 0o2000000;

/**
 * Closes what the starter left open beyond the standard streams: whoever reads from such a pipe would wait for the
 * daemon's end. Files that this process opened itself close on exec, inherited ones do not; Linux tells them apart.
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
    // The one that listed the folder: closed by now.
    return false;
  }
}

import type { BigIntStats } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { OutputError } from './atomic-output.ts';

/** What no output may replace. */
export interface Spared {
  /** Indexed media files, and the subtitle files that are read with them. */
  readonly files: () => Iterable<string | Buffer>;
  /** The data folder, with all that lies in it. */
  readonly folder: string;
}

/** Rejects with OutputError if writing to `path` would replace something that Goldfish reads or keeps. */
export type GuardOutput = (path: string) => Promise<void>;

/** Files looked at together; the file system works on four of them at once. */
const TOGETHER = 64;

const look = (path: string | Buffer) => stat(path, { bigint: true }).catch(() => undefined);

const isSame = (a: BigIntStats, b: BigIntStats | undefined): boolean => a.dev === b?.dev && a.ino === b.ino;

/** The folder that a new file would lie in, without links; `path`'s own where that cannot be read. */
async function realFolder(path: string): Promise<string> {
  const whole = await realpath(path).catch(() => undefined);
  return whole === undefined ? await realpath(dirname(path)).catch(() => dirname(path)) : dirname(whole);
}

/** Whether a folder is `target` or lies in it, compared by identity: spelling, links and mounts do not matter. */
async function isInside(folder: string, target: BigIntStats | undefined): Promise<boolean> {
  if (target === undefined) return false;
  for (let at = folder; ; at = dirname(at)) {
    const found = await look(at);
    if (found && isSame(found, target)) return true;
    if (at === dirname(at)) return false;
  }
}

async function isAny(file: BigIntStats, others: Iterable<string | Buffer>): Promise<boolean> {
  let some: (string | Buffer)[] = [];
  const found = async () => (await Promise.all(some.map(look))).some((other) => isSame(file, other));
  for (const other of others) {
    some.push(other);
    if (some.length < TOGETHER) continue;
    if (await found()) return true;
    some = [];
  }
  return await found();
}

function isNamed(names: ReadonlySet<string>, others: Iterable<string | Buffer>): boolean {
  for (const other of others) if (names.has(other.toString())) return true;
  return false;
}

/** Paths of all that a folder holds, at any depth. */
async function filesIn(folder: string): Promise<readonly string[]> {
  const found = await readdir(folder, { recursive: true }).catch(() => []);
  return found.map((name) => join(folder, name));
}

/**
 * The one check before any output is written. Files are compared by device and inode, so that another spelling, a
 * symbolic link, a hard link, a mount, or a file system that ignores case leads to the same answer.
 */
export function guardOutput({ files, folder }: Spared): GuardOutput {
  return async (path) => {
    if (await isInside(await realFolder(path), await look(folder)))
      throw new OutputError(
        'spared',
        `${path} is in Goldfish's data folder and was not written.`,
        'Choose another folder.',
      );
    const file = await look(path);
    const names = new Set([path, join(await realFolder(path), basename(path))]);
    // An indexed file that is away, as on a drive that is not mounted, keeps its name.
    const known = file ? await isAny(file, files()) : isNamed(names, files());
    if (known)
      throw new OutputError(
        'spared',
        `${path} is an indexed video or its subtitles and was not overwritten.`,
        'Choose another name.',
      );
    if (file === undefined) return;
    if (file.nlink > 1n && (await isAny(file, await filesIn(folder))))
      throw new OutputError(
        'spared',
        `${path} is a hard link to a file in Goldfish's data folder and was not overwritten.`,
        'Choose another name.',
      );
  };
}

import type { BigIntStats } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { OutputError } from './atomic-output.ts';

/** Files and folders that no output may replace. */
export interface ProtectedFiles {
  /** Indexed media files and their subtitle files. */
  readonly files: () => Iterable<string | Buffer>;
  /** The data folder, with everything in it. */
  readonly folder: string;
}

/** Rejects with OutputError if writing to `path` would replace an indexed file or one in the data folder. */
export type GuardOutput = (path: string) => Promise<void>;

/** Number of `stat` calls in flight. libuv runs four of them in parallel. */
const STAT_BATCH_FILES = 64;

const statIfExists = (path: string | Buffer) => stat(path, { bigint: true }).catch(() => undefined);

const isSame = (a: BigIntStats, b: BigIntStats | undefined): boolean => a.dev === b?.dev && a.ino === b.ino;

/** Returns the folder that would contain the file, with links resolved; `path`'s own folder if it cannot be read. */
async function findRealFolder(path: string): Promise<string> {
  const resolvedPath = await realpath(path).catch(() => undefined);
  if (resolvedPath !== undefined) return dirname(resolvedPath);
  return await realpath(dirname(path)).catch(() => dirname(path));
}

/** Returns whether a folder is `target` or below it. Compares inodes, so that spelling, links and mounts do not matter. */
async function isInsideFolder(folder: string, target: BigIntStats | undefined): Promise<boolean> {
  if (target === undefined) return false;
  for (let ancestor = folder; ; ancestor = dirname(ancestor)) {
    const stats = await statIfExists(ancestor);
    if (stats && isSame(stats, target)) return true;
    if (ancestor === dirname(ancestor)) return false;
  }
}

async function isOneOf(file: BigIntStats, paths: Iterable<string | Buffer>): Promise<boolean> {
  let batch: (string | Buffer)[] = [];
  const isInBatch = async () =>
    (await Promise.all(batch.map(statIfExists))).some((stats) => isSame(file, stats));
  for (const path of paths) {
    batch.push(path);
    if (batch.length < STAT_BATCH_FILES) continue;
    if (await isInBatch()) return true;
    batch = [];
  }
  return await isInBatch();
}

function includesAny(paths: Iterable<string | Buffer>, wantedPaths: ReadonlySet<string>): boolean {
  for (const path of paths) if (wantedPaths.has(path.toString())) return true;
  return false;
}

/** Lists the paths of everything in a folder, at any depth. */
async function listFiles(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  return names.map((name) => join(folder, name));
}

/**
 * Creates the check that runs before any output is written. It compares files by device and inode, so that other
 * spellings, symbolic links, hard links, mounts and case-insensitive file systems make no difference.
 */
export function guardOutput({ files, folder }: ProtectedFiles): GuardOutput {
  return async (path) => {
    if (await isInsideFolder(await findRealFolder(path), await statIfExists(folder)))
      throw new OutputError(
        'protected',
        `${path} is in Goldfish's data folder and was not written.`,
        'Choose another folder.',
      );
    const file = await statIfExists(path);
    const spellings = new Set([path, join(await findRealFolder(path), basename(path))]);
    // The file of an indexed video may be missing, for example on an unmounted drive. Its name stays reserved.
    const isIndexed = file ? await isOneOf(file, files()) : includesAny(files(), spellings);
    if (isIndexed)
      throw new OutputError(
        'protected',
        `${path} is an indexed video or its subtitles and was not overwritten.`,
        'Choose another name.',
      );
    if (file === undefined) return;
    if (file.nlink > 1n && (await isOneOf(file, await listFiles(folder))))
      throw new OutputError(
        'protected',
        `${path} is a hard link to a file in Goldfish's data folder and was not overwritten.`,
        'Choose another name.',
      );
  };
}

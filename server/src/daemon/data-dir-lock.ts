import { lstatSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

/** Held: this process owns the data folder. The operating system frees it when the process ends, however it ends. */
export interface DataDirLock {
  release(): void;
  /** False once the file was deleted or replaced: the lock then guards nothing any more. */
  isValid(): boolean;
}

const SQLITE_BUSY = 5;

/**
 * Takes the lock on `path`, or returns undefined where another process holds it. SQLite's exclusive lock is the only
 * operating-system lock that Node reaches; nothing is ever written. Not for network file systems.
 * No other code of this process may open the file: closing it would drop the lock on POSIX systems.
 */
export function takeLock(path: string): DataDirLock | undefined {
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) return undefined;
    throw new Error(
      `The lock file ${path} cannot be used: ${(error as Error).message}. Delete it if no daemon runs.`,
      {
        cause: error,
      },
    );
  }
  const lockedInode = findInode(path);
  return {
    release: () => database.close(),
    isValid: () => lockedInode !== undefined && findInode(path) === lockedInode,
  };
}

function findInode(path: string): number | undefined {
  return lstatSync(path, { throwIfNoEntry: false })?.ino;
}

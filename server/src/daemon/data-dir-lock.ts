import { lstatSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

/** The lock of a data folder. The operating system releases it when the process ends, even after a crash. */
export interface DataDirLock {
  release(): void;
  /** Returns false once the file was deleted or replaced: the lock then no longer protects the folder. */
  isValid(): boolean;
}

const SQLITE_BUSY = 5;

/**
 * Takes the lock on `path`. Returns undefined if another process has it. SQLite's exclusive lock is the only
 * operating-system lock available in Node; nothing is ever written. Do not use it on network file systems. No
 * other code of this process may open the file: closing it would drop the lock on POSIX systems.
 */
export function takeLock(path: string): DataDirLock | undefined {
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) return undefined;
    throw new Error(
      `Cannot use the lock file ${path}: ${(error as Error).message}. If no daemon is running, delete the file.`,
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

import { lstatSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

/** The lock of a data folder. The operating system releases it when the process ends, even after a crash. */
export interface DataDirLock {
  release(): void;
  /** Returns false once the file was deleted or replaced: the lock then no longer protects the folder. */
  isValid(): boolean;
}

/** SQLite's code for a lock that another process has; extended codes contain it in their lowest byte. */
const SQLITE_BUSY = 5;
/** A file system may fail once while the system releases the lock of a process that was just killed. */
const MAX_ATTEMPTS = 2;

const openLockFile = (path: string) => new DatabaseSync(path, { timeout: 0 });

/**
 * Takes the lock on `path`. Returns undefined if another process has it. SQLite's exclusive lock is the only
 * operating-system lock available in Node; nothing is ever written. Do not use it on network file systems. No
 * other code of this process may open the file: closing it would drop the lock on POSIX systems.
 */
export function takeLock(path: string, open = openLockFile): DataDirLock | undefined {
  for (let attempt = 1; ; attempt += 1) {
    const database = open(path);
    try {
      database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    } catch (error) {
      database.close();
      const code = (error as { errcode?: number }).errcode ?? 0;
      if ((code & 0xff) === SQLITE_BUSY) return undefined;
      if (attempt < MAX_ATTEMPTS) continue;
      throw new Error(
        `Cannot use the lock file ${path}: ${(error as Error).message} (SQLite ${code}). If no daemon is running, delete the file.`,
        { cause: error },
      );
    }
    const lockedInode = findInode(path);
    return {
      release: () => database.close(),
      isValid: () => lockedInode !== undefined && findInode(path) === lockedInode,
    };
  }
}

function findInode(path: string): number | undefined {
  return lstatSync(path, { throwIfNoEntry: false })?.ino;
}

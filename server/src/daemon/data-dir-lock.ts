import { lstatSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** The lock of a data folder. The operating system releases it when the process ends, even after a crash. */
export interface DataDirLock {
  release(): void;
  /** Returns false once the file was deleted or replaced: the lock then no longer protects the folder. */
  isValid(): boolean;
}

/** SQLite's result codes. The low byte of an extended code is its primary code. */
const SQLITE = { perm: 3, busy: 5, readOnly: 8, full: 13, cannotOpen: 14, noLargeFiles: 22 } as const;
/** Extended codes of SQLITE_IOERR for locks: unlock, rdlock, checkReservedLock, lock. */
const LOCK_IO_ERRORS: readonly number[] = [2058, 2314, 3594, 3850];
const CHOOSE_FOLDER = 'choose another folder with --data-dir';

/** Reports that the lock file cannot be used. `remedy` says what to do. */
export class LockError extends Error {
  readonly remedy: string;
  constructor(message: string, remedy: string, options: ErrorOptions) {
    super(message, options);
    this.name = 'LockError';
    this.remedy = remedy;
  }
}

/** Converts an error of SQLite on the lock file, by its code. */
export function toLockError(path: string, error: unknown): LockError {
  const { errcode = 0, message } = error as { readonly errcode?: number; readonly message: string };
  const folder = dirname(path);
  const options = { cause: error };
  const primaryCode = errcode & 0xff;
  if (LOCK_IO_ERRORS.includes(errcode) || primaryCode === SQLITE.noLargeFiles)
    return new LockError(
      `The file system of ${folder} has no file locks, so two daemons could damage the index.`,
      `Put the data folder on a local disk: ${CHOOSE_FOLDER}.`,
      options,
    );
  if (primaryCode === SQLITE.full)
    return new LockError(
      `The disk that holds ${folder} is full.`,
      `Free up space, or ${CHOOSE_FOLDER}.`,
      options,
    );
  if ([SQLITE.readOnly, SQLITE.cannotOpen, SQLITE.perm].includes(primaryCode as 3))
    return new LockError(
      `Cannot write to the data folder ${folder}: it is read-only, or its permissions do not allow it.`,
      `Make it writable, or ${CHOOSE_FOLDER}.`,
      options,
    );
  return new LockError(
    `Cannot use the lock file ${path}: ${message} (SQLite code ${errcode}).`,
    `Check the disk. If no daemon is running, delete the file, or ${CHOOSE_FOLDER}.`,
    options,
  );
}

/** A file system may fail once while the system releases the lock of a process that was just killed. */
const MAX_ATTEMPTS = 2;

const openDatabase = (path: string) => new DatabaseSync(path, { timeout: 0 });

/**
 * Takes the lock on `path`. Returns undefined if another process has it. SQLite's exclusive lock is the only
 * operating-system lock available in Node; nothing is ever written. Do not use it on network file systems. No
 * other code of this process may open the file: closing it would drop the lock on POSIX systems. Throws LockError.
 */
export function takeLock(path: string, open = openDatabase): DataDirLock | undefined {
  for (let attempt = 1; ; attempt += 1) {
    let database: DatabaseSync | undefined;
    try {
      const opened = open(path);
      database = opened;
      opened.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
      const lockedInode = findInode(path);
      return {
        release: () => opened.close(),
        isValid: () => lockedInode !== undefined && findInode(path) === lockedInode,
      };
    } catch (error) {
      database?.close();
      const { errcode = 0 } = error as { readonly errcode?: number };
      if ((errcode & 0xff) === SQLITE.busy) return undefined;
      if (attempt >= MAX_ATTEMPTS) throw toLockError(path, error);
    }
  }
}

function findInode(path: string): number | undefined {
  return lstatSync(path, { throwIfNoEntry: false })?.ino;
}

import { dirname } from 'node:path';

/** What happened and what to do, a sentence each. */
export interface WriteFailure {
  readonly message: string;
  readonly remedy: string;
}

const FAILURES: Readonly<Record<string, (folder: string) => WriteFailure>> = {
  ENOSPC: (folder) => ({
    message: `The disk that holds ${folder} is full.`,
    remedy: 'Free up space, then try again. Nothing was changed.',
  }),
  EDQUOT: (folder) => ({
    message: `Your disk quota for ${folder} is used up.`,
    remedy: 'Free up space, then try again. Nothing was changed.',
  }),
  EROFS: (folder) => ({
    message: `${folder} is on a read-only file system.`,
    remedy: 'Make it writable, then try again. Nothing was changed.',
  }),
  EACCES: (folder) => ({
    message: `${folder} cannot be written: permission denied.`,
    remedy: 'Allow the user that runs Goldfish to write there, then try again. Nothing was changed.',
  }),
};

/**
 * Describes a system error of writing a file, such as the settings. Names the folder, because files are written under a
 * temporary name first. Returns undefined for other errors.
 */
export function describeWriteError(error: unknown): WriteFailure | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, syscall, path } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined) return undefined;
  return FAILURES[code === 'EPERM' ? 'EACCES' : code]?.(
    path === undefined ? 'the data folder' : dirname(path),
  );
}

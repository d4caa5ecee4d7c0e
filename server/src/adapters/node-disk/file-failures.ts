import { MediaFailureError, type MediaFailureKind } from '../../core/errors/media-failure.ts';

/** Returns the `code` of a system error, or ''. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** Converts a system error about one file to a failure. `path` is for display. */
export function toFileFailure(error: unknown, path: string): MediaFailureError {
  if (error instanceof MediaFailureError) return error;
  const code = codeOf(error);
  const createFailure = (kind: MediaFailureKind, reason: string, remedy: string) =>
    new MediaFailureError({ kind, reason: `${path}: ${reason}`, remedy }, { cause: error });
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return createFailure('missing', 'the file was not found.', 'Restore it, or stop watching its folder.');
    case 'EACCES':
    case 'EPERM':
      return createFailure(
        'noPermission',
        'permission denied.',
        'Allow the user that runs Goldfish to read it.',
      );
    case 'EMFILE':
    case 'ENFILE':
      return createFailure(
        'unreadable',
        'too many files are open.',
        'Raise the limit of open files (ulimit -n), then run "goldfish reindex" on it.',
      );
    default:
      return createFailure(
        'unreadable',
        `it cannot be read (${code || (error instanceof Error ? error.message : String(error))}).`,
        'Check its drive, then run "goldfish reindex" on it.',
      );
  }
}

export function toNotAFileFailure(path: string): MediaFailureError {
  return new MediaFailureError({
    kind: 'unreadable',
    reason: `${path}: it is not a regular file.`,
    remedy: 'Only regular files can be indexed.',
  });
}

/** Returns why a folder cannot be read and what to do, in one sentence each. */
export function describeFolderError(path: Buffer | string, code: string): string {
  const displayPath = path.toString();
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return `${displayPath} was not found. Connect its drive or restore the folder. Its videos stay in the index.`;
    case 'EACCES':
    case 'EPERM':
      return `${displayPath} cannot be read: permission denied. Allow the user that runs Goldfish to list it.`;
    case 'EMFILE':
    case 'ENFILE':
      return `${displayPath} cannot be listed: too many files are open. Raise the limit (ulimit -n).`;
    default:
      return `${displayPath} cannot be read (${code || 'unknown error'}). Check its drive.`;
  }
}

/** Returns why the system cannot watch a folder and what to do; undefined if a scan of the whole folder is enough. */
export function describeWatchError(path: string, code: string): string | undefined {
  switch (code) {
    case 'ENOSPC':
      return (
        `The system's limit of watched folders is reached, so parts of ${path} are scanned once a minute. Raise it: ` +
        'echo fs.inotify.max_user_watches=524288 | sudo tee /etc/sysctl.d/60-goldfish.conf && sudo sysctl --system'
      );
    case 'EMFILE':
    case 'ENFILE':
      return (
        `Too many files or watches are open, so parts of ${path} are scanned once a minute. Raise the limit ` +
        '(ulimit -n 65536; sudo sysctl fs.inotify.max_user_instances=1024), or add the folder with polling.'
      );
    default:
      return undefined;
  }
}

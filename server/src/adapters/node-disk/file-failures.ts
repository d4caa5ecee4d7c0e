import { MediaFailureError, type MediaFailureKind } from '../../core/errors/media-failure.ts';

/** The `code` of a system error, or an empty text. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** What a system error about one file means to a person. `path` is for display. */
export function toFileFailure(error: unknown, path: string): MediaFailureError {
  if (error instanceof MediaFailureError) return error;
  const code = codeOf(error);
  const createFailure = (kind: MediaFailureKind, reason: string, remedy: string) =>
    new MediaFailureError({ kind, reason: `${path}: ${reason}`, remedy }, { cause: error });
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return createFailure(
        'missing',
        'there is no such file.',
        'Put it back, or remove its folder from the index.',
      );
    case 'EACCES':
    case 'EPERM':
      return createFailure(
        'noPermission',
        'it may not be read by this user.',
        'Give the user that runs Goldfish the right to read it.',
      );
    case 'EMFILE':
    case 'ENFILE':
      return createFailure(
        'unreadable',
        'too many files are open.',
        'Raise the limit of open files (ulimit -n), then reindex it.',
      );
    default:
      return createFailure(
        'unreadable',
        `it cannot be read (${code || (error instanceof Error ? error.message : String(error))}).`,
        'Check the drive it lies on, then reindex it.',
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

/** Why a folder cannot be read, and what to do, in one sentence each. */
export function describeFolderError(path: Buffer | string, code: string): string {
  const displayPath = path.toString();
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return `${displayPath} is not there. Connect its drive or put it back; what is indexed of it stays.`;
    case 'EACCES':
    case 'EPERM':
      return `${displayPath} may not be read by this user. Give the user that runs Goldfish the right to list it.`;
    case 'EMFILE':
    case 'ENFILE':
      return `${displayPath} cannot be listed: too many files are open. Raise the limit (ulimit -n).`;
    default:
      return `${displayPath} cannot be read (${code || 'unknown error'}). Check the drive it lies on.`;
  }
}

/** Why the system does not watch a folder, and what to do; undefined where a whole look mends it. */
export function describeWatchError(path: string, code: string): string | undefined {
  switch (code) {
    case 'ENOSPC':
      return (
        `The system's limit of watched folders is reached: parts of ${path} are looked at once a minute. Raise it: ` +
        'echo fs.inotify.max_user_watches=524288 | sudo tee /etc/sysctl.d/60-goldfish.conf && sudo sysctl --system'
      );
    case 'EMFILE':
    case 'ENFILE':
      return (
        `Too many files or watches are open: parts of ${path} are looked at once a minute. Raise the limit ` +
        '(ulimit -n 65536; sudo sysctl fs.inotify.max_user_instances=1024), or add the folder with polling.'
      );
    default:
      return undefined;
  }
}

import { messageOf } from '../../base/message-of.ts';
import { StoreError } from '../../core/errors/store-error.ts';

const NO_SPACE = /No space left|os error 28\b|os error 112\b|ENOSPC|quota exceeded|os error 122\b/i;
const NO_PERMISSION = /Permission denied|Read-only file system|os error (13|1|30)\b|EACCES|EPERM|EROFS/i;
/** Problems of the machine, not of the files: too many open files, I/O error, out of memory, stale mount. */
const TRANSIENT_ERROR = /os error (5|12|23|24|107|116)\b|EIO|EMFILE|ENFILE|ENOMEM|ESTALE|ENOTCONN/;

/** Returns the beginning of LanceDB's message, without the paths into its own sources that follow. */
export function toBriefMessage(error: unknown): string {
  const text = messageOf(error)
    .replace(/,? ?\/[^ ]*\.rs:\d+(:\d+)?/gu, '')
    .replace(/\s+/gu, ' ')
    .trim();
  return text.length > 300 ? `${text.slice(0, 300)}...` : text;
}

/** Turns an error from LanceDB or the file system into the port's StoreError. */
export function toStoreError(error: unknown, doing: string, folder: string): StoreError {
  if (error instanceof StoreError) return error;
  const text = messageOf(error);
  if (NO_SPACE.test(text))
    return new StoreError(
      'noSpace',
      `The disk is full: ${doing} the index in ${folder} failed. Everything written before is safe.`,
      'Free up space on that disk. Indexing then continues where it stopped.',
      { cause: error },
    );
  if (NO_PERMISSION.test(text))
    return new StoreError(
      'noPermission',
      `Permission denied while ${doing} the index in ${folder} (${toBriefMessage(error)}).`,
      'Give yourself read and write access to that folder and its files, or choose another with --data-dir.',
      { cause: error },
    );
  return new StoreError(
    'failed',
    `${doing[0]?.toUpperCase()}${doing.slice(1)} the index in ${folder} failed: ${toBriefMessage(error)}.`,
    'Restart Goldfish: it checks the index and rebuilds damaged parts.',
    { cause: error },
  );
}

/** Returns whether damaged files can be the cause of an error. */
export function canMeanDamage(error: unknown): boolean {
  const text = messageOf(error);
  return !(
    error instanceof StoreError ||
    NO_SPACE.test(text) ||
    NO_PERMISSION.test(text) ||
    TRANSIENT_ERROR.test(text)
  );
}

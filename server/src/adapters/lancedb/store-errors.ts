import { messageOf } from '../../base/message-of.ts';
import { StoreError } from '../../core/errors/store-error.ts';

const NO_SPACE = /No space left|os error 28\b|os error 112\b|ENOSPC|quota exceeded|os error 122\b/i;
const NO_PERMISSION = /Permission denied|Read-only file system|os error (13|1|30)\b|EACCES|EPERM|EROFS/i;
/** The machine's trouble, not the files': too many open files, input/output error, out of memory, stale mount. */
const TRANSIENT = /os error (5|12|23|24|107|116)\b|EIO|EMFILE|ENFILE|ENOMEM|ESTALE|ENOTCONN/;

/** LanceDB's first words; what follows is a path through its own sources. */
export function toBriefMessage(error: unknown): string {
  const text = messageOf(error)
    .replace(/,? ?\/[^ ]*\.rs:\d+(:\d+)?/gu, '')
    .replace(/\s+/gu, ' ')
    .trim();
  return text.length > 300 ? `${text.slice(0, 300)}...` : text;
}

/** What LanceDB or the file system threw, as the port's error. */
export function toStoreError(error: unknown, doing: string, folder: string): StoreError {
  if (error instanceof StoreError) return error;
  const text = messageOf(error);
  if (NO_SPACE.test(text))
    return new StoreError(
      'noSpace',
      `The disk is full: ${doing} the index in ${folder} stopped. What was written before is safe.`,
      'Free some space on that disk; indexing goes on where it stopped.',
      { cause: error },
    );
  if (NO_PERMISSION.test(text))
    return new StoreError(
      'noPermission',
      `No permission: ${doing} the index in ${folder} is not allowed (${toBriefMessage(error)}).`,
      'Make that folder and the files in it yours to read and write, or choose another with --data-dir.',
      { cause: error },
    );
  return new StoreError(
    'failed',
    `${doing[0]?.toUpperCase()}${doing.slice(1)} the index in ${folder} failed: ${toBriefMessage(error)}.`,
    'Start Goldfish again: it checks the index and rebuilds what is damaged.',
    { cause: error },
  );
}

/** Whether an error can come from damaged files at all. */
export function canMeanDamage(error: unknown): boolean {
  const text = messageOf(error);
  return !(
    error instanceof StoreError ||
    NO_SPACE.test(text) ||
    NO_PERMISSION.test(text) ||
    TRANSIENT.test(text)
  );
}

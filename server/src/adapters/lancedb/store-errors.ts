import { messageOf } from '../../base/message-of.ts';
import { redactSecrets } from '../../base/redact-secrets.ts';
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

/** Answers of object storage to keys that are wrong or may not do something. */
const NO_STORAGE_ACCESS =
  /\b(?:401|403)\b|AccessDenied|InvalidAccessKeyId|SignatureDoesNotMatch|ExpiredToken|Unauthorized|Forbidden/i;
/** LanceDB's refusal of a write after another daemon fenced the tables (storage-layout.ts). */
const FENCED = /Incompatible transaction.* Restore /s;

/** Turns an error from LanceDB on object storage into the port's StoreError. */
function toStorageError(error: unknown, doing: string, address: string): StoreError {
  const text = messageOf(error);
  const options = { cause: error };
  if (FENCED.test(text))
    return new StoreError(
      'notOwner',
      `Another daemon took over the index in ${address}. This daemon does not write it any more.`,
      'Stop this daemon with "goldfish stop". Start it again to write, or with index.readOnly to search only.',
      options,
    );
  const message = `${doing[0]?.toUpperCase()}${doing.slice(1)} the index in ${address} failed: ${redactSecrets(toBriefMessage(error))}.`;
  if (NO_STORAGE_ACCESS.test(text))
    return new StoreError(
      'noPermission',
      message,
      'Check the keys in the environment of the daemon, and that they may list, read, write and delete there.',
      options,
    );
  return new StoreError(
    'failed',
    message,
    'Check the network and the storage. If objects are missing or damaged, restore them from a backup of the bucket.',
    options,
  );
}

/** Turns an error from LanceDB or the file system into the port's StoreError. */
export function toStoreError(error: unknown, doing: string, folder: string): StoreError {
  if (error instanceof StoreError) return error;
  if (/^[a-z0-9]+:\/\//.test(folder)) return toStorageError(error, doing, folder);
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

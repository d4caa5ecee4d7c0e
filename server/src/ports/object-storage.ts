/** An object as read. */
export interface StoredObject {
  readonly text: string;
  /** Identifies this version of the object, for a conditional write. */
  readonly version: string;
}

/** What must hold for a write: the object does not exist, or it is still this version. */
export type WriteCondition = 'absent' | { readonly version: string };

/**
 * Small objects beside the tables of an index on object storage. Names are relative to the location of the index.
 * Failures are thrown as StoreError (core/errors/store-error.ts).
 */
export interface ObjectStorage {
  /** Address without secrets, for messages. */
  readonly address: string;
  /** Resolves to undefined if there is no such object. */
  read(name: string): Promise<StoredObject | undefined>;
  /** Writes an object whole. Resolves with its version, or with undefined if the condition does not hold. */
  write(name: string, text: string, condition?: WriteCondition): Promise<string | undefined>;
  /** Removes an object; a missing one is no error. */
  remove(name: string): Promise<void>;
}

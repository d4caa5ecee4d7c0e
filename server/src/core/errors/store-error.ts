/**
 * Names the cause of a failure to open, read or write the index:
 * - `newer`: a later version of Goldfish wrote it;
 * - `noSpace`: the disk is full;
 * - `noPermission`: the folder or storage is not accessible;
 * - `notOwner`: another daemon owns the index on object storage;
 * - `readOnly`: this daemon only reads the index;
 * - `unsafe`: the storage cannot protect the index from two writers;
 * - `failed`: anything else.
 */
export type StoreErrorKind =
  | 'newer'
  | 'noSpace'
  | 'noPermission'
  | 'notOwner'
  | 'readOnly'
  | 'unsafe'
  | 'failed';

/** Thrown by the Store port. The message says what happened and where; `remedy` says what to do. */
export class StoreError extends Error {
  readonly kind: StoreErrorKind;
  readonly remedy: string;
  constructor(kind: StoreErrorKind, message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreError';
    this.kind = kind;
    this.remedy = remedy;
  }
}

/**
 * Why the index could not be opened, read or written.
 * `newer`: written by a later Goldfish. `noSpace`: the disk is full. `noPermission`: the folder may not be used.
 * `failed`: anything else.
 */
export type StoreErrorKind = 'newer' | 'noSpace' | 'noPermission' | 'failed';

/** What the Store port throws. The message says what happened and where, `remedy` what to do. */
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

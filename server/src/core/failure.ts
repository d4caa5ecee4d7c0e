/**
 * Why a stage could not be done for one file. It is stored and shown, never thrown past a stage:
 * bad media is data. A failure ends with the file's next change or with `reindex`.
 */
export type FailureKind =
  | 'empty'
  | 'notMedia'
  | 'truncated'
  | 'tooLarge'
  | 'playlist'
  | 'unsupportedCodec'
  | 'noPermission'
  | 'missing'
  | 'timedOut'
  | 'crashed'
  | 'unreadable'
  | 'noSpace';

export interface Failure {
  readonly kind: FailureKind;
  /** One sentence for a person: what happened. */
  readonly reason: string;
  /** One sentence for a person: what to do. */
  readonly remedy: string;
}

/** How a `Failure` travels out of a port as an exception. */
export class FailureError extends Error {
  readonly failure: Failure;
  constructor(failure: Failure, options?: ErrorOptions) {
    super(failure.reason, options);
    this.name = 'FailureError';
    this.failure = failure;
  }
}

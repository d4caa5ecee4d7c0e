/**
 * Why a stage could not be done for one file. It is stored and shown, never thrown past a stage:
 * bad media is data. A failure ends with the file's next change or with `reindex`.
 */
export type MediaFailureKind =
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

export interface MediaFailure {
  readonly kind: MediaFailureKind;
  /** One sentence for a person: what happened. */
  readonly reason: string;
  /** One sentence for a person: what to do. */
  readonly remedy: string;
}

/** How a `Failure` travels out of a port as an exception. */
export class MediaFailureError extends Error {
  readonly failure: MediaFailure;
  constructor(failure: MediaFailure, options?: ErrorOptions) {
    super(failure.reason, options);
    this.name = 'MediaFailureError';
    this.failure = failure;
  }
}

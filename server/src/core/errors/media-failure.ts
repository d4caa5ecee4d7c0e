/**
 * Describes why a stage failed for one file. Failures are stored and shown, never thrown beyond a stage: bad
 * media is data. A failure lasts until the file changes or is reindexed.
 */
export type MediaFailureKind =
  | 'empty'
  | 'notMedia'
  | 'truncated'
  | 'unfinished'
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
  /** Tells the user what happened, in one sentence. */
  readonly reason: string;
  /** Tells the user what to do, in one sentence. */
  readonly remedy: string;
}

/** Carries a MediaFailure out of a port as an exception. */
export class MediaFailureError extends Error {
  readonly failure: MediaFailure;
  constructor(failure: MediaFailure, options?: ErrorOptions) {
    super(failure.reason, options);
    this.name = 'MediaFailureError';
    this.failure = failure;
  }
}

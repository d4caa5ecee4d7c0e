import { MediaFailureError } from './media-failure.ts';

/** Creates the error for a media process that was killed because it made no progress. */
export function createTimeoutError(cause?: unknown): MediaFailureError {
  return new MediaFailureError(
    {
      kind: 'timedOut',
      reason: 'Reading the file stalled and was stopped.',
      remedy: 'Check that the disk responds and that the file plays, then reindex it.',
    },
    { cause },
  );
}

/** Creates the error for a media process that exited while reading the file. */
export function createCrashError(cause?: unknown): MediaFailureError {
  return new MediaFailureError(
    {
      kind: 'crashed',
      reason: 'The media reader crashed on this file.',
      remedy: 'Convert the file or exclude it with a pattern. To try again, reindex it.',
    },
    { cause },
  );
}

import { MediaFailureError } from './media-failure.ts';

/** A process that read the file made no progress and was killed. */
export function createTimeoutError(cause?: unknown): MediaFailureError {
  return new MediaFailureError(
    {
      kind: 'timedOut',
      reason: 'Reading the file made no progress and was given up.',
      remedy: 'Check that its disk answers and that the file plays, then reindex it.',
    },
    { cause },
  );
}

/** A process ended while it read the file. */
export function createCrashError(cause?: unknown): MediaFailureError {
  return new MediaFailureError(
    {
      kind: 'crashed',
      reason: 'The process that reads media crashed on this file.',
      remedy: 'Convert the file or leave it out with an exclude pattern; reindex tries it again.',
    },
    { cause },
  );
}

import type { Ms, Uri } from '../core/domain/time-range.ts';

/** A file with a part of a recording. */
export interface RecordingCut {
  readonly uri: Uri;
  /** Deletes the file. */
  release(): Promise<void>;
}

/** Reads the parts of a recording without what lies before them, which no index in the file helps to pass over. */
export interface RecordingParts {
  /**
   * Copies the part of a recording that contains a range into a file of its own. It begins earlier than the range, with
   * a picture that decodes by itself if possible. Times are those of the recording's own clock, ms. Undefined if the
   * recording cannot be divided, or if the part would be most of it. Rejects with MediaFailureError.
   */
  cut(
    uri: Uri,
    range: { readonly fromMs: Ms; readonly toMs?: Ms | undefined },
    signal: AbortSignal,
  ): Promise<RecordingCut | undefined>;
}

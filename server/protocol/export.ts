import type { Ms, TimeRange, Tokens, Uri } from './base.ts';

/**
 * `chapters`: lines of a time and a title, as video sites read them; `ffmetadata`: chapters for FFmpeg; `edl`: CMX 3600;
 * `otio`: OpenTimelineIO; `fcpxml`: Final Cut Pro's XML 1.8.
 */
export type ExportFormat =
  | 'markdown'
  | 'srt'
  | 'vtt'
  | 'chapters'
  | 'ffmetadata'
  | 'm3u'
  | 'edl'
  | 'otio'
  | 'fcpxml';

/** A range of an indexed video; up to the end of its clip where `endMs` is absent. */
export interface ExportMoment {
  readonly uri: Uri;
  readonly startMs: Ms;
  readonly endMs?: Ms;
}

export interface ExportParams {
  /** In the order they are to be shown; 1 to 1000. */
  readonly moments: readonly ExportMoment[];
  readonly format: ExportFormat;
  readonly title?: string;
  /** Written with the text, as a whole or not at all. */
  readonly file?: Uri;
  /** Writes over a `file` that is there; over an indexed video, its subtitles or Goldfish's own files never. */
  readonly force?: boolean;
}

export interface ExportResult {
  readonly format: ExportFormat;
  /** What a file of it is called at its end, without the dot. */
  readonly extension: string;
  readonly text: string;
  /** The file that was written. */
  readonly path?: string;
}

export interface ExportClipsParams extends Tokens {
  /** In the order they are to be played; 1 to 1000. */
  readonly moments: readonly ExportMoment[];
  /** A folder that is there: each moment becomes a file in it, named after its video, time and words. */
  readonly folder?: Uri;
  /** A file ending in `.mp4` (`.m4a` for sound alone): all moments cut together. One of the two is given. */
  readonly file?: Uri;
  /**
   * `exact` encodes anew, so that each begins and ends at its frame; the default. `copy` is quick and loses nothing, but
   * begins at the key frame before, up to some seconds early; not for a `file` of several moments.
   */
  readonly how?: 'exact' | 'copy';
  /** Writes over files that are there; over an indexed video, its subtitles or Goldfish's own files never. */
  readonly force?: boolean;
}

/** A file that was written. */
export interface ExportedClip {
  readonly uri: Uri;
  readonly path: string;
  /** Where in their videos its pieces begin and end, as they are in it. */
  readonly pieces: readonly (TimeRange & { readonly uri: Uri })[];
  readonly durationMs: Ms;
}

export interface ExportClipsResult {
  readonly how: 'exact' | 'copy';
  readonly files: readonly ExportedClip[];
}

/** The value of `$/progress` on the `partialResultToken` of `goldfish/export/clips`. */
export interface ExportClipsProgress {
  readonly doneMs: Ms;
  readonly totalMs: Ms;
  /** What is being written. */
  readonly path: string;
}

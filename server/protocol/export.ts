import type { Ms, Uri } from './base.ts';

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
}

export interface ExportResult {
  readonly format: ExportFormat;
  /** What a file of it is called at its end, without the dot. */
  readonly extension: string;
  readonly text: string;
}

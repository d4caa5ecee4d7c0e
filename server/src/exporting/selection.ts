import type { TimeRange, Uri } from '../core/domain/time-range.ts';

/** Describes a media file for an edit list. */
export interface ExportSource {
  readonly uri: Uri;
  /** The file name without folders. */
  readonly name: string;
  readonly durationMs: number;
  readonly framesPerSecond?: number;
  /** px */
  readonly width?: number;
  readonly height?: number;
  readonly video: boolean;
  /** The codecs of video and audio, as libav names them. */
  readonly codecs: readonly string[];
  /** Absent if the file has no audio. */
  readonly audio?: { readonly channels: number; readonly sampleRate: number };
}

/** Holds the speech, or else other text, at a time of the source. */
export interface ExportLine extends TimeRange {
  readonly text: string;
}

/** Describes a range of a source. It is never empty and never ends after the source. */
export interface SelectedMoment extends TimeRange {
  readonly source: ExportSource;
  /** The lines in time order. They may extend beyond the moment. */
  readonly lines: readonly ExportLine[];
}

export interface ExportSelection {
  readonly title: string;
  /** At least one moment, in display order. */
  readonly moments: readonly SelectedMoment[];
}

/** Reports a selection that a format cannot represent. */
export class ExportError extends Error {
  readonly remedy: string;
  constructor(message: string, remedy: string) {
    super(message);
    this.name = 'ExportError';
    this.remedy = remedy;
  }
}

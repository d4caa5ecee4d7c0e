import type { TimeRange, Uri } from '../core/domain/time-range.ts';

/** A media file as far as a list of cuts needs it. */
export interface ExportSource {
  readonly uri: Uri;
  /** The file's name without its folders. */
  readonly name: string;
  readonly durationMs: number;
  readonly framesPerSecond?: number;
  /** px */
  readonly width?: number;
  readonly height?: number;
  readonly video: boolean;
  /** Of its pictures and sound, as libav names them. */
  readonly codecs: readonly string[];
  /** Absent where there is no sound. */
  readonly audio?: { readonly channels: number; readonly sampleRate: number };
}

/** What is said (else shown) at a time of the source. */
export interface ExportLine extends TimeRange {
  readonly text: string;
}

/** A range of a source, never empty and never past its end. */
export interface SelectedMoment extends TimeRange {
  readonly source: ExportSource;
  /** In time order; they may stick out of the moment. */
  readonly lines: readonly ExportLine[];
}

export interface ExportSelection {
  readonly title: string;
  /** In the order they are to be shown; at least one. */
  readonly moments: readonly SelectedMoment[];
}

/** A selection that a format cannot hold. */
export class ExportError extends Error {
  readonly remedy: string;
  constructor(message: string, remedy: string) {
    super(message);
    this.name = 'ExportError';
    this.remedy = remedy;
  }
}

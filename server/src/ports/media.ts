import type { Ms, Uri } from '../core/domain/time-range.ts';
import type { VideoAnalysis } from '../core/domain/video-analysis.ts';
import type { Converter, CutRequest, CutResult } from './converter.ts';
import type { Box, Decoder, MediaHints, Picture } from './decoder.ts';

/** Reports the position of a pass. */
export type OnTime = (timeMs: Ms) => void;

/**
 * A Decoder and Converter in another process, which also evaluates whole passes. A few streams run in
 * processes of their own; if all are busy, a new stream ends the oldest.
 */
export interface Media extends Decoder, Omit<Converter, 'cut'> {
  measure(
    uri: Uri,
    options: {
      readonly clipMs: Ms;
      /** Indexes of audio tracks: the first that is not silent is measured. Missing: the one that players choose. */
      readonly audioTracks?: readonly number[];
      /** Measures from this time on only; 0 if absent. */
      readonly fromMs?: Ms;
    },
    onTime: OnTime,
    signal: AbortSignal,
    hints?: MediaHints,
  ): Promise<VideoAnalysis>;
  /** Returns the frame displayed at a time, as a JPEG that fits the box. */
  still(uri: Uri, timeMs: Ms, box: Box, signal: AbortSignal, hints?: MediaHints): Promise<Uint8Array>;
  /**
   * Decodes an external JPEG or PNG as displayed, scaled to fit the box; rejects with MediaFailureError for
   * other formats.
   */
  picture(bytes: Uint8Array, box: Box, signal: AbortSignal): Promise<Picture>;
  /**
   * Does the same as `Converter.cut`, but writes the file completely or not at all, and replaces an existing
   * file only with `force`. Rejects with OutputError if it cannot be written.
   */
  cut(
    request: CutRequest & { readonly force: boolean },
    onTime: OnTime,
    signal: AbortSignal,
  ): Promise<CutResult>;
  /** Ends the processes behind it. */
  close(): Promise<void>;
}

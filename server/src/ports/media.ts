import type { Ms, Uri } from '../core/domain/time-range.ts';
import type { VideoAnalysis } from '../core/domain/video-analysis.ts';
import type { Converter, CutRequest, CutResult } from './converter.ts';
import type { Box, Decoder, Picture } from './decoder.ts';

/** Called with how far the pass has come. */
export type OnTime = (timeMs: Ms) => void;

/**
 * A Decoder and Converter outside this process, with the folding of a whole pass done there. Streams have processes of
 * their own, a few: where all are taken, the oldest stream is ended for the newest.
 */
export interface Media extends Decoder, Omit<Converter, 'cut'> {
  measure(
    uri: Uri,
    options: { readonly clipMs: Ms },
    onTime: OnTime,
    signal: AbortSignal,
  ): Promise<VideoAnalysis>;
  /** The frame shown at a time, as a JPEG that fits the box. */
  still(uri: Uri, timeMs: Ms, box: Box, signal: AbortSignal): Promise<Uint8Array>;
  /** A JPEG or PNG from outside, as shown, scaled to fit the box; rejects with FailureError for any other. */
  picture(bytes: Uint8Array, box: Box, signal: AbortSignal): Promise<Picture>;
  /**
   * As Converter has it, but the file comes to be whole or not at all, and takes another's place only with `force`.
   * Rejects with OutputError where it cannot be written.
   */
  cut(
    request: CutRequest & { readonly force: boolean },
    onTime: OnTime,
    signal: AbortSignal,
  ): Promise<CutResult>;
  /** Ends the processes behind it. */
  close(): Promise<void>;
}

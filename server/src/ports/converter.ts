import type { Ms, TimeRange, Uri } from '../core/domain/time-range.ts';
import type { Conversion } from '../core/media/playback-plan.ts';
import type { Box, MediaHints } from './decoder.ts';

/** Describes how a file is converted for streaming. */
export interface StreamRequest extends Conversion {
  readonly startMs: Ms;
  /** Maximum picture size when re-encoding; copied pictures keep their size. */
  readonly box: Box;
}

/** A range of a file; never empty. */
export interface MediaRange extends TimeRange {
  readonly uri: Uri;
  readonly hints?: MediaHints;
}

/** Describes a new file made of pieces. */
export interface CutRequest {
  /** At least one piece; exactly one with `copy`. */
  readonly pieces: readonly MediaRange[];
  /**
   * `exact`: re-encodes exactly the frames from start to end. `copy`: copies the tracks from the key frame at
   * or before the start.
   */
  readonly how: 'exact' | 'copy';
  /** Absolute path. Its extension `.mp4`, `.m4a`, `.mkv` or `.mka` selects the container. */
  readonly path: string;
  /** Picture size in px; other shapes get black bars. Missing for audio only. */
  readonly size?: Box;
  /** Frame rate, as a fraction. */
  readonly rate?: { readonly frames: number; readonly seconds: number };
  readonly audio: boolean;
}

/** The result of a cut. */
export interface CutResult {
  /** Start of the first piece in its file; earlier than requested if copied. */
  readonly startMs: Ms;
  readonly durationMs: Ms;
}

/**
 * Converts media. Rejects with MediaFailureError for bad media and with the signal's reason when aborted.
 * Only the named files are ever opened.
 */
export interface Converter {
  /**
   * Streams a file from `startMs`, which becomes time 0, in a form that plays while it loads. Copied pictures
   * before it have negative times: the decoder needs them, but they are not shown.
   */
  convert(
    uri: Uri,
    request: StreamRequest,
    signal: AbortSignal,
    hints?: MediaHints,
  ): AsyncIterable<Uint8Array>;
  /** Writes one file, replacing an existing one. Reports the finished part to `onTime`, in ms. */
  cut(request: CutRequest, onTime: (doneMs: Ms) => void, signal: AbortSignal): Promise<CutResult>;
}

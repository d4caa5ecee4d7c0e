import type { Ms, TimeRange, Uri } from '../core/domain/time-range.ts';
import type { Conversion } from '../core/media/playback-plan.ts';
import type { Box } from './decoder.ts';

/** How a file is to be played on. */
export interface StreamRequest extends Conversion {
  readonly startMs: Ms;
  /** Pictures that are encoded anew fit it; copied ones stay as they are. */
  readonly box: Box;
}

/** A range of a file, never empty. */
export interface MediaRange extends TimeRange {
  readonly uri: Uri;
}

/** How a file of its own is made of pieces. */
export interface CutRequest {
  /** At least one; with `copy` exactly one. */
  readonly pieces: readonly MediaRange[];
  /**
   * `exact`: encoded anew, every frame from start to end and no other. `copy`: the tracks as they are, from the key
   * frame at or before the start.
   */
  readonly how: 'exact' | 'copy';
  /** Absolute path. Its ending is `.mp4`, `.m4a`, `.mkv` or `.mka` and names the container. */
  readonly path: string;
  /** px; pictures of other shapes stand in it with black bars. Absent: sound alone. */
  readonly size?: Box;
  /** Frames a second, as a fraction. */
  readonly rate?: { readonly frames: number; readonly seconds: number };
  readonly audio: boolean;
}

/** What a cut came to be. */
export interface CutResult {
  /** Where its first piece begins in its file: earlier than asked for where it was copied. */
  readonly startMs: Ms;
  readonly durationMs: Ms;
}

/**
 * Makes media of media. Rejects with FailureError for bad media and with the signal's reason when aborted; only the
 * named files are ever opened.
 */
export interface Converter {
  /**
   * A file from a time on, in a form that plays while it comes: time 0 of it is `startMs`. Copied pictures that lie
   * before are there for the decoder, with times below 0, and are not shown.
   */
  convert(uri: Uri, request: StreamRequest, signal: AbortSignal): AsyncIterable<Uint8Array>;
  /** Writes one file, over what is there. `onTime` is told how much of it is done, ms. */
  cut(request: CutRequest, onTime: (doneMs: Ms) => void, signal: AbortSignal): Promise<CutResult>;
}

import type { Cue } from '../core/domain/cue.ts';
import type { Ms, Uri } from '../core/domain/time-range.ts';
import type { ClockJump, MediaProbe, StreamInfo } from '../core/domain/video.ts';
import type { TrackSelection } from '../core/media/track-selection.ts';

/** A picture. `data` is width * height * 3 bytes of RGB (sRGB), or width * height bytes for grey pictures. */
export interface Picture {
  readonly timeMs: Ms;
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** A picture of a bitmap subtitle: its text over black, cropped to it. */
export interface SubtitlePicture extends Picture {
  readonly endMs: Ms;
}

/** Maximum picture size in px. The displayed aspect ratio is kept and nothing is enlarged. */
export interface Box {
  readonly width: number;
  readonly height: number;
}

/** What the index knows about a file, and a decoder cannot know or would have to read the whole file for. */
export interface MediaHints {
  readonly tracks?: TrackSelection;
  /** Of `MediaProbe`. */
  readonly clockJumps?: readonly ClockJump[] | undefined;
  /** A pass may leave out what lies before this time. */
  readonly fromMs?: Ms;
}

/** Selects what one decoding pass yields. Missing members are not computed. */
export interface PassRequest {
  /** Grey pictures of the decoded frames, stretched to 64x36. */
  readonly grey?: boolean;
  /** RGB pictures, one every `everyMs`. */
  readonly frames?: Box & { readonly everyMs: Ms };
  /** 16 kHz mono samples, Float32 in -1..1. */
  readonly audio?: boolean;
  /** JPEG pictures, one every `everyMs`. */
  readonly thumbnails?: Box & { readonly everyMs: Ms };
}

export type PassEvent =
  | ({ readonly kind: 'grey' } & Picture)
  | ({ readonly kind: 'frame' } & Picture)
  | {
      readonly kind: 'audio';
      readonly timeMs: Ms;
      readonly samples: Float32Array;
      /** Number of the channel, from 0, if the samples are not the mix: the channels cancel each other out. */
      readonly channel?: number;
    }
  | { readonly kind: 'thumbnail'; readonly timeMs: Ms; readonly jpeg: Uint8Array };

/**
 * Reads media. Times are integer ms from the first displayed moment (start_time subtracted). Pictures are as
 * displayed (rotation and pixel aspect ratio applied, HDR tone-mapped to SDR). Rejects with MediaFailureError
 * for bad media and with the signal's reason when aborted. Only the named file is ever opened.
 */
export interface Decoder {
  probe(uri: Uri, signal: AbortSignal): Promise<MediaProbe>;
  /**
   * Returns the cues of one text subtitle stream, given its `index` in `MediaProbe.streams`. Markup is kept;
   * see `cleanCues`.
   */
  subtitles(uri: Uri, stream: number, signal: AbortSignal, hints?: MediaHints): Promise<readonly Cue[]>;
  /** Lists the tracks of a file with bitmap subtitles beside a video: `.sup`, or `.idx` with its `.sub`. */
  subtitleTracks(uri: Uri, signal: AbortSignal): Promise<readonly StreamInfo[]>;
  /**
   * Yields the pictures of one bitmap subtitle stream of a video or of a file beside it, in time order. Yields nothing
   * for formats that are not read; see core/media/bitmap-decoders.ts.
   */
  subtitlePictures(
    uri: Uri,
    stream: number,
    signal: AbortSignal,
    hints?: MediaHints,
  ): AsyncIterable<SubtitlePicture>;
  /** Yields the frame displayed at each time, in the given order. Times past the end yield the last frame. */
  frames(
    uri: Uri,
    timesMs: readonly Ms[],
    box: Box,
    signal: AbortSignal,
    hints?: MediaHints,
  ): AsyncIterable<Picture>;
  /** Decodes a file once in constant memory. Events of each kind are in time order. */
  pass(uri: Uri, request: PassRequest, signal: AbortSignal, hints?: MediaHints): AsyncIterable<PassEvent>;
}

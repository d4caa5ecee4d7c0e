import type { Cue } from '../core/domain/cue.ts';
import type { Ms, Uri } from '../core/domain/time-range.ts';
import type { MediaProbe } from '../core/domain/video.ts';

/** A picture: `data` is width * height * 3 bytes RGB (sRGB), or width * height bytes where `grey`. */
export interface Picture {
  readonly timeMs: Ms;
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** A box that a picture must fit in, px; the shape as shown is kept and nothing is enlarged. */
export interface Box {
  readonly width: number;
  readonly height: number;
}

/** What one decode of a whole file should yield. Absent members are not computed. */
export interface PassRequest {
  /** 64x36 grey pictures, stretched to that size, of the frames that are decoded. */
  readonly grey?: boolean;
  /** RGB pictures, one every `everyMs`. */
  readonly frames?: Box & { readonly everyMs: Ms };
  /** 16 kHz mono Float32 in -1..1. */
  readonly audio?: boolean;
  /** JPEG pictures, one every `everyMs`. */
  readonly thumbnails?: Box & { readonly everyMs: Ms };
}

export type PassEvent =
  | ({ readonly kind: 'grey' } & Picture)
  | ({ readonly kind: 'frame' } & Picture)
  | { readonly kind: 'audio'; readonly timeMs: Ms; readonly samples: Float32Array }
  | { readonly kind: 'thumbnail'; readonly timeMs: Ms; readonly jpeg: Uint8Array };

/**
 * Reads media. Times are integer ms from the first shown moment (start_time subtracted), pictures are as shown
 * (rotation and pixel shape applied, HDR tone-mapped to SDR). Rejects with FailureError for bad media and with
 * the signal's reason when aborted. Only the named file is ever opened.
 */
export interface Decoder {
  probe(uri: Uri, signal: AbortSignal): Promise<MediaProbe>;
  /** Cues of one textual subtitle stream (its index in Probe.streams' `index`). Markup is left in; see cues.ts. */
  subtitles(uri: Uri, stream: number, signal: AbortSignal): Promise<readonly Cue[]>;
  /** The frame shown at each time, in the order given; times past the end give the last frame. */
  frames(uri: Uri, timesMs: readonly Ms[], box: Box, signal: AbortSignal): AsyncIterable<Picture>;
  /** One pass in constant memory; events of each kind come in time order. */
  pass(uri: Uri, request: PassRequest, signal: AbortSignal): AsyncIterable<PassEvent>;
}

import type { Cue } from '../core/cue.ts';
import type { Failure } from '../core/failure.ts';
import type { Measured } from '../core/measured.ts';
import type { Ms, Uri } from '../core/range.ts';
import type { Probe } from '../core/video.ts';
import type { CutRequest, CutResult, StreamRequest } from '../ports/converter.ts';
import type { Box, PassEvent, PassRequest, Picture } from '../ports/decoder.ts';

/** Which decoder the child uses. An empty path lets it look for an ffmpeg itself. */
export interface Backend {
  readonly kind: 'auto' | 'node-av' | 'ffmpeg';
  readonly ffmpegPath: string;
}

interface About {
  readonly uri: Uri;
  readonly backend: Backend;
}

/** Sent now and then by calls that may take long, so that the parent knows that they go on. */
export type Alive = 'alive';

/** The calls of the media child, as base/supervised.ts types them. */
export type MediaCalls = {
  probe: { params: About; event: Alive; result: Probe };
  subtitles: { params: About & { readonly stream: number }; event: Alive; result: readonly Cue[] };
  frames: {
    params: About & { readonly timesMs: readonly Ms[]; readonly box: Box };
    event: Picture | Alive;
    result: null;
  };
  still: { params: About & { readonly timeMs: Ms; readonly box: Box }; event: Alive; result: Uint8Array };
  picture: { params: { readonly bytes: Uint8Array; readonly box: Box }; event: Alive; result: Picture };
  pass: { params: About & { readonly request: PassRequest }; event: PassEvent | Alive; result: null };
  measure: {
    params: About & { readonly clipMs: Ms; readonly durationMs: Ms };
    /** How far the pass has come. */
    event: Ms | Alive;
    result: Measured;
  };
  convert: { params: About & { readonly request: StreamRequest }; event: Uint8Array | Alive; result: null };
  cut: {
    params: { readonly request: CutRequest; readonly backend: Backend };
    /** How much of it is done. */
    event: Ms | Alive;
    result: CutResult;
  };
};

/** What crosses of an error: a Failure, where it is one. */
export interface ErrorDetail {
  readonly failure: Failure;
}

import type { Cue } from '../core/domain/cue.ts';
import type { Ms, Uri } from '../core/domain/time-range.ts';
import type { MediaProbe, StreamInfo } from '../core/domain/video.ts';
import type { VideoAnalysis } from '../core/domain/video-analysis.ts';
import type { MediaFailure } from '../core/errors/media-failure.ts';
import type { CutRequest, CutResult, StreamRequest } from '../ports/converter.ts';
import type { Box, MediaHints, PassEvent, PassRequest, Picture, SubtitlePicture } from '../ports/decoder.ts';

/** The decoder that the child uses. If `ffmpegPath` is empty, the child looks for an ffmpeg itself. */
export interface MediaBackend {
  readonly kind: 'auto' | 'node-av' | 'ffmpeg';
  readonly ffmpegPath: string;
}

interface MediaSource {
  readonly uri: Uri;
  readonly backend: MediaBackend;
  readonly hints?: MediaHints | undefined;
}

/** Sent at intervals by long calls, so that the parent does not take them for hung. */
export type Heartbeat = 'alive';

/** The calls of the media child, as base/child-supervisor.ts types them. */
export type MediaCalls = {
  probe: { params: MediaSource; event: Heartbeat; result: MediaProbe };
  subtitles: { params: MediaSource & { readonly stream: number }; event: Heartbeat; result: readonly Cue[] };
  subtitleTracks: { params: MediaSource; event: Heartbeat; result: readonly StreamInfo[] };
  subtitlePictures: {
    params: MediaSource & { readonly stream: number };
    event: SubtitlePicture | Heartbeat;
    result: null;
  };
  frames: {
    params: MediaSource & { readonly timesMs: readonly Ms[]; readonly box: Box };
    event: Picture | Heartbeat;
    result: null;
  };
  still: {
    params: MediaSource & { readonly timeMs: Ms; readonly box: Box };
    event: Heartbeat;
    result: Uint8Array;
  };
  picture: { params: { readonly bytes: Uint8Array; readonly box: Box }; event: Heartbeat; result: Picture };
  pass: {
    params: MediaSource & { readonly request: PassRequest };
    event: PassEvent | Heartbeat;
    result: null;
  };
  measure: {
    params: MediaSource & {
      readonly clipMs: Ms;
      readonly durationMs: Ms;
      readonly audioTracks: readonly number[];
      readonly fromMs: Ms;
    };
    /** Position of the pass, ms. */
    event: Ms | Heartbeat;
    result: VideoAnalysis;
  };
  convert: {
    params: MediaSource & { readonly request: StreamRequest };
    event: Uint8Array | Heartbeat;
    result: null;
  };
  cut: {
    params: { readonly request: CutRequest; readonly backend: MediaBackend };
    /** Finished part of the output, ms. */
    event: Ms | Heartbeat;
    result: CutResult;
  };
};

/** `detail` of an error that is a MediaFailureError. */
export interface ErrorDetail {
  readonly failure: MediaFailure;
}

import {
  AV_CHANNEL_ORDER_UNSPEC,
  AVCOL_TRC_ARIB_STD_B67,
  AVCOL_TRC_SMPTE2084,
  type AVSampleFormat,
} from 'node-av/constants';
import { avChannelLayoutDefault, avGetSampleFmtName, FFmpegError, FilterGraph, Frame } from 'node-av/lib';
import { createSoundFilter, createVideoFilter, deinterlacer, type TargetFormat } from './convert-filters.ts';
import type { Orientation } from './orientation.ts';

/** Hz of what encoders are given; stereo. */
export const ENCODER_SAMPLE_RATE_HZ = 48_000;
/** Units of video time stamps in a second. */
export const VIDEO_TICKS_PER_SECOND = 90_000;

/** Filters between a decoder and an encoder. The frame handed out is reused by the next call. */
export interface FrameFilterGraph {
  /** Null: nothing more comes. */
  send(frame: Frame | null): void;
  receive(): Frame | undefined;
  close(): void;
}

/** A whole graph as text: `buffer@in` begins it unless it makes its frames itself; `...sink@out` ends it. */
export function openGraph(text: string, source: string | undefined, sink: string): FrameFilterGraph {
  const graph = new FilterGraph();
  graph.alloc();
  graph.nbThreads = 1;
  FFmpegError.throwIfError(graph.parse2(text), 'parsing filters');
  FFmpegError.throwIfError(graph.configSync(), 'joining filters');
  const from = source === undefined ? null : graph.getFilter(source);
  const to = graph.getFilter(sink);
  if (to === null) throw new Error('the filters have no end');
  const frame = new Frame();
  frame.alloc();
  return {
    send(given) {
      if (from !== null) FFmpegError.throwIfError(from.buffersrcAddFrameSync(given), 'filtering');
    },
    receive() {
      frame.unref();
      return to.buffersinkGetFrameSync(frame) >= 0 ? frame : undefined;
    },
    close() {
      frame.free();
      graph.free();
    },
  };
}

/** What a graph was made for: other frames need another. */
export function toFrameKey(frame: Frame): string {
  return frame.isVideo()
    ? `${frame.width} ${frame.height} ${frame.format}`
    : `${frame.format} ${frame.sampleRate} ${frame.channels} ${frame.channelLayout.mask}`;
}

/** The source of a graph that takes frames like this one, with `clock` time stamps a second. */
export function pictureSource(
  { width, height, format, colorSpace, colorRange }: Frame,
  clock: number,
): string {
  return [
    `buffer@in=video_size=${width}x${height}`,
    `pix_fmt=${format}`,
    `time_base=1/${clock}`,
    `colorspace=${colorSpace}`,
    `range=${colorRange}`,
  ].join(':');
}

/**
 * Scales and turns pictures as `wanted` says; time stamps count at CLOCK from the piece's start. Frames marked as
 * interlaced become whole pictures if `interlaced`.
 */
export function createPictureGraph(
  frame: Frame,
  interlaced: boolean,
  turn: Orientation,
  pixel: number,
  wanted: TargetFormat,
): FrameFilterGraph {
  const { width, height, colorTrc } = frame;
  const hdr = colorTrc === AVCOL_TRC_SMPTE2084 || colorTrc === AVCOL_TRC_ARIB_STD_B67;
  const whole = interlaced ? deinterlacer('interlaced') : undefined;
  const filters = createVideoFilter({ width, height, pixel, turn, hdr, deinterlacer: whole }, wanted);
  return openGraph(
    `${pictureSource(frame, VIDEO_TICKS_PER_SECOND)},${filters},settb=1/${VIDEO_TICKS_PER_SECOND},buffersink@out`,
    'buffer@in',
    'buffersink@out',
  );
}

/** Black pictures where a piece has none. */
export function createBlackGraph(
  { width, height }: { width: number; height: number },
  rate: string,
  ms: number,
): FrameFilterGraph {
  const text = `color=c=black:s=${width}x${height}:r=${rate}:d=${ms / 1000},format=yuv420p,settb=1/${VIDEO_TICKS_PER_SECOND},buffersink@out`;
  return openGraph(text, undefined, 'buffersink@out');
}

/** Makes sound 48 kHz stereo without holes, from the piece's start on; input stamps count samples. */
export function createSoundGraph(
  frame: Frame,
  lengthMs: number | undefined,
  first: boolean,
): FrameFilterGraph {
  const own = frame.channelLayout;
  const { mask } = own.order === AV_CHANNEL_ORDER_UNSPEC ? avChannelLayoutDefault(frame.channels) : own;
  const source = [
    `abuffer@in=sample_rate=${frame.sampleRate}`,
    `sample_fmt=${avGetSampleFmtName(frame.format as AVSampleFormat)}`,
    `channel_layout=0x${mask.toString(16)}`,
    `time_base=1/${frame.sampleRate}`,
  ].join(':');
  return openGraph(
    `${source},${createSoundFilter(lengthMs, first)},abuffersink@out`,
    'abuffer@in',
    'abuffersink@out',
  );
}

export function createSilenceGraph(samples: number): FrameFilterGraph {
  const text = `anullsrc=r=${ENCODER_SAMPLE_RATE_HZ}:cl=stereo,atrim=end_sample=${samples},aformat=sample_fmts=fltp,abuffersink@out`;
  return openGraph(text, undefined, 'abuffersink@out');
}

/** Brings sound of several pieces into frames as large as an encoder wants them. */
export function createPackGraph(samples: number, sampleFormat: AVSampleFormat): FrameFilterGraph {
  const format = avGetSampleFmtName(sampleFormat);
  const source = `abuffer@in=sample_rate=${ENCODER_SAMPLE_RATE_HZ}:sample_fmt=fltp:channel_layout=stereo:time_base=1/${ENCODER_SAMPLE_RATE_HZ}`;
  const text = `${source},aformat=sample_fmts=${format},asetnsamples=n=${samples}:p=0,abuffersink@out`;
  return openGraph(text, 'abuffer@in', 'abuffersink@out');
}

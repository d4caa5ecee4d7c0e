import {
  AV_CHANNEL_ORDER_UNSPEC,
  AVCOL_TRC_ARIB_STD_B67,
  AVCOL_TRC_SMPTE2084,
  type AVSampleFormat,
} from 'node-av/constants';
import { avChannelLayoutDefault, avGetSampleFmtName, FFmpegError, FilterGraph, Frame } from 'node-av/lib';
import {
  createDeinterlaceFilter,
  createSoundFilter,
  createVideoFilter,
  type TargetFormat,
} from './convert-filters.ts';
import type { Orientation } from './orientation.ts';

/** Sample rate of the encoders' input, Hz, in stereo. */
export const ENCODER_SAMPLE_RATE_HZ = 48_000;
/** Units of video time stamps per second. */
export const VIDEO_TICKS_PER_SECOND = 90_000;

/** Filters between a decoder and an encoder. The next call reuses the returned frame. */
export interface FrameFilterGraph {
  /** Sends a frame through the filters. Null marks the end of the input. */
  send(frame: Frame | null): void;
  receive(): Frame | undefined;
  close(): void;
}

/**
 * Opens a complete graph from its text. It starts with `buffer@in`, unless it generates its frames, and ends
 * with `...sink@out`.
 */
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
    send(frame) {
      if (from !== null) FFmpegError.throwIfError(from.buffersrcAddFrameSync(frame), 'filtering');
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

/** Identifies the format that a graph was created for. Other frames need another graph. */
export function toFrameKey(frame: Frame): string {
  return frame.isVideo()
    ? `${frame.width} ${frame.height} ${frame.format}`
    : `${frame.format} ${frame.sampleRate} ${frame.channels} ${frame.channelLayout.mask}`;
}

/** Returns the source of a graph for frames like this one, with `clock` time stamps per second. */
export function createPictureSource(
  { width, height, format, colorSpace, colorRange }: Frame,
  ticksPerSecond: number,
): string {
  return [
    `buffer@in=video_size=${width}x${height}`,
    `pix_fmt=${format}`,
    `time_base=1/${ticksPerSecond}`,
    `colorspace=${colorSpace}`,
    `range=${colorRange}`,
  ].join(':');
}

/**
 * Creates a graph that scales and rotates pictures to the target. Time stamps count in VIDEO_TICKS_PER_SECOND
 * from the piece's start. If `interlaced`, frames marked as such are deinterlaced.
 */
export function createPictureGraph(
  frame: Frame,
  hasInterlaced: boolean,
  orientation: Orientation,
  pixelAspect: number,
  target: TargetFormat,
): FrameFilterGraph {
  const { width, height, colorTrc } = frame;
  const isHdr = colorTrc === AVCOL_TRC_SMPTE2084 || colorTrc === AVCOL_TRC_ARIB_STD_B67;
  const deinterlaceFilter = hasInterlaced ? createDeinterlaceFilter('interlaced') : undefined;
  const filters = createVideoFilter(
    { width, height, pixelAspect, orientation, isHdr, deinterlacer: deinterlaceFilter },
    target,
  );
  return openGraph(
    `${createPictureSource(frame, VIDEO_TICKS_PER_SECOND)},${filters},settb=1/${VIDEO_TICKS_PER_SECOND},buffersink@out`,
    'buffer@in',
    'buffersink@out',
  );
}

/** Creates a graph of black pictures, for a piece without video. */
export function createBlackGraph(
  { width, height }: { width: number; height: number },
  rate: string,
  ms: number,
): FrameFilterGraph {
  const text = `color=c=black:s=${width}x${height}:r=${rate}:d=${ms / 1000},format=yuv420p,settb=1/${VIDEO_TICKS_PER_SECOND},buffersink@out`;
  return openGraph(text, undefined, 'buffersink@out');
}

/**
 * Creates a graph that converts sound to 48 kHz stereo without gaps, from the piece's start. Input time
 * stamps count samples.
 */
export function createSoundGraph(
  frame: Frame,
  lengthMs: number | undefined,
  isFirst: boolean,
): FrameFilterGraph {
  const frameLayout = frame.channelLayout;
  const { mask } =
    frameLayout.order === AV_CHANNEL_ORDER_UNSPEC ? avChannelLayoutDefault(frame.channels) : frameLayout;
  const source = [
    `abuffer@in=sample_rate=${frame.sampleRate}`,
    `sample_fmt=${avGetSampleFmtName(frame.format as AVSampleFormat)}`,
    `channel_layout=0x${mask.toString(16)}`,
    `time_base=1/${frame.sampleRate}`,
  ].join(':');
  return openGraph(
    `${source},${createSoundFilter(lengthMs, isFirst)},abuffersink@out`,
    'abuffer@in',
    'abuffersink@out',
  );
}

export function createSilenceGraph(samples: number): FrameFilterGraph {
  const text = `anullsrc=r=${ENCODER_SAMPLE_RATE_HZ}:cl=stereo,atrim=end_sample=${samples},aformat=sample_fmts=fltp,abuffersink@out`;
  return openGraph(text, undefined, 'abuffersink@out');
}

/** Creates a graph that packs the sound of several pieces into frames of the encoder's size. */
export function createPackGraph(samples: number, sampleFormat: AVSampleFormat): FrameFilterGraph {
  const format = avGetSampleFmtName(sampleFormat);
  const source = `abuffer@in=sample_rate=${ENCODER_SAMPLE_RATE_HZ}:sample_fmt=fltp:channel_layout=stereo:time_base=1/${ENCODER_SAMPLE_RATE_HZ}`;
  const text = `${source},aformat=sample_fmts=${format},asetnsamples=n=${samples}:p=0,abuffersink@out`;
  return openGraph(text, 'abuffer@in', 'abuffersink@out');
}

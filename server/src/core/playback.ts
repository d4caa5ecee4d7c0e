import { findMediaFormat } from './media-formats.ts';
import { findTrack, type Probe, type StreamInfo } from './video.ts';

/** What is done to the tracks of a file on their way to a player. `copy` leaves a track as it is. */
export interface Conversion {
  readonly container: 'mp4' | 'webm';
  readonly video: 'copy' | 'h264' | 'vp8' | 'none';
  readonly audio: 'copy' | 'mp3' | 'opus' | 'none';
}

export type PlaybackPlan = { readonly way: 'original' } | ({ readonly way: 'converted' } & Conversion);

/** Codecs that mp4 carries. */
const MP4_VIDEO = new Set(['h264', 'hevc', 'vp9', 'av1']);
const MP4_AUDIO = new Set(['aac', 'mp3', 'opus', 'flac']);

/** A codec as players name it: all kinds of raw samples are one. */
const codecOf = ({ codec }: StreamInfo) => (codec.startsWith('pcm_') ? 'pcm' : codec);

/**
 * How a file is served to a player that plays the containers and codecs named in `plays` (`mp4 webm mkv ogg mp3 wav
 * flac`, and codecs as libav names them, `pcm` for raw sound). An empty set is a player that failed at the file for a
 * reason it does not tell: it gets H.264 and mp3, which every one has.
 */
export function playbackPlan({ container, streams }: Probe, plays: ReadonlySet<string>): PlaybackPlan {
  const video = findTrack(streams, 'video');
  const audio = findTrack(streams, 'audio');
  const can = (stream: StreamInfo) => plays.has(codecOf(stream));
  const format = findMediaFormat(container);
  const fits = format?.player !== undefined && plays.has(format.player);
  if (fits && [video, audio].every((stream) => stream === undefined || can(stream)))
    return { way: 'original' };
  const copies = (stream: StreamInfo, carried: ReadonlySet<string>) =>
    can(stream) && carried.has(stream.codec) && format?.copies === true;
  const copied = video !== undefined && copies(video, MP4_VIDEO);
  const opus = plays.size > 0 && !plays.has('mp3');
  if (video !== undefined && !copied && plays.has('vp8') && !plays.has('h264'))
    return {
      way: 'converted',
      container: 'webm',
      video: 'vp8',
      audio: audio === undefined ? 'none' : 'opus',
    };
  return {
    way: 'converted',
    container: 'mp4',
    video: video === undefined ? 'none' : copied ? 'copy' : 'h264',
    audio: audio === undefined ? 'none' : copies(audio, MP4_AUDIO) ? 'copy' : opus ? 'opus' : 'mp3',
  };
}

import { findTrack, type MediaProbe, type StreamInfo } from '../domain/video.ts';
import { findMediaFormat } from '../library/media-formats.ts';

/** What is done to the tracks of a file on their way to a player. `copy` leaves a track as it is. */
export interface Conversion {
  readonly container: 'mp4' | 'webm';
  readonly video: 'copy' | 'h264' | 'vp8' | 'none';
  readonly audio: 'copy' | 'mp3' | 'opus' | 'none';
}

export type PlaybackPlan = { readonly way: 'original' } | ({ readonly way: 'converted' } & Conversion);

/** Codecs that mp4 carries. */
const MP4_VIDEO_CODECS = new Set(['h264', 'hevc', 'vp9', 'av1']);
const MP4_AUDIO_CODECS = new Set(['aac', 'mp3', 'opus', 'flac']);

/** A codec as players name it: all kinds of raw samples are one. */
const toPlayerCodec = ({ codec }: StreamInfo) => (codec.startsWith('pcm_') ? 'pcm' : codec);

/**
 * How a file is served to a player that plays the containers and codecs named in `plays` (`mp4 webm mkv ogg mp3 wav
 * flac`, and codecs as libav names them, `pcm` for raw sound). An empty set is a player that failed at the file for a
 * reason it does not tell: it gets H.264 and mp3, which every one has.
 */
export function planPlayback(
  { container, streams }: MediaProbe,
  playable: ReadonlySet<string>,
): PlaybackPlan {
  const video = findTrack(streams, 'video');
  const audio = findTrack(streams, 'audio');
  const canPlay = (stream: StreamInfo) => playable.has(toPlayerCodec(stream));
  const format = findMediaFormat(container);
  const canPlayContainer = format?.player !== undefined && playable.has(format.player);
  if (canPlayContainer && [video, audio].every((stream) => stream === undefined || canPlay(stream)))
    return { way: 'original' };
  const canCopy = (stream: StreamInfo, containerCodecs: ReadonlySet<string>) =>
    canPlay(stream) && containerCodecs.has(stream.codec) && format?.copies === true;
  const copiesVideo = video !== undefined && canCopy(video, MP4_VIDEO_CODECS);
  const prefersOpus = playable.size > 0 && !playable.has('mp3');
  if (video !== undefined && !copiesVideo && playable.has('vp8') && !playable.has('h264'))
    return {
      way: 'converted',
      container: 'webm',
      video: 'vp8',
      audio: audio === undefined ? 'none' : 'opus',
    };
  return {
    way: 'converted',
    container: 'mp4',
    video: video === undefined ? 'none' : copiesVideo ? 'copy' : 'h264',
    audio:
      audio === undefined ? 'none' : canCopy(audio, MP4_AUDIO_CODECS) ? 'copy' : prefersOpus ? 'opus' : 'mp3',
  };
}

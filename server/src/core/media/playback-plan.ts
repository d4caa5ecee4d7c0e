import { findTrack, type MediaProbe, type StreamInfo } from '../domain/video.ts';
import { findMediaFormat } from '../library/media-formats.ts';

/** Describes how the tracks of a file are converted for a player. `copy` keeps a track unchanged. */
export interface Conversion {
  readonly container: 'mp4' | 'webm';
  readonly video: 'copy' | 'h264' | 'vp8' | 'none';
  readonly audio: 'copy' | 'mp3' | 'opus' | 'none';
}

export type PlaybackPlan = { readonly way: 'original' } | ({ readonly way: 'converted' } & Conversion);

/** A clock that starts nearer to zero than this counts as starting at zero, ms: few people see the difference. */
const MAX_CLOCK_OFFSET_MS = 250;

/** Lists the codecs supported in mp4. */
const MP4_VIDEO_CODECS = new Set(['h264', 'hevc', 'vp9', 'av1']);
const MP4_AUDIO_CODECS = new Set(['aac', 'mp3', 'opus', 'flac']);

/** Returns the codec name used by players, which treat all raw audio alike. */
const toPlayerCodec = ({ codec }: StreamInfo) => (codec.startsWith('pcm_') ? 'pcm' : codec);

/**
 * Decides how to serve a file to a player that supports the given containers (`mp4 webm mkv ogg mp3 wav
 * flac`) and codecs (libav names, `pcm` for raw audio). An empty set stands for a player that failed for an
 * unknown reason: it gets H.264 and mp3, which every player supports. A file whose clock does not start at zero is
 * converted too, so that the player counts as the index does. So is one whose tracks in use are not those that a
 * player prefers.
 */
export function planPlayback(
  { container, streams, startMs = 0 }: MediaProbe,
  playable: ReadonlySet<string>,
): PlaybackPlan {
  const video = findTrack(streams, 'video');
  const audio = findTrack(streams, 'audio');
  const canPlay = (stream: StreamInfo) => playable.has(toPlayerCodec(stream));
  const format = findMediaFormat(container);
  const canPlayContainer = format?.playerContainer !== undefined && playable.has(format.playerContainer);
  // A player counts from the zero of the file's own clock.
  const countsFromStart = Math.abs(startMs) < MAX_CLOCK_OFFSET_MS;
  // A player reads the tracks that it prefers, and cannot be told to read others.
  const readsPreferred = [video, audio].every((stream) => (stream?.preference ?? 0) === 0);
  if (
    canPlayContainer &&
    countsFromStart &&
    readsPreferred &&
    [video, audio].every((stream) => stream === undefined || canPlay(stream))
  )
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

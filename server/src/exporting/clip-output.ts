import { type FrameRate, mostCommonRate } from './frame-rate.ts';
import type { SelectedMoment } from './selection.ts';

/** Lists the codecs that players expect in MP4. Others are copied into Matroska. */
const MP4_CODECS = new Set('h264 hevc av1 vp9 mpeg4 mpeg2video aac mp3 opus flac ac3 eac3 alac'.split(' '));
/** Limits the frame rate of a clip. Screen recordings may declare 1,000 frames per second. */
const MAX_FRAMES_PER_SECOND = 120;
const FALLBACK_RATE: FrameRate = { frames: 60, seconds: 1 };

const toEven = (n: number) => Math.max(2, 2 * Math.round(n / 2));

/** Returns the shape of a cut: the size of its first video, the most common frame rate, and whether it has audio. */
export function cutShape(moments: readonly SelectedMoment[]) {
  const firstVideo = moments.find(({ source }) => source.video)?.source;
  const rate = mostCommonRate({ title: '', moments: moments.filter(({ source }) => source.video) });
  return {
    ...(firstVideo === undefined
      ? {}
      : {
          size: { width: toEven(firstVideo.width ?? 1280), height: toEven(firstVideo.height ?? 720) },
          rate: rate.frames / rate.seconds > MAX_FRAMES_PER_SECOND ? FALLBACK_RATE : rate,
        }),
    audio: moments.some(({ source }) => source.audio !== undefined),
  };
}

/** Returns the extension of a cut, without the dot. `codecs` are those of the copied tracks. */
export function cutExtension(
  moments: readonly SelectedMoment[],
  how: 'exact' | 'copy',
  codecs: readonly string[],
): 'mp4' | 'm4a' | 'mkv' | 'mka' {
  const hasVideo = moments.some(({ source }) => source.video);
  if (how === 'exact') return hasVideo ? 'mp4' : 'm4a';
  if (hasVideo) return codecs.every((codec) => MP4_CODECS.has(codec)) ? 'mp4' : 'mkv';
  return codecs.every((codec) => codec === 'aac' || codec === 'alac') ? 'm4a' : 'mka';
}

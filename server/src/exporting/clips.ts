import { commonRate, type Rate } from './rate.ts';
import type { Moment } from './selection.ts';

/** Codecs that players expect in mp4; others are copied into Matroska. */
const MP4 = new Set('h264 hevc av1 vp9 mpeg4 mpeg2video aac mp3 opus flac ac3 eac3 alac'.split(' '));
/** Frames a second that a clip has at most; screen recordings may claim a thousand. */
const FASTEST = 120;
const USUAL: Rate = { frames: 60, seconds: 1 };

const even = (n: number) => Math.max(2, 2 * Math.round(n / 2));

/** What a file of moments is like: as large as the first with pictures, at the rate that most have. */
export function cutShape(moments: readonly Moment[]) {
  const leading = moments.find(({ source }) => source.video)?.source;
  const rate = commonRate({ title: '', moments: moments.filter(({ source }) => source.video) });
  return {
    ...(leading === undefined
      ? {}
      : {
          size: { width: even(leading.width ?? 1280), height: even(leading.height ?? 720) },
          rate: rate.frames / rate.seconds > FASTEST ? USUAL : rate,
        }),
    audio: moments.some(({ source }) => source.audio !== undefined),
  };
}

/** How the file of moments ends, without the dot. `codecs`: of the tracks that are copied. */
export function cutEnding(
  moments: readonly Moment[],
  how: 'exact' | 'copy',
  codecs: readonly string[],
): 'mp4' | 'm4a' | 'mkv' | 'mka' {
  const pictures = moments.some(({ source }) => source.video);
  if (how === 'exact') return pictures ? 'mp4' : 'm4a';
  if (pictures) return codecs.every((codec) => MP4.has(codec)) ? 'mp4' : 'mkv';
  return codecs.every((codec) => codec === 'aac' || codec === 'alac') ? 'm4a' : 'mka';
}

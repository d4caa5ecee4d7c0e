import type { Box } from '../../ports/decoder.ts';
import { type Orientation, toShownSizePx, toUnturnedSize } from './orientation.ts';

/** A picture as it is decoded. */
export interface DecodedShape extends Box {
  /** Width of a pixel over its height. */
  readonly pixel: number;
  readonly turn: Orientation;
  /** PQ or HLG, which an ordinary screen would show grey. */
  readonly hdr: boolean;
  /** The filter that makes whole pictures of interlaced ones; absent if there are none. */
  readonly deinterlacer?: string;
}

/** What pictures are to become. */
export interface TargetFormat {
  /** px, both even. */
  readonly size: Box;
  /** Frames a second, as a fraction or number of FFmpeg's; as they come where absent. */
  readonly rate?: string;
  /** The last picture stays until then. ms */
  readonly lengthMs?: number;
}

const even = (n: number) => Math.max(2, 2 * Math.round(n / 2));

/** The size at most `box` in which a picture is shown, both sides even as encoders need them. */
export function fitEven(shown: Box, box: Box): Box {
  const share = Math.min(1, box.width / shown.width, box.height / shown.height);
  return { width: even(shown.width * share), height: even(shown.height * share) };
}

/** The largest size of a shape within a box. */
function within(shown: Box, box: Box): Box {
  const share = Math.min(box.width / shown.width, box.height / shown.height);
  return {
    width: Math.min(box.width, even(shown.width * share)),
    height: Math.min(box.height, even(shown.height * share)),
  };
}

function turning({ mirrored, quarters }: Orientation): readonly string[] {
  return [
    ...(mirrored ? ['hflip'] : []),
    ...(quarters === 1 ? ['transpose=clock'] : quarters === 3 ? ['transpose=cclock'] : []),
    ...(quarters === 2 ? ['hflip', 'vflip'] : []),
  ];
}

/** HDR as an ordinary screen shows it. */
const TONE_MAP_FILTER =
  'zscale=t=linear:npl=203,format=gbrpf32le,zscale=p=bt709,tonemap=mobius:desat=0,zscale=t=bt709:m=bt709:r=limited';

/** Makes one whole picture of each frame that `which` names: `interlaced` ones by their mark, or `all`. */
export function deinterlacer(which: string, name: 'bwdif' | 'yadif' = 'bwdif'): string {
  return `${name}=mode=send_frame:deint=${which}`;
}

/** The filters that make pictures what is wanted: rate, size, turn, colours, black bars, length. */
export function createVideoFilter(
  { pixel, turn, hdr, deinterlacer, ...coded }: DecodedShape,
  wanted: TargetFormat,
): string {
  const { size, rate, lengthMs } = wanted;
  const fitted = within(toShownSizePx(coded.width, coded.height, pixel, turn), size);
  const flat = toUnturnedSize(fitted, turn);
  const barred = fitted.width !== size.width || fitted.height !== size.height;
  return [
    ...(deinterlacer === undefined ? [] : [deinterlacer]),
    ...(rate === undefined ? [] : [`fps=fps=${rate}:start_time=0:eof_action=pass`]),
    `scale=${flat.width}:${flat.height}:flags=bilinear`,
    ...(hdr ? [TONE_MAP_FILTER] : []),
    ...turning(turn),
    ...(barred ? [`pad=${size.width}:${size.height}:(ow-iw)/2:(oh-ih)/2`] : []),
    'setsar=1',
    'format=yuv420p',
    ...(lengthMs === undefined
      ? []
      : ['tpad=stop=-1:stop_mode=clone', `trim=end=${(lengthMs / 1000).toFixed(3)}`]),
  ].join(',');
}

/** Sound at 48 kHz in stereo from time 0 on, holes filled with silence, and none after `lengthMs`. */
export function createSoundFilter(lengthMs: number | undefined, first = true): string {
  const end = lengthMs === undefined ? '' : `:end=${(lengthMs / 1000).toFixed(3)}`;
  return [
    `atrim=start=0${end}`,
    `aresample=48000:async=1${first ? ':first_pts=0' : ''}`,
    'aformat=sample_fmts=fltp:channel_layouts=stereo',
  ].join(',');
}

import type { Box } from '../../ports/decoder.ts';
import { type Orientation, toShownSizePx, toUnturnedSize } from './orientation.ts';

/** Properties of a decoded picture. */
export interface DecodedShape extends Box {
  /** Pixel aspect ratio: width over height. */
  readonly pixel: number;
  readonly turn: Orientation;
  /** True for PQ or HLG, which looks grey on an ordinary screen. */
  readonly hdr: boolean;
  /** Filter that deinterlaces; undefined if no frame is interlaced. */
  readonly deinterlacer?: string;
}

/** Properties that the pictures are converted to. */
export interface TargetFormat {
  /** px, both even. */
  readonly size: Box;
  /** Frames per second, as a number or fraction in FFmpeg's syntax. Undefined keeps the original times. */
  readonly rate?: string;
  /** Length to which the last picture is extended, ms. */
  readonly lengthMs?: number;
}

const even = (n: number) => Math.max(2, 2 * Math.round(n / 2));

/** Returns the size of a picture scaled down into `box`. Both sides are even, because encoders require it. */
export function fitEven(shown: Box, box: Box): Box {
  const share = Math.min(1, box.width / shown.width, box.height / shown.height);
  return { width: even(shown.width * share), height: even(shown.height * share) };
}

/** Returns the largest size of a shape within a box. */
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

/** Maps HDR to the range of an ordinary screen. */
const TONE_MAP_FILTER =
  'zscale=t=linear:npl=203,format=gbrpf32le,zscale=p=bt709,tonemap=mobius:desat=0,zscale=t=bt709:m=bt709:r=limited';

/** Returns the filter that deinterlaces frames: those marked as `interlaced`, or `all`. */
export function deinterlacer(which: string, name: 'bwdif' | 'yadif' = 'bwdif'): string {
  return `${name}=mode=send_frame:deint=${which}`;
}

/**
 * Returns the filters that convert pictures to the target: rate, size, rotation, colours, black bars and
 * length.
 */
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

/** Returns the filters for sound: 48 kHz stereo from time 0, gaps filled with silence, cut at `lengthMs`. */
export function createSoundFilter(lengthMs: number | undefined, first = true): string {
  const end = lengthMs === undefined ? '' : `:end=${(lengthMs / 1000).toFixed(3)}`;
  return [
    `atrim=start=0${end}`,
    `aresample=48000:async=1${first ? ':first_pts=0' : ''}`,
    'aformat=sample_fmts=fltp:channel_layouts=stereo',
  ].join(',');
}

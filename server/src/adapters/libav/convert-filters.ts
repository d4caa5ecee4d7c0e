import type { Box } from '../../ports/decoder.ts';
import { type Orientation, toShownSizePx, toUnturnedSize } from './orientation.ts';

/** Properties of a decoded picture. */
export interface DecodedShape extends Box {
  /** Pixel aspect ratio: width over height. */
  readonly pixelAspect: number;
  readonly orientation: Orientation;
  /** True for PQ or HLG, which looks grey on an ordinary screen. */
  readonly isHdr: boolean;
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

const toEven = (n: number) => Math.max(2, 2 * Math.round(n / 2));

/** Returns the size of a picture scaled down into `box`. Both sides are even, because encoders require it. */
export function fitEven(displaySize: Box, box: Box): Box {
  const scale = Math.min(1, box.width / displaySize.width, box.height / displaySize.height);
  return { width: toEven(displaySize.width * scale), height: toEven(displaySize.height * scale) };
}

/** Returns the largest size of a shape within a box. */
function fitWithin(displaySize: Box, box: Box): Box {
  const scale = Math.min(box.width / displaySize.width, box.height / displaySize.height);
  return {
    width: Math.min(box.width, toEven(displaySize.width * scale)),
    height: Math.min(box.height, toEven(displaySize.height * scale)),
  };
}

function createRotationFilters({ mirrored, quarters }: Orientation): readonly string[] {
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
export function createDeinterlaceFilter(
  frameSelection: string,
  filterName: 'bwdif' | 'yadif' = 'bwdif',
): string {
  return `${filterName}=mode=send_frame:deint=${frameSelection}`;
}

/**
 * Returns the filters that convert pictures to the target: rate, size, rotation, colours, black bars and
 * length.
 */
export function createVideoFilter(
  { pixelAspect, orientation, isHdr, deinterlacer, ...codedSize }: DecodedShape,
  target: TargetFormat,
): string {
  const { size, rate, lengthMs } = target;
  const fittedSize = fitWithin(
    toShownSizePx(codedSize.width, codedSize.height, pixelAspect, orientation),
    size,
  );
  const unrotatedSize = toUnturnedSize(fittedSize, orientation);
  const needsBars = fittedSize.width !== size.width || fittedSize.height !== size.height;
  return [
    ...(deinterlacer === undefined ? [] : [deinterlacer]),
    ...(rate === undefined ? [] : [`fps=fps=${rate}:start_time=0:eof_action=pass`]),
    `scale=${unrotatedSize.width}:${unrotatedSize.height}:flags=bilinear`,
    ...(isHdr ? [TONE_MAP_FILTER] : []),
    ...createRotationFilters(orientation),
    ...(needsBars ? [`pad=${size.width}:${size.height}:(ow-iw)/2:(oh-ih)/2`] : []),
    'setsar=1',
    'format=yuv420p',
    ...(lengthMs === undefined
      ? []
      : ['tpad=stop=-1:stop_mode=clone', `trim=end=${(lengthMs / 1000).toFixed(3)}`]),
  ].join(',');
}

/** Returns the filters for sound: 48 kHz stereo from time 0, gaps filled with silence, cut at `lengthMs`. */
export function createSoundFilter(lengthMs: number | undefined, isFirst = true): string {
  const end = lengthMs === undefined ? '' : `:end=${(lengthMs / 1000).toFixed(3)}`;
  return [
    `atrim=start=0${end}`,
    `aresample=48000:async=1${isFirst ? ':first_pts=0' : ''}`,
    'aformat=sample_fmts=fltp:channel_layouts=stereo',
  ].join(',');
}

import type { Box } from '../../ports/decoder.ts';
import { deinterlacer } from './convert-filters.ts';
import type { DumpStream } from './ffmpeg-dump.ts';

/** Filters of this ffmpeg that not every build has. */
export interface FilterSupport {
  readonly toneMap: boolean;
  /** The better of its deinterlacers. */
  readonly deinterlacer: 'bwdif' | 'yadif' | undefined;
}

/** Reads `ffmpeg -filters`. */
export function parseFilterSupport(filters: string): FilterSupport {
  const has = (name: string) => new RegExp(`^ \\S+ ${name} `, 'm').test(filters);
  const deinterlacer = (['bwdif', 'yadif'] as const).find(has);
  return { toneMap: has('zscale') && has('tonemap'), deinterlacer };
}

/**
 * Returns the filter that makes whole pictures of the frames marked as interlaced and passes all others on. Undefined
 * if this ffmpeg has none, and for pictures that it would have to convert: RGB is never interlaced.
 */
export function wholePictures(stream: DumpStream, abilities: FilterSupport): string | undefined {
  if (!stream.planar || abilities.deinterlacer === undefined) return undefined;
  return deinterlacer('interlaced', abilities.deinterlacer);
}

/** Scales to exactly `size`, in RGB or grey, HDR mapped to SDR where this ffmpeg can. */
export function createScaleFilter(
  stream: DumpStream,
  size: Box,
  format: 'rgb24' | 'gray' | 'yuvj420p',
  { toneMap }: FilterSupport,
): string {
  const flags = format === 'gray' ? 'area' : 'bicubic';
  const scale = `scale=${size.width}:${size.height}:flags=${flags},setsar=1`;
  if (!stream.hdr || !toneMap) return `${scale},format=${format}`;
  const linear = 'zscale=t=linear:npl=203,format=gbrpf32le,zscale=p=bt709,tonemap=mobius:desat=0';
  return `${scale},${linear},zscale=t=bt709:m=bt709:r=full,format=${format}`;
}

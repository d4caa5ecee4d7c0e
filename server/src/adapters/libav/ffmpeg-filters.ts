import type { Box } from '../../ports/decoder.ts';
import { deinterlacer } from './convert-filters.ts';
import type { DumpStream } from './ffmpeg-dump.ts';

/** Optional filters of this ffmpeg build. */
export interface FilterSupport {
  readonly toneMap: boolean;
  /** The better of the available deinterlacers. */
  readonly deinterlacer: 'bwdif' | 'yadif' | undefined;
}

/** Parses the output of `ffmpeg -filters`. */
export function parseFilterSupport(filters: string): FilterSupport {
  const has = (name: string) => new RegExp(`^ \\S+ ${name} `, 'm').test(filters);
  const deinterlacer = (['bwdif', 'yadif'] as const).find(has);
  return { toneMap: has('zscale') && has('tonemap'), deinterlacer };
}

/**
 * Returns the filter that deinterlaces frames marked as interlaced and passes all others through. Undefined
 * if this ffmpeg has none, or if the pictures would need a conversion: RGB is never interlaced.
 */
export function wholePictures(stream: DumpStream, abilities: FilterSupport): string | undefined {
  if (!stream.planar || abilities.deinterlacer === undefined) return undefined;
  return deinterlacer('interlaced', abilities.deinterlacer);
}

/**
 * Returns the filter that scales to exactly `size`, in RGB or grey. HDR is mapped to SDR if this ffmpeg can
 * do so.
 */
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

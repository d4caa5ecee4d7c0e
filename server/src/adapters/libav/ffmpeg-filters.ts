import type { Box } from '../../ports/decoder.ts';
import { createDeinterlaceFilter } from './convert-filters.ts';
import type { ProbedStream } from './ffprobe-output.ts';

/** Optional filters of this ffmpeg build. */
export interface FilterSupport {
  readonly canToneMap: boolean;
  /** The better of the available deinterlacers. */
  readonly deinterlacer: 'bwdif' | 'yadif' | undefined;
}

/** Parses the output of `ffmpeg -filters`. */
export function parseFilterSupport(filters: string): FilterSupport {
  const hasFilter = (name: string) => new RegExp(`^ \\S+ ${name} `, 'm').test(filters);
  const deinterlacer = (['bwdif', 'yadif'] as const).find(hasFilter);
  return { canToneMap: hasFilter('zscale') && hasFilter('tonemap'), deinterlacer };
}

/**
 * Returns the filter that deinterlaces frames marked as interlaced and passes all others through. Undefined
 * if this ffmpeg has none, or if the pictures would need a conversion: RGB is never interlaced.
 */
export function findDeinterlaceFilter(
  stream: ProbedStream,
  filterSupport: FilterSupport,
): string | undefined {
  if (!stream.isPlanar || filterSupport.deinterlacer === undefined) return undefined;
  return createDeinterlaceFilter('interlaced', filterSupport.deinterlacer);
}

/**
 * Returns the filter that scales to exactly `size`, in RGB or grey. HDR is mapped to SDR if this ffmpeg can
 * do so.
 */
export function createScaleFilter(
  stream: ProbedStream,
  size: Box,
  format: 'rgb24' | 'gray' | 'yuvj420p',
  { canToneMap }: FilterSupport,
): string {
  const flags = format === 'gray' ? 'area' : 'bicubic';
  const scale = `scale=${size.width}:${size.height}:flags=${flags},setsar=1`;
  if (!stream.isHdr || !canToneMap) return `${scale},format=${format}`;
  const toneMapFilters = 'zscale=t=linear:npl=203,format=gbrpf32le,zscale=p=bt709,tonemap=mobius:desat=0';
  return `${scale},${toneMapFilters},zscale=t=bt709:m=bt709:r=full,format=${format}`;
}

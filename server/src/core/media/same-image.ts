interface PixelImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Maximum mean difference of two pictures that count as the same, of 255 levels. */
const MAX_MEAN_DIFFERENCE = 1.5;

/** Returns whether two pictures are the same apart from encoding noise. */
export function isSameImage(a: PixelImage, b: PixelImage): boolean {
  if (a.width !== b.width || a.height !== b.height) return false;
  let sum = 0;
  for (let i = 0; i < a.data.length; i += 1) sum += Math.abs((a.data[i] ?? 0) - (b.data[i] ?? 0));
  return sum / Math.max(1, a.data.length) < MAX_MEAN_DIFFERENCE;
}

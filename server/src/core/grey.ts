/** Size of the grey pictures that shots, stillness and text times are measured on, px. */
export const GREY_WIDTH = 64;
export const GREY_HEIGHT = 36;
export const GREY_SIZE = GREY_WIDTH * GREY_HEIGHT;

/** Mean absolute difference of two grey pictures, levels 0..255. */
export function difference(a: Uint8Array, b: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < GREY_SIZE; i += 1) sum += Math.abs((a[i] ?? 0) - (b[i] ?? 0));
  return sum / GREY_SIZE;
}

/** Mean luma, levels 0..255. */
export function meanLuma(data: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < GREY_SIZE; i += 1) sum += data[i] ?? 0;
  return sum / GREY_SIZE;
}

/** Share of pixels at or above `level`, 0..1. */
export function shareAbove(data: Uint8Array, level: number): number {
  let count = 0;
  for (let i = 0; i < GREY_SIZE; i += 1) if ((data[i] ?? 0) >= level) count += 1;
  return count / GREY_SIZE;
}

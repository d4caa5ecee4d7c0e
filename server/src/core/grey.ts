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

/** The brightest luma, levels 0..255. */
export function brightest(data: Uint8Array): number {
  let most = 0;
  for (let i = 0; i < GREY_SIZE; i += 1) most = Math.max(most, data[i] ?? 0);
  return most;
}

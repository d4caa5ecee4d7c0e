/** Size of the grey pictures that shots, stillness and text times are measured on, px. */
export const LUMA_GRID_WIDTH_PX = 64;
export const LUMA_GRID_HEIGHT_PX = 36;
export const LUMA_GRID_CELLS = LUMA_GRID_WIDTH_PX * LUMA_GRID_HEIGHT_PX;

/** Mean absolute difference of two grey pictures, levels 0..255. */
export function meanAbsoluteDifference(a: Uint8Array, b: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < LUMA_GRID_CELLS; i += 1) sum += Math.abs((a[i] ?? 0) - (b[i] ?? 0));
  return sum / LUMA_GRID_CELLS;
}

/** Mean luma, levels 0..255. */
export function meanLuma(data: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < LUMA_GRID_CELLS; i += 1) sum += data[i] ?? 0;
  return sum / LUMA_GRID_CELLS;
}

/** The brightest luma, levels 0..255. */
export function maxLuma(data: Uint8Array): number {
  let maximum = 0;
  for (let i = 0; i < LUMA_GRID_CELLS; i += 1) maximum = Math.max(maximum, data[i] ?? 0);
  return maximum;
}

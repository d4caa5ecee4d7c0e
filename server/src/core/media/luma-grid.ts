/** Size of the grey pictures used to measure shots, stillness and text times, in px. */
export const LUMA_GRID_WIDTH_PX = 64;
export const LUMA_GRID_HEIGHT_PX = 36;
export const LUMA_GRID_CELLS = LUMA_GRID_WIDTH_PX * LUMA_GRID_HEIGHT_PX;

/** Returns the mean absolute difference of two grey pictures, in levels 0..255. */
export function meanAbsoluteDifference(a: Uint8Array, b: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < LUMA_GRID_CELLS; i += 1) sum += Math.abs((a[i] ?? 0) - (b[i] ?? 0));
  return sum / LUMA_GRID_CELLS;
}

/** Returns the mean luma, in levels 0..255. */
export function meanLuma(data: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < LUMA_GRID_CELLS; i += 1) sum += data[i] ?? 0;
  return sum / LUMA_GRID_CELLS;
}

/** Returns the maximum luma, in levels 0..255. */
export function maxLuma(data: Uint8Array): number {
  let maximum = 0;
  for (let i = 0; i < LUMA_GRID_CELLS; i += 1) maximum = Math.max(maximum, data[i] ?? 0);
  return maximum;
}

/** Pixels of a picture, 8-bit RGB, row by row. */
export interface RgbPicture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Mean colours of at most MAX_GRID_SIDE x MAX_GRID_SIDE cells, three numbers each, 0..255. */
export type ColourGrid = Float32Array;

const MAX_GRID_SIDE = 16;
/** Mean difference of a cell's colour from which it shows something else. Noise and compression stay below. */
const MIN_CELL_CHANGE = 12;
/** Share of cells that may change while the same is seen: a head that turns, a hand that writes. */
const MAX_CHANGED_SHARE = 0.06;

/** Averages a picture's colours in cells. */
export function toColourGrid({ width, height, data }: RgbPicture): ColourGrid {
  const side = Math.max(1, Math.min(MAX_GRID_SIDE, width, height));
  const sums = new Float32Array(side * side * 3);
  const counts = new Float32Array(side * side);
  for (let y = 0; y < height; y += 1) {
    const row = Math.floor((y * side) / height) * side;
    for (let x = 0; x < width; x += 1) {
      const cell = row + Math.floor((x * side) / width);
      const pixel = (y * width + x) * 3;
      counts[cell] = (counts[cell] ?? 0) + 1;
      for (let channel = 0; channel < 3; channel += 1)
        sums[cell * 3 + channel] = (sums[cell * 3 + channel] ?? 0) + (data[pixel + channel] ?? 0);
    }
  }
  return sums.map((sum, i) => sum / Math.max(1, counts[Math.floor(i / 3)] ?? 1));
}

/** Returns the share of cells whose colour differs, 0..1. */
function findChangedShare(a: ColourGrid, b: ColourGrid): number {
  let changed = 0;
  for (let cell = 0; cell < a.length; cell += 3) {
    const difference =
      Math.abs((a[cell] ?? 0) - (b[cell] ?? 0)) +
      Math.abs((a[cell + 1] ?? 0) - (b[cell + 1] ?? 0)) +
      Math.abs((a[cell + 2] ?? 0) - (b[cell + 2] ?? 0));
    if (difference / 3 >= MIN_CELL_CHANGE) changed += 1;
  }
  return changed / (a.length / 3);
}

/** Returns whether two clips show the same: each picture of one looks like the picture at its place in the other. */
export function showsTheSame(a: readonly ColourGrid[], b: readonly ColourGrid[]): boolean {
  return (
    a.length === b.length &&
    a.length > 0 &&
    a.every((grid, i) => {
      const other = b[i];
      return other?.length === grid.length && findChangedShare(grid, other) <= MAX_CHANGED_SHARE;
    })
  );
}

import type { Canvas } from './media-spec.ts';

const BITS = 8;

/** Draws a number below 256 as eight upright bars, the highest bit leftmost, under a grey roof. */
export function drawNumber(canvas: Canvas, number: number): void {
  const { data, width, height } = canvas;
  const row = width * 3;
  const roof = Math.floor(height / 4);
  data.fill(128, 0, roof * row);
  for (let x = 0; x < width; x += 1) {
    const bit = (number >> (BITS - 1 - Math.floor((x * BITS) / width))) & 1;
    data.fill(bit * 235, roof * row + x * 3, roof * row + x * 3 + 3);
  }
  for (let y = roof + 1; y < height; y += 1) data.copyWithin(y * row, roof * row, (roof + 1) * row);
}

/** Reads the number of a picture with `depth` bytes a pixel. */
export function readNumber(
  picture: { readonly width: number; readonly height: number; readonly data: Uint8Array },
  depth = 3,
): number {
  let number = 0;
  const y = Math.floor(picture.height * 0.7);
  for (let bit = 0; bit < BITS; bit += 1) {
    const x = Math.floor(((bit + 0.5) * picture.width) / BITS);
    number = number * 2 + ((picture.data[(y * picture.width + x) * depth] ?? 0) > 110 ? 1 : 0);
  }
  return number;
}

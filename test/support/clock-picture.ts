import type { Canvas } from './media-spec.ts';

const BITS = 8;

/** Draws a number below 256 as eight upright bars, the highest bit leftmost, under a grey roof. */
export function drawNumber(canvas: Canvas, number: number): void {
  const bar = canvas.width / BITS;
  const roof = Math.floor(canvas.height / 4);
  for (let y = 0; y < canvas.height; y += 1) {
    for (let x = 0; x < canvas.width; x += 1) {
      const bit = (number >> (BITS - 1 - Math.floor(x / bar))) & 1;
      canvas.data.fill(
        y < roof ? 128 : bit * 235,
        (y * canvas.width + x) * 3,
        (y * canvas.width + x) * 3 + 3,
      );
    }
  }
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

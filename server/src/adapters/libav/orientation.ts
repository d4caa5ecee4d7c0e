import type { Box } from '../../ports/decoder.ts';

/** How a decoded picture is transformed for display: first mirrored left to right, then rotated clockwise. */
export interface Orientation {
  readonly mirrored: boolean;
  readonly quarters: 0 | 1 | 2 | 3;
}

export const UPRIGHT: Orientation = { mirrored: false, quarters: 0 };

function quartersOf(degrees: number): Orientation['quarters'] {
  const quarters = (((Math.round(degrees / 90) % 4) + 4) % 4) as Orientation['quarters'];
  return quarters;
}

/**
 * Returns the orientation from a display matrix (nine 32-bit integers, ISO 14496-12). Other angles are
 * rounded.
 */
export function parseOrientation(matrix: Uint8Array | null): Orientation {
  if (!matrix || matrix.byteLength < 36) return UPRIGHT;
  const view = new DataView(matrix.buffer, matrix.byteOffset, matrix.byteLength);
  const [a, b, c, d] = [0, 1, 3, 4].map((n) => view.getInt32(n * 4, true) / 65_536) as [
    number,
    number,
    number,
    number,
  ];
  if (a * d - b * c >= 0)
    return { mirrored: false, quarters: quartersOf((Math.atan2(b, a) * 180) / Math.PI) };
  // Mirroring comes first: it changes the sign of the first row, and a rotation remains.
  return { mirrored: true, quarters: quartersOf((Math.atan2(-b, -a) * 180) / Math.PI) };
}

/**
 * Returns the size at which coded pictures are shown, px: width scaled by the pixel aspect, sides swapped by
 * a rotation.
 */
export function toShownSizePx(width: number, height: number, pixel: number, turn: Orientation): Box {
  const wide = pixel > 0.05 && pixel < 20 ? Math.max(1, Math.round(width * pixel)) : width;
  return turn.quarters % 2 === 0 ? { width: wide, height } : { width: height, height: wide };
}

/** Returns the largest size within a box that keeps the aspect ratio and does not enlarge. */
export function fitInside(shown: Box, box: Box): Box {
  const share = Math.min(1, box.width / shown.width, box.height / shown.height);
  return {
    width: Math.max(1, Math.round(shown.width * share)),
    height: Math.max(1, Math.round(shown.height * share)),
  };
}

/** Returns the size before rotation of a picture that has `size` after it. */
export function toUnturnedSize(size: Box, turn: Orientation): Box {
  return turn.quarters % 2 === 0 ? size : { width: size.height, height: size.width };
}

/** Rotates a picture of `width` x `height` px with `depth` bytes per pixel. */
export function rotatePicture(data: Uint8Array, size: Box, depth: number, turn: Orientation): Uint8Array {
  if (turn.quarters === 0 && !turn.mirrored) return data;
  const { width, height } = size;
  const swapped = turn.quarters % 2 === 1;
  const out = new Uint8Array(data.length);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const column = turn.mirrored ? width - 1 - x : x;
      let toX = column;
      let toY = y;
      if (turn.quarters === 1) [toX, toY] = [height - 1 - y, column];
      else if (turn.quarters === 2) [toX, toY] = [width - 1 - column, height - 1 - y];
      else if (turn.quarters === 3) [toX, toY] = [y, width - 1 - column];
      const from = (y * width + x) * depth;
      const to = (toY * (swapped ? height : width) + toX) * depth;
      for (let n = 0; n < depth; n += 1) out[to + n] = data[from + n] ?? 0;
    }
  }
  return out;
}

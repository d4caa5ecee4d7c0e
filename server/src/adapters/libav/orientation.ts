import type { Box } from '../../ports/decoder.ts';

/** How a decoded picture is transformed for display: first mirrored left to right, then rotated clockwise. */
export interface Orientation {
  readonly mirrored: boolean;
  readonly quarters: 0 | 1 | 2 | 3;
}

export const UPRIGHT: Orientation = { mirrored: false, quarters: 0 };

function toQuarters(degrees: number): Orientation['quarters'] {
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
    return { mirrored: false, quarters: toQuarters((Math.atan2(b, a) * 180) / Math.PI) };
  // Mirroring comes first: it changes the sign of the first row, and a rotation remains.
  return { mirrored: true, quarters: toQuarters((Math.atan2(-b, -a) * 180) / Math.PI) };
}

/**
 * Returns the size at which coded pictures are shown, px: width scaled by the pixel aspect, sides swapped by
 * a rotation.
 */
export function toShownSizePx(
  width: number,
  height: number,
  pixelAspect: number,
  orientation: Orientation,
): Box {
  const displayWidth =
    pixelAspect > 0.05 && pixelAspect < 20 ? Math.max(1, Math.round(width * pixelAspect)) : width;
  return orientation.quarters % 2 === 0
    ? { width: displayWidth, height }
    : { width: height, height: displayWidth };
}

/** Returns the largest size within a box that keeps the aspect ratio and does not enlarge. */
export function fitInside(displaySize: Box, box: Box): Box {
  const scale = Math.min(1, box.width / displaySize.width, box.height / displaySize.height);
  return {
    width: Math.max(1, Math.round(displaySize.width * scale)),
    height: Math.max(1, Math.round(displaySize.height * scale)),
  };
}

/** Returns the size before rotation of a picture that has `size` after it. */
export function toUnturnedSize(size: Box, orientation: Orientation): Box {
  return orientation.quarters % 2 === 0 ? size : { width: size.height, height: size.width };
}

/** Rotates a picture of `width` x `height` px with `depth` bytes per pixel. */
export function rotatePicture(
  data: Uint8Array,
  size: Box,
  depth: number,
  orientation: Orientation,
): Uint8Array {
  if (orientation.quarters === 0 && !orientation.mirrored) return data;
  const { width, height } = size;
  const swapsSides = orientation.quarters % 2 === 1;
  const rotatedData = new Uint8Array(data.length);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const column = orientation.mirrored ? width - 1 - x : x;
      let targetX = column;
      let targetY = y;
      if (orientation.quarters === 1) [targetX, targetY] = [height - 1 - y, column];
      else if (orientation.quarters === 2) [targetX, targetY] = [width - 1 - column, height - 1 - y];
      else if (orientation.quarters === 3) [targetX, targetY] = [y, width - 1 - column];
      const sourceOffset = (y * width + x) * depth;
      const targetOffset = (targetY * (swapsSides ? height : width) + targetX) * depth;
      for (let n = 0; n < depth; n += 1) rotatedData[targetOffset + n] = data[sourceOffset + n] ?? 0;
    }
  }
  return rotatedData;
}

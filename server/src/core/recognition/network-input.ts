import type { Point, Quad } from './min-area-rect.ts';

/** A picture with `data` of width * height * 3 bytes of RGB, or width * height bytes of grey. */
export interface ColourPicture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Three planes of a picture (blue, green, red) in -1..1, as the networks were trained. */
export interface NetworkInput {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

/** Height of the lines that the recogniser reads, px. */
export const LINE_HEIGHT_PX = 48;
/** Minimum width of its input, px; shorter lines are padded. */
const MIN_LINE_WIDTH_PX = 320;
/** Maximum width of its input, px: a line across a whole wide screen. */
const MAX_LINE_WIDTH_PX = 4800;
/** The detector needs sides that are multiples of this, px. */
const SIDE_STEP_PX = 32;
/** A box this many times as high as wide holds text that runs upwards or downwards. */
const UPRIGHT_RATIO = 1.5;

/** Returns a picture as RGB bytes. */
function toRgb({ width, height, data }: ColourPicture): Uint8Array {
  if (data.length !== width * height) return data;
  const rgb = new Uint8Array(width * height * 3);
  data.forEach((grey, i) => {
    rgb.fill(grey, i * 3, i * 3 + 3);
  });
  return rgb;
}

/** Converts a byte to -1..1. */
const toUnit = (byte: number): number => (byte / 255 - 0.5) / 0.5;

interface Sampling {
  readonly low: number;
  readonly high: number;
  readonly share: number;
}

/** Returns for each output position the two input positions between which it lies. */
function samplePositions(inputSize: number, outputSize: number): readonly Sampling[] {
  const factor = inputSize / outputSize;
  return Array.from({ length: outputSize }, (_, i) => {
    const position = Math.max(0, Math.min(inputSize - 1, (i + 0.5) * factor - 0.5));
    const low = Math.floor(position);
    return { low, high: Math.min(inputSize - 1, low + 1), share: position - low };
  });
}

/** Resizes RGB bytes with bilinear interpolation into planes of blue, green and red; the rest stays 0. */
function resizeToPlanes(
  rgb: Uint8Array,
  from: { readonly width: number; readonly height: number },
  to: { readonly width: number; readonly height: number },
  planeWidth: number,
): Float32Array {
  const planes = new Float32Array(3 * planeWidth * to.height);
  const columns = samplePositions(from.width, to.width);
  samplePositions(from.height, to.height).forEach(({ low: top, high: bottom, share: down }, y) => {
    columns.forEach(({ low: left, high: right, share: across }, x) => {
      for (let colour = 0; colour < 3; colour += 1) {
        const at = (column: number, row: number) => rgb[(row * from.width + column) * 3 + colour] ?? 0;
        const upper = at(left, top) * (1 - across) + at(right, top) * across;
        const lower = at(left, bottom) * (1 - across) + at(right, bottom) * across;
        const plane = 2 - colour;
        planes[(plane * to.height + y) * planeWidth + x] = toUnit(
          Math.round(upper * (1 - down) + lower * down),
        );
      }
    });
  });
  return planes;
}

/** Scales a picture for the detector, so that its longer side is at most `maxSide` px. */
export function toDetectorInput(picture: ColourPicture, maxSide: number): NetworkInput {
  const factor = Math.min(1, maxSide / Math.max(picture.width, picture.height));
  const toSide = (side: number) =>
    Math.max(SIDE_STEP_PX, Math.round(Math.trunc(side * factor) / SIDE_STEP_PX) * SIDE_STEP_PX);
  const size = { width: toSide(picture.width), height: toSide(picture.height) };
  return { ...size, data: resizeToPlanes(toRgb(picture), picture, size, size.width) };
}

/** Weights of four neighbours for cubic interpolation (a = -0.75, as image libraries use). */
function cubicWeights(share: number): readonly number[] {
  const a = -0.75;
  const near = (x: number) => (a + 2) * x ** 3 - (a + 3) * x ** 2 + 1;
  const far = (x: number) => a * x ** 3 - 5 * a * x ** 2 + 8 * a * x - 4 * a;
  return [far(1 + share), near(share), near(1 - share), far(2 - share)];
}

const distance = (a: Point, b: Point): number => Math.hypot(a[0] - b[0], a[1] - b[1]);

/** Cuts the area between four corners out of RGB bytes, turned upright, with cubic interpolation. */
function cropQuad(rgb: Uint8Array, { width, height }: ColourPicture, [p, q, r, s]: Quad) {
  const cropWidth = Math.max(1, Math.trunc(Math.max(distance(p, q), distance(r, s))));
  const cropHeight = Math.max(1, Math.trunc(Math.max(distance(p, s), distance(q, r))));
  const crop = new Uint8Array(cropWidth * cropHeight * 3);
  const mix = (from: number, to: number, share: number) => from + (to - from) * share;
  for (let y = 0; y < cropHeight; y += 1) {
    const down = y / cropHeight;
    for (let x = 0; x < cropWidth; x += 1) {
      const across = x / cropWidth;
      const fromX = mix(mix(p[0], q[0], across), mix(s[0], r[0], across), down);
      const fromY = mix(mix(p[1], q[1], across), mix(s[1], r[1], across), down);
      const [left, top] = [Math.floor(fromX), Math.floor(fromY)];
      const columnWeights = cubicWeights(fromX - left);
      const rowWeights = cubicWeights(fromY - top);
      for (let colour = 0; colour < 3; colour += 1) {
        let sum = 0;
        for (let row = 0; row < 4; row += 1) {
          const pixelY = Math.max(0, Math.min(height - 1, top + row - 1));
          for (let column = 0; column < 4; column += 1) {
            const pixelX = Math.max(0, Math.min(width - 1, left + column - 1));
            const weight = (rowWeights[row] ?? 0) * (columnWeights[column] ?? 0);
            sum += weight * (rgb[(pixelY * width + pixelX) * 3 + colour] ?? 0);
          }
        }
        crop[(y * cropWidth + x) * 3 + colour] = Math.max(0, Math.min(255, Math.round(sum)));
      }
    }
  }
  return { width: cropWidth, height: cropHeight, data: crop };
}

/** Turns RGB bytes by a quarter to the left. */
function turnLeft({ width, height, data }: ColourPicture): ColourPicture {
  const turned = new Uint8Array(data.length);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const from = (y * width + x) * 3;
      turned.set(data.subarray(from, from + 3), ((width - 1 - x) * height + y) * 3);
    }
  }
  return { width: height, height: width, data: turned };
}

/** Cuts lines out of a picture for the recogniser. */
export function createLineCropper(picture: ColourPicture): (corners: Quad) => NetworkInput {
  const rgb = toRgb(picture);
  return (corners) => {
    const upright = cropQuad(rgb, picture, corners);
    const line = upright.height / upright.width >= UPRIGHT_RATIO ? turnLeft(upright) : upright;
    const ratio = line.width / line.height;
    const width = Math.min(
      MAX_LINE_WIDTH_PX,
      Math.max(MIN_LINE_WIDTH_PX, Math.trunc(LINE_HEIGHT_PX * ratio)),
    );
    const size = { width: Math.min(width, Math.ceil(LINE_HEIGHT_PX * ratio)), height: LINE_HEIGHT_PX };
    return { width, height: LINE_HEIGHT_PX, data: resizeToPlanes(line.data, line, size, width) };
  };
}

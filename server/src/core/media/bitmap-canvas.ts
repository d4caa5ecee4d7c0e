/** A colour with opacity, 0..255 each. */
export type PaletteColour = readonly [red: number, green: number, blue: number, alpha: number];

/** A rectangle of palette indexes, as subtitle formats store it. */
export interface IndexedImage {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly indexes: Uint8Array;
  readonly palette: readonly (PaletteColour | undefined)[];
}

export interface FlatImage {
  readonly width: number;
  readonly height: number;
  /** RGB, 3 bytes a pixel. */
  readonly data: Uint8Array;
}

/** Space around the text, px: readers miss letters that touch the edge. */
const MARGIN_PX = 16;
/** Largest picture that is composed, pixels. */
const MAX_PIXELS = 4096 * 2304;

/** Draws images over black, in a picture that just contains them. Returns undefined if there is nothing to see. */
export function flattenImages(images: readonly IndexedImage[]): FlatImage | undefined {
  const left = Math.min(...images.map((image) => image.left)) - MARGIN_PX;
  const top = Math.min(...images.map((image) => image.top)) - MARGIN_PX;
  const width = Math.max(...images.map((image) => image.left + image.width)) + MARGIN_PX - left;
  const height = Math.max(...images.map((image) => image.top + image.height)) + MARGIN_PX - top;
  if (images.length === 0 || !(width * height <= MAX_PIXELS)) return undefined;
  const data = new Uint8Array(width * height * 3);
  let isVisible = false;
  for (const image of images) {
    for (let at = 0; at < image.indexes.length; at += 1) {
      const [red, green, blue, alpha] = image.palette[image.indexes[at] ?? 0] ?? [0, 0, 0, 0];
      if (alpha === 0) continue;
      isVisible = true;
      const x = image.left - left + (at % image.width);
      const y = image.top - top + Math.floor(at / image.width);
      const place = (y * width + x) * 3;
      data[place] = (red * alpha) / 255;
      data[place + 1] = (green * alpha) / 255;
      data[place + 2] = (blue * alpha) / 255;
    }
  }
  return isVisible ? { width, height, data } : undefined;
}

/** Converts video colours (BT.601, limited range) to RGB. */
export function fromVideoColour(luma: number, red: number, blue: number): readonly [number, number, number] {
  const y = 1.164 * (luma - 16);
  const clamp = (value: number) => Math.max(0, Math.min(255, Math.round(value)));
  return [
    clamp(y + 1.596 * (red - 128)),
    clamp(y - 0.813 * (red - 128) - 0.392 * (blue - 128)),
    clamp(y + 2.017 * (blue - 128)),
  ];
}

import { type FlatImage, flattenImages, fromVideoColour, type PaletteColour } from './bitmap-canvas.ts';

/** What is shown from a moment on; undefined: nothing. */
export interface SubtitleScreen {
  readonly image: FlatImage | undefined;
}

/** Decodes packets of one bitmap subtitle track. Damaged packets yield nothing. */
export interface BitmapDecoder {
  /** Returns the screens that a packet completes, each with its delay after the packet's time, ms. */
  add(packet: Uint8Array): readonly (SubtitleScreen & { readonly delayMs: number })[];
}

const PALETTE = 0x14;
const OBJECT = 0x15;
const COMPOSITION = 0x16;
const END = 0x80;
/** Largest object, pixels. */
const MAX_OBJECT_PIXELS = 4096 * 2304;

interface StoredObject {
  readonly width: number;
  readonly height: number;
  readonly parts: Uint8Array[];
}

interface Placement {
  readonly object: number;
  readonly left: number;
  readonly top: number;
}

const wordAt = (bytes: Uint8Array, at: number) => (bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0);

/** Expands run lengths to one palette index a pixel. */
function expandRuns(coded: Uint8Array, width: number, height: number): Uint8Array {
  const indexes = new Uint8Array(width * height);
  let place = 0;
  let row = 0;
  for (let at = 0; at < coded.length && row < height; ) {
    const first = coded[at] ?? 0;
    at += 1;
    if (first !== 0) {
      if (place < indexes.length) indexes[place] = first;
      place += 1;
      continue;
    }
    const flags = coded[at] ?? 0;
    at += 1;
    if (flags === 0) {
      row += 1;
      place = row * width;
      continue;
    }
    let length = flags & 0x3f;
    if (flags & 0x40) {
      length = length * 256 + (coded[at] ?? 0);
      at += 1;
    }
    let colour = 0;
    if (flags & 0x80) {
      colour = coded[at] ?? 0;
      at += 1;
    }
    indexes.fill(colour, place, Math.min(indexes.length, place + length));
    place += length;
  }
  return indexes;
}

function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** Creates a decoder of Blu-ray subtitles (PGS). A screen lasts until the next one. */
export function createPgsDecoder(): BitmapDecoder {
  const palettes = new Map<number, (PaletteColour | undefined)[]>();
  const objects = new Map<number, StoredObject>();
  let placements: readonly Placement[] = [];
  let paletteId = 0;

  const readPalette = (data: Uint8Array): void => {
    const palette = palettes.get(data[0] ?? 0) ?? [];
    palettes.set(data[0] ?? 0, palette);
    for (let at = 2; at + 4 < data.length; at += 5) {
      const [index = 0, luma = 0, red = 0, blue = 0, alpha = 0] = data.subarray(at, at + 5);
      palette[index] = [...fromVideoColour(luma, red, blue), alpha];
    }
  };
  const readObject = (data: Uint8Array): void => {
    const id = wordAt(data, 0);
    const isFirst = ((data[3] ?? 0) & 0x80) !== 0;
    if (!isFirst) {
      objects.get(id)?.parts.push(data.slice(4));
      return;
    }
    const [width, height] = [wordAt(data, 7), wordAt(data, 9)];
    if (width * height <= MAX_OBJECT_PIXELS) objects.set(id, { width, height, parts: [data.slice(11)] });
  };
  const readComposition = (data: Uint8Array): void => {
    const isNewEpoch = ((data[7] ?? 0) & 0x80) !== 0;
    if (isNewEpoch) {
      objects.clear();
      palettes.clear();
    }
    paletteId = data[9] ?? 0;
    const found: Placement[] = [];
    let at = 11;
    for (let count = data[10] ?? 0; count > 0 && at + 7 < data.length; count -= 1) {
      found.push({ object: wordAt(data, at), left: wordAt(data, at + 4), top: wordAt(data, at + 6) });
      at += ((data[at + 3] ?? 0) & 0x80) !== 0 ? 16 : 8;
    }
    placements = found;
  };
  const compose = (): SubtitleScreen => {
    const palette = palettes.get(paletteId) ?? [];
    const images = placements.flatMap(({ object, left, top }) => {
      const stored = objects.get(object);
      if (!stored) return [];
      const { width, height, parts } = stored;
      return [{ left, top, width, height, palette, indexes: expandRuns(joinBytes(parts), width, height) }];
    });
    return { image: flattenImages(images) };
  };

  return {
    add(packet) {
      const screens: (SubtitleScreen & { delayMs: number })[] = [];
      for (let at = 0; at + 3 <= packet.length; ) {
        const [type, size] = [packet[at], wordAt(packet, at + 1)];
        const data = packet.subarray(at + 3, at + 3 + size);
        if (type === PALETTE) readPalette(data);
        else if (type === OBJECT) readObject(data);
        else if (type === COMPOSITION) readComposition(data);
        else if (type === END) screens.push({ ...compose(), delayMs: 0 });
        at += 3 + size;
      }
      return screens;
    },
  };
}

import { flattenImages, type IndexedImage } from './bitmap-canvas.ts';
import { createDvbPalettes, type DvbPalettes } from './dvb-palettes.ts';
import { drawDvbObject } from './dvb-pixels.ts';
import type { BitmapDecoder } from './pgs-decoder.ts';

const SYNC_BYTE = 0x0f;
const PAGE = 0x10;
const REGION = 0x11;
const PALETTE = 0x12;
const OBJECT = 0x13;
const END_OF_SET = 0x80;
/** Largest sum of the regions of a page, pixels. */
const MAX_REGION_PIXELS = 4096 * 2304;

/** A rectangle that objects are drawn into. It stays until its page begins again. */
interface DvbRegion {
  readonly width: number;
  readonly height: number;
  /** Bits of a pixel: 2, 4 or 8. */
  readonly depth: number;
  readonly paletteId: number;
  readonly indexes: Uint8Array;
  readonly objects: readonly { readonly id: number; readonly left: number; readonly top: number }[];
}

interface RegionPlace {
  readonly id: number;
  readonly left: number;
  readonly top: number;
}

const wordAt = (bytes: Uint8Array, at: number) => (bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0);

/** Creates a decoder of DVB subtitles (ETSI EN 300 743), as television broadcasts them. */
export function createDvbDecoder(): BitmapDecoder {
  const decoder = new DvbDecoder();
  return { add: (packet) => decoder.add(packet) };
}

class DvbDecoder {
  readonly #regions = new Map<number, DvbRegion>();
  readonly #palettes: DvbPalettes = createDvbPalettes();
  #places: readonly RegionPlace[] = [];
  #timeoutMs = 0;
  #hasPage = false;

  add(packet: Uint8Array): ReturnType<BitmapDecoder['add']> {
    const screens: ReturnType<BitmapDecoder['add']>[number][] = [];
    // Some containers keep the two bytes before the segments: the identifiers of data and stream.
    for (let at = packet[0] === 0x20 ? 2 : 0; packet[at] === SYNC_BYTE && at + 6 <= packet.length; ) {
      const size = wordAt(packet, at + 4);
      const type = packet[at + 1];
      this.#readSegment(type, packet.subarray(at + 6, at + 6 + size));
      if (type === END_OF_SET) screens.push(...this.#takePage());
      at += 6 + size;
    }
    // Not all broadcasters mark the end of a set.
    return [...screens, ...this.#takePage()];
  }

  #readSegment(type: number | undefined, data: Uint8Array): void {
    if (type === PAGE) this.#readPage(data);
    else if (type === REGION) this.#readRegion(data);
    else if (type === PALETTE) this.#palettes.read(data);
    else if (type === OBJECT) this.#readObject(data);
  }

  #readPage(data: Uint8Array): void {
    this.#timeoutMs = (data[0] ?? 0) * 1000;
    const isNewEpoch = (((data[1] ?? 0) >> 2) & 3) !== 0;
    if (isNewEpoch) {
      this.#regions.clear();
      this.#palettes.clear();
    }
    const places: RegionPlace[] = [];
    for (let at = 2; at + 6 <= data.length; at += 6)
      places.push({ id: data[at] ?? 0, left: wordAt(data, at + 2), top: wordAt(data, at + 4) });
    this.#places = places;
    this.#hasPage = true;
  }

  #readRegion(data: Uint8Array): void {
    const id = data[0] ?? 0;
    const isFilled = ((data[1] ?? 0) & 8) !== 0;
    const [width, height] = [wordAt(data, 2), wordAt(data, 4)];
    const depth = 1 << (((data[6] ?? 0) >> 2) & 3);
    const known = this.#regions.get(id);
    this.#regions.delete(id);
    let pixels = width * height;
    for (const region of this.#regions.values()) pixels += region.width * region.height;
    if (data.length < 10 || pixels > MAX_REGION_PIXELS) return;
    const isSameSize = known?.width === width && known.height === height;
    const indexes = isSameSize ? known.indexes : new Uint8Array(width * height);
    const fill = depth === 8 ? data[8] : ((data[9] ?? 0) >> (depth === 4 ? 4 : 2)) & (depth === 4 ? 15 : 3);
    if (isFilled) indexes.fill(fill ?? 0);
    const objects: DvbRegion['objects'][number][] = [];
    for (let at = 10; at + 6 <= data.length; ) {
      const kind = (data[at + 2] ?? 0) >> 6;
      objects.push({
        id: wordAt(data, at),
        left: wordAt(data, at + 2) & 0xfff,
        top: wordAt(data, at + 4) & 0xfff,
      });
      at += kind === 1 || kind === 2 ? 8 : 6;
    }
    this.#regions.set(id, { width, height, depth, paletteId: data[7] ?? 0, indexes, objects });
  }

  #readObject(data: Uint8Array): void {
    const id = wordAt(data, 0);
    const isOfPixels = (((data[2] ?? 0) >> 2) & 3) === 0;
    if (!isOfPixels) return;
    const topEnd = 7 + wordAt(data, 3);
    const topRows = data.subarray(7, topEnd);
    const bottomSize = wordAt(data, 5);
    const bottomRows = bottomSize === 0 ? topRows : data.subarray(topEnd, topEnd + bottomSize);
    for (const region of this.#regions.values())
      for (const place of region.objects)
        if (place.id === id) {
          drawDvbObject(topRows, region, place.left, place.top);
          drawDvbObject(bottomRows, region, place.left, place.top + 1);
        }
  }

  /** Returns what the page shows and when it disappears, if a page was read since the last call. */
  #takePage(): ReturnType<BitmapDecoder['add']> {
    if (!this.#hasPage) return [];
    this.#hasPage = false;
    const images = this.#places.flatMap(({ id, left, top }): IndexedImage[] => {
      const region = this.#regions.get(id);
      if (region === undefined) return [];
      const { width, height, depth, paletteId, indexes } = region;
      return [{ left, top, width, height, indexes, palette: this.#palettes.find(paletteId, depth) }];
    });
    const screen = { image: flattenImages(images), delayMs: 0 };
    return this.#timeoutMs === 0 ? [screen] : [screen, { image: undefined, delayMs: this.#timeoutMs }];
  }
}

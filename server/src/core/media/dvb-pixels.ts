/** The rectangle that pixels are drawn into. */
interface DvbCanvas {
  readonly width: number;
  readonly height: number;
  /** Bits of a pixel: 2, 4 or 8. */
  readonly depth: number;
  readonly indexes: Uint8Array;
}

interface BitReader {
  /** Returns the next bits as a number; zeros after the end. */
  take(bits: number): number;
  isAtEnd(): boolean;
  /** Moves to the next whole byte and returns its position. */
  align(): number;
}

function createBitReader(bytes: Uint8Array, from: number): BitReader {
  let bit = from * 8;
  return {
    take(bits) {
      let value = 0;
      for (let taken = 0; taken < bits; taken += 1, bit += 1)
        value = value * 2 + (((bytes[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1);
      return value;
    },
    isAtEnd: () => bit >= bytes.length * 8,
    align() {
      bit = Math.ceil(bit / 8) * 8;
      return bit / 8;
    },
  };
}

/** A run of pixels of one value; undefined at the end of a string of pixels. */
type PixelRun = readonly [length: number, value: number] | undefined;

function takeRun2(bits: BitReader): PixelRun {
  const value = bits.take(2);
  if (value !== 0) return [1, value];
  if (bits.take(1) === 1) return [bits.take(3) + 3, bits.take(2)];
  if (bits.take(1) === 1) return [1, 0];
  const kind = bits.take(2);
  if (kind === 0) return undefined;
  if (kind === 1) return [2, 0];
  return kind === 2 ? [bits.take(4) + 12, bits.take(2)] : [bits.take(8) + 29, bits.take(2)];
}

function takeRun4(bits: BitReader): PixelRun {
  const value = bits.take(4);
  if (value !== 0) return [1, value];
  if (bits.take(1) === 0) {
    const length = bits.take(3);
    return length === 0 ? undefined : [length + 2, 0];
  }
  if (bits.take(1) === 0) return [bits.take(2) + 4, bits.take(4)];
  const kind = bits.take(2);
  if (kind < 2) return [kind + 1, 0];
  return kind === 2 ? [bits.take(4) + 9, bits.take(4)] : [bits.take(8) + 25, bits.take(4)];
}

function takeRun8(bits: BitReader): PixelRun {
  const value = bits.take(8);
  if (value !== 0) return [1, value];
  const isColoured = bits.take(1) === 1;
  const length = bits.take(7);
  if (isColoured) return [length, bits.take(8)];
  return length === 0 ? undefined : [length, 0];
}

interface PixelString {
  readonly takeRun: (bits: BitReader) => PixelRun;
  /** Bits of the mark at the end of a string. Encoders shorten that of 8-bit pixels, and decoders accept it. */
  readonly endBits: number;
}

const PIXELS_2 = 0x10;
const PIXELS_4 = 0x11;
const PIXELS_8 = 0x12;
const PIXEL_STRINGS: ReadonlyMap<number, PixelString> = new Map([
  [PIXELS_2, { takeRun: takeRun2, endBits: 6 }],
  [PIXELS_4, { takeRun: takeRun4, endBits: 8 }],
  [PIXELS_8, { takeRun: takeRun8, endBits: 8 }],
]);

const MAP_2_TO_4 = 0x20;
const MAP_2_TO_8 = 0x21;
const MAP_4_TO_8 = 0x22;
/** Tables from pixels of fewer bits to those of the region: entries and bits of an entry. */
const MAP_TABLES: ReadonlyMap<number, readonly [entries: number, bits: number]> = new Map([
  [MAP_2_TO_4, [4, 4]],
  [MAP_2_TO_8, [4, 8]],
  [MAP_4_TO_8, [16, 8]],
]);
/** The tables of a string that contains none: white stays white. */
const DEFAULT_MAPS: readonly (readonly [type: number, values: readonly number[]])[] = [
  [MAP_2_TO_4, [0, 7, 8, 15]],
  [MAP_2_TO_8, [0, 0x77, 0x88, 0xff]],
  [MAP_4_TO_8, Array.from({ length: 16 }, (_, at) => at * 0x11)],
];
const END_OF_ROW = 0xf0;

/** Returns the type of the table from the pixels of a string to those of a region; undefined if they are equal. */
function findMapType(stringType: number, depth: number): number | undefined {
  if (stringType === PIXELS_2 && depth === 4) return MAP_2_TO_4;
  if (stringType === PIXELS_2 && depth === 8) return MAP_2_TO_8;
  return stringType === PIXELS_4 && depth === 8 ? MAP_4_TO_8 : undefined;
}

/** Draws one string of pixels. Returns the column after it. */
function drawString(
  { takeRun, endBits }: PixelString,
  bits: BitReader,
  { width, indexes }: DvbCanvas,
  row: number,
  left: number,
  map: readonly number[] | undefined,
): number {
  for (let x = left; ; ) {
    // A string that fills its row has an end that is no run.
    const run = x < width ? takeRun(bits) : undefined;
    if (x >= width) bits.take(endBits);
    if (run === undefined || bits.isAtEnd()) return x;
    const [length, value] = run;
    const end = Math.min(width, x + length);
    indexes.fill(map?.[value] ?? value, row * width + x, row * width + end);
    x = end;
  }
}

/** Draws one field of an object: every second row, from a row on. Damaged data draws less. */
export function drawDvbObject(data: Uint8Array, canvas: DvbCanvas, left: number, firstRow: number): void {
  const maps = new Map(DEFAULT_MAPS);
  let row = firstRow;
  let x = left;
  for (let at = 0; at < data.length && row < canvas.height; ) {
    const type = data[at] ?? 0;
    const bits = createBitReader(data, at + 1);
    const string = PIXEL_STRINGS.get(type);
    const table = MAP_TABLES.get(type);
    if (string !== undefined) {
      const map = maps.get(findMapType(type, canvas.depth) ?? -1);
      x = drawString(string, bits, canvas, row, x, map);
    } else if (table !== undefined) {
      const [entries, entryBits] = table;
      maps.set(
        type,
        Array.from({ length: entries }, () => bits.take(entryBits)),
      );
    } else if (type === END_OF_ROW) {
      row += 2;
      x = left;
    }
    at = bits.align();
  }
}

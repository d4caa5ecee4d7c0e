import { fromVideoColour, type PaletteColour } from './bitmap-canvas.ts';

/** Palettes of DVB subtitles by identifier and depth. */
export interface DvbPalettes {
  /** Takes the data of a palette segment. */
  read(data: Uint8Array): void;
  clear(): void;
  /** Returns the palette of a region; the standard one where no segment has set colours. */
  find(id: number, depth: number): readonly PaletteColour[];
}

/** Returns a colour from the three lowest bits of a number: red, green and blue. */
const fromBits = (bits: number, level: number): readonly [number, number, number] => [
  (bits & 1) * level,
  ((bits >> 1) & 1) * level,
  ((bits >> 2) & 1) * level,
];

function toDefaultColour256(at: number): PaletteColour {
  if (at === 0) return [0, 0, 0, 0];
  if (at < 8) return [...fromBits(at, 255), 63];
  const low = fromBits(at & 7, 1);
  const high = fromBits((at >> 4) & 7, 1);
  const mix = (base: number, small: number, large: number, alpha: number): PaletteColour => [
    base + low[0] * small + high[0] * large,
    base + low[1] * small + high[1] * large,
    base + low[2] * small + high[2] * large,
    alpha,
  ];
  const kind = at & 0x88;
  if (kind === 0) return mix(0, 85, 170, 255);
  if (kind === 0x08) return mix(0, 85, 170, 127);
  return kind === 0x80 ? mix(127, 43, 85, 255) : mix(0, 43, 85, 255);
}

/** Standard palettes by bits of a pixel. */
const DEFAULT_PALETTES: Readonly<Record<number, readonly PaletteColour[]>> = {
  2: [
    [0, 0, 0, 0],
    [255, 255, 255, 255],
    [0, 0, 0, 255],
    [127, 127, 127, 255],
  ],
  4: Array.from({ length: 16 }, (_, at): PaletteColour => {
    if (at === 0) return [0, 0, 0, 0];
    return [...fromBits(at, at < 8 ? 255 : 127), 255];
  }),
  8: Array.from({ length: 256 }, (_, at) => toDefaultColour256(at)),
};

/** Bits of the flags of an entry, by bits of a pixel. */
const DEPTH_FLAGS: readonly (readonly [depth: number, flag: number])[] = [
  [2, 0x80],
  [4, 0x40],
  [8, 0x20],
];

function toColour(luma: number, red: number, blue: number, transparency: number): PaletteColour {
  if (luma === 0) return [0, 0, 0, 0];
  return [...fromVideoColour(luma, red, blue), 255 - transparency];
}

export function createDvbPalettes(): DvbPalettes {
  const palettes = new Map<string, PaletteColour[]>();
  return {
    read(data) {
      for (let at = 2; at + 4 <= data.length; ) {
        const [index = 0, flags = 0, first = 0, second = 0, third = 0, fourth = 0] = data.subarray(
          at,
          at + 6,
        );
        const isFull = (flags & 1) !== 0;
        const colour = isFull
          ? toColour(first, second, third, fourth)
          : toColour(
              first & 0xfc,
              (((first & 3) << 2) | (second >> 6)) << 4,
              ((second >> 2) & 15) << 4,
              (second & 3) * 85,
            );
        for (const [depth, flag] of DEPTH_FLAGS) {
          if ((flags & flag) === 0 || index >= 1 << depth) continue;
          const key = `${data[0]} ${depth}`;
          const palette = palettes.get(key) ?? [...(DEFAULT_PALETTES[depth] ?? [])];
          palette[index] = colour;
          palettes.set(key, palette);
        }
        at += isFull ? 6 : 4;
      }
    },
    clear: () => palettes.clear(),
    find: (id, depth) => palettes.get(`${id} ${depth}`) ?? DEFAULT_PALETTES[depth] ?? [],
  };
}

/** Lists the basic colour names. */
export const COLOURS = [
  'black',
  'grey',
  'white',
  'red',
  'orange',
  'brown',
  'yellow',
  'green',
  'cyan',
  'blue',
  'purple',
  'pink',
] as const;
export type Colour = (typeof COLOURS)[number];

/** Maximum number of pixels sampled per picture. */
const MAX_SAMPLED_PIXELS = 4096;
/** Bits per channel used to look up a colour name. */
const BITS_PER_CHANNEL = 5;

/** Converts an sRGB value in 0..1 to linear light. */
function toLinearLight(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

/**
 * Returns the name of an sRGB colour with channels 0..255. The colour is classified in OKLab (Björn Ottosson,
 * 2020), which is perceptually uniform: by lightness if chroma is low, otherwise by hue.
 */
export function colourName(red: number, green: number, blue: number): Colour {
  const r = toLinearLight(red / 255);
  const g = toLinearLight(green / 255);
  const b = toLinearLight(blue / 255);
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  const lightness = 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s;
  const toRed = 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s;
  const toYellow = 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s;
  const chroma = Math.hypot(toRed, toYellow);
  const hue = ((Math.atan2(toYellow, toRed) * 180) / Math.PI + 360) % 360;
  if (lightness < 0.22) return 'black';
  if (chroma < 0.045) return lightness < 0.32 ? 'black' : lightness > 0.88 ? 'white' : 'grey';
  if (hue < 15 || hue >= 340) return lightness > 0.6 ? 'pink' : 'red';
  if (hue < 42) return lightness > 0.74 ? 'pink' : lightness < 0.42 && chroma < 0.12 ? 'brown' : 'red';
  if (hue < 80) return lightness < 0.6 ? 'brown' : lightness > 0.88 ? 'yellow' : 'orange';
  if (hue < 115) return lightness < 0.52 ? 'brown' : 'yellow';
  if (hue < 168) return 'green';
  if (hue < 225) return 'cyan';
  if (hue < 285) return 'blue';
  return hue < 322 || lightness < 0.55 ? 'purple' : 'pink';
}

let colourTable: Uint8Array | undefined;

/** Returns a table from each colour of 5 bits per channel to its index in COLOURS. */
function buildColourTable(): Uint8Array {
  if (colourTable) return colourTable;
  colourTable = new Uint8Array(1 << (3 * BITS_PER_CHANNEL));
  const toByte = (value: number): number =>
    ((value & ((1 << BITS_PER_CHANNEL) - 1)) * 255) / ((1 << BITS_PER_CHANNEL) - 1);
  for (let i = 0; i < colourTable.length; i += 1) {
    colourTable[i] = COLOURS.indexOf(
      colourName(toByte(i >> (2 * BITS_PER_CHANNEL)), toByte(i >> BITS_PER_CHANNEL), toByte(i)),
    );
  }
  return colourTable;
}

/** Adds the colours of an RGB picture to `counts`, which has one entry per colour in the order of COLOURS. */
export function countColours(data: Uint8Array, counts: Float64Array): void {
  const table = buildColourTable();
  const pixels = Math.floor(data.length / 3);
  if (pixels === 0) return;
  const sampleCount = Math.min(MAX_SAMPLED_PIXELS, pixels);
  const shift = 8 - BITS_PER_CHANNEL;
  for (let i = 0; i < sampleCount; i += 1) {
    const at = Math.floor((i * pixels) / sampleCount) * 3;
    const red = (data[at] ?? 0) >> shift;
    const green = (data[at + 1] ?? 0) >> shift;
    const blue = (data[at + 2] ?? 0) >> shift;
    const colour = table[(red << (2 * BITS_PER_CHANNEL)) | (green << BITS_PER_CHANNEL) | blue] ?? 0;
    counts[colour] = (counts[colour] ?? 0) + 1 / sampleCount;
  }
}

/** Returns up to three colours that cover at least a tenth, most common first. */
export function dominantColours(counts: Float64Array): readonly Colour[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return COLOURS.map((name, i) => ({ name, count: counts[i] ?? 0 }))
    .filter(({ count }) => total > 0 && count >= total / 10)
    .sort((a, b) => b.count - a.count)
    .slice(0, 3)
    .map(({ name }) => name);
}

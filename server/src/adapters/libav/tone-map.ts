/** Transfer function of HDR pictures: SMPTE ST 2084 (PQ) or ARIB STD-B67 (HLG). */
export type HdrTransfer = 'pq' | 'hlg';

/** Luminance of SDR white, nits (ITU-R BT.2408). */
const SDR_WHITE_NITS = 203;
/** Share of SDR white up to which nothing changes. Brighter values are compressed into the rest. */
const KNEE = 0.75;
/** Resolution of the lookup tables. */
const TABLE_STEPS = 4096;

/** Returns the luminance of a PQ code value in 0..1, nits. */
function pqToNits(code: number): number {
  const power = code ** (32 / 2523);
  const top = Math.max(power - 107 / 128, 0);
  return 10_000 * (top / (2413 / 128 - (2392 / 128) * power)) ** (8192 / 1305);
}

/** Returns the scene light, 0..1, of an HLG code value in 0..1. */
function hlgToLight(code: number): number {
  if (code <= 0.5) return code ** 2 / 3;
  return (Math.exp((code - 0.55991073) / 0.17883277) + 0.28466892) / 12;
}

const createTable = (value: (share: number) => number) =>
  Float64Array.from({ length: TABLE_STEPS + 1 }, (_, step) => value(step / TABLE_STEPS));

const LIGHT_TABLES = {
  pq: createTable((code) => pqToNits(code) / SDR_WHITE_NITS),
  hlg: createTable(hlgToLight),
};

/** sRGB code values for light in 0..1. */
const GAMMA_TABLE = Uint8Array.from({ length: TABLE_STEPS + 1 }, (_, step) => {
  const light = step / TABLE_STEPS;
  const code = light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055;
  return Math.round(code * 255);
});

function encodeGamma(light: number): number {
  return GAMMA_TABLE[Math.round(Math.min(1, Math.max(0, light)) * TABLE_STEPS)] ?? 0;
}

/**
 * Maps BT.2020 RGB of 16 bits per channel to sRGB of 8 bits. Highlights are compressed, out-of-gamut colours
 * are clipped.
 */
export function mapToSdr(rgb: Uint16Array, transfer: HdrTransfer): Uint8Array {
  const lightTable = LIGHT_TABLES[transfer];
  const output = new Uint8Array(rgb.length);
  for (let at = 0; at + 2 < rgb.length; at += 3) {
    let r = lightTable[(rgb[at] ?? 0) >> 4] ?? 0;
    let g = lightTable[(rgb[at + 1] ?? 0) >> 4] ?? 0;
    let b = lightTable[(rgb[at + 2] ?? 0) >> 4] ?? 0;
    if (transfer === 'hlg') {
      // Assumes a screen of 1000 nits, on which the system gamma raises bright scenes more than
      // proportionally.
      const gain = ((0.2627 * r + 0.678 * g + 0.0593 * b) ** 0.2 * 1000) / SDR_WHITE_NITS;
      r *= gain;
      g *= gain;
      b *= gain;
    }
    const brightest = Math.max(r, g, b);
    if (brightest > KNEE) {
      const compression = (KNEE + (1 - KNEE) * (1 - Math.exp((KNEE - brightest) / (1 - KNEE)))) / brightest;
      r *= compression;
      g *= compression;
      b *= compression;
    }
    output[at] = encodeGamma(1.6605 * r - 0.5876 * g - 0.0728 * b);
    output[at + 1] = encodeGamma(-0.1246 * r + 1.1329 * g - 0.0083 * b);
    output[at + 2] = encodeGamma(-0.0182 * r - 0.1006 * g + 1.1187 * b);
  }
  return output;
}

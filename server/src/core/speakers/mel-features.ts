import { SPEECH_SAMPLE_RATE_HZ } from '../media/voice-activity.ts';

/** Frames of mel features, one after the other. */
export interface MelFeatures {
  readonly frames: number;
  readonly bands: number;
  readonly data: Float32Array;
}

/** Length of a frame, 25 ms, and distance between two, 10 ms. */
const FRAME_SAMPLES = 400;
const MEL_HOP_SAMPLES = 160;
/** Frames are filled up to a power of two. */
const FFT_SIZE = 512;
const SPECTRUM_BINS = FFT_SIZE / 2 + 1;

/** Weights of one band for the bins of a spectrum, from `firstBin` on. */
interface MelBand {
  readonly firstBin: number;
  readonly weights: Float32Array;
}

/** Computes power spectra of frames of at most 512 real samples (radix 2, in place). */
function createPowerSpectrum(): (frame: Float64Array, power: Float64Array) => void {
  const cosines = Float64Array.from({ length: FFT_SIZE / 2 }, (_, i) =>
    Math.cos((2 * Math.PI * i) / FFT_SIZE),
  );
  const sines = Float64Array.from(
    { length: FFT_SIZE / 2 },
    (_, i) => -Math.sin((2 * Math.PI * i) / FFT_SIZE),
  );
  const bits = Math.log2(FFT_SIZE);
  const order = Uint16Array.from({ length: FFT_SIZE }, (_, i) => {
    let reversed = 0;
    for (let bit = 0; bit < bits; bit += 1) reversed |= ((i >> bit) & 1) << (bits - 1 - bit);
    return reversed;
  });
  const real = new Float64Array(FFT_SIZE);
  const imaginary = new Float64Array(FFT_SIZE);
  const at = (list: Float64Array, i: number): number => list[i] ?? 0;
  return (frame, power) => {
    for (let i = 0; i < FFT_SIZE; i += 1) real[i] = frame[order[i] ?? 0] ?? 0;
    imaginary.fill(0);
    for (let half = 1; half < FFT_SIZE; half *= 2) {
      const step = FFT_SIZE / (2 * half);
      for (let start = 0; start < FFT_SIZE; start += 2 * half) {
        for (let k = 0; k < half; k += 1) {
          const cosine = at(cosines, k * step);
          const sine = at(sines, k * step);
          const [a, b] = [start + k, start + k + half];
          const realPart = at(real, b) * cosine - at(imaginary, b) * sine;
          const imaginaryPart = at(real, b) * sine + at(imaginary, b) * cosine;
          real[b] = at(real, a) - realPart;
          imaginary[b] = at(imaginary, a) - imaginaryPart;
          real[a] = at(real, a) + realPart;
          imaginary[a] = at(imaginary, a) + imaginaryPart;
        }
      }
    }
    for (let i = 0; i < SPECTRUM_BINS; i += 1)
      power[i] = at(real, i) * at(real, i) + at(imaginary, i) * at(imaginary, i);
  };
}

/** A scale of pitch in which bands are equally wide. */
interface MelScale {
  toMel(hz: number): number;
  toHz(mel: number): number;
}

/** HTK's and Kaldi's scale. */
const HTK_SCALE: MelScale = {
  toMel: (hz) => 1127 * Math.log(1 + hz / 700),
  toHz: (mel) => 700 * (Math.exp(mel / 1127) - 1),
};

/** Slaney's scale, which librosa uses: linear up to 1 kHz, logarithmic above. */
const SLANEY_SCALE: MelScale = {
  toMel: (hz) => (hz < 1000 ? (3 * hz) / 200 : 15 + (27 * Math.log(hz / 1000)) / Math.log(6.4)),
  toHz: (mel) => (mel < 15 ? (200 * mel) / 3 : 1000 * Math.exp((Math.log(6.4) * (mel - 15)) / 27)),
};

/** Weight of a frequency in a triangle, and the factor of the whole triangle. */
type BandShape = 'kaldi' | 'slaney';

function createMelBands(
  count: number,
  lowestHz: number,
  scale: MelScale,
  shape: BandShape,
): readonly MelBand[] {
  const lowest = scale.toMel(lowestHz);
  const step = (scale.toMel(SPEECH_SAMPLE_RATE_HZ / 2) - lowest) / (count + 1);
  return Array.from({ length: count }, (_, band): MelBand => {
    const edges = [0, 1, 2].map((offset) => lowest + (band + offset) * step);
    // Kaldi's triangles are straight on the mel scale, librosa's on the scale of frequencies.
    const toAxis = shape === 'kaldi' ? scale.toMel : (hz: number) => hz;
    const [left = 0, center = 0, right = 0] = shape === 'kaldi' ? edges : edges.map(scale.toHz);
    const factor = shape === 'slaney' ? 2 / (right - left) : 1;
    const weights = Array.from({ length: SPECTRUM_BINS }, (_unused, bin) => {
      const position = toAxis((bin * SPEECH_SAMPLE_RATE_HZ) / FFT_SIZE);
      const rise = (position - left) / (center - left);
      const fall = (right - position) / (right - center);
      return factor * Math.max(0, Math.min(rise, fall));
    });
    const firstBin = Math.max(
      0,
      weights.findIndex((weight) => weight > 0),
    );
    const lastBin = weights.findLastIndex((weight) => weight > 0);
    return { firstBin, weights: Float32Array.from(weights.slice(firstBin, lastBin + 1)) };
  });
}

function sumBand({ firstBin, weights }: MelBand, power: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < weights.length; i += 1) sum += (weights[i] ?? 0) * (power[firstBin + i] ?? 0);
  return sum;
}

const powerSpectrum = createPowerSpectrum();

export const FILTER_BANK_BANDS = 80;
const filterBank = createMelBands(FILTER_BANK_BANDS, 20, HTK_SCALE, 'kaldi');
const hammingWindow = Float64Array.from(
  { length: FRAME_SAMPLES },
  (_, i) => 0.54 - 0.46 * Math.cos((2 * Math.PI * i) / (FRAME_SAMPLES - 1)),
);
/** Networks were trained on 16-bit samples. */
const INT16_SCALE = 32_768;
const PRE_EMPHASIS = 0.97;
/** Smallest number that counts as energy, so that the logarithm of silence is finite. */
const MIN_ENERGY = 1.19e-7;

/**
 * Returns logarithms of mel energies as Kaldi computes them (80 bands, Hamming window), minus the mean of each band:
 * the input of WeSpeaker, CAM++ and ECAPA. Samples are 16 kHz mono in -1..1. Less than 25 ms give no frame.
 */
export function toFilterBank(samples: Float32Array): MelFeatures {
  const frames = Math.max(0, Math.floor((samples.length - FRAME_SAMPLES) / MEL_HOP_SAMPLES) + 1);
  const data = new Float32Array(frames * FILTER_BANK_BANDS);
  const frame = new Float64Array(FFT_SIZE);
  const power = new Float64Array(SPECTRUM_BINS);
  const sums = new Float64Array(FILTER_BANK_BANDS);
  for (let n = 0; n < frames; n += 1) {
    const start = n * MEL_HOP_SAMPLES;
    let mean = 0;
    for (let i = 0; i < FRAME_SAMPLES; i += 1) mean += (samples[start + i] ?? 0) / FRAME_SAMPLES;
    let previous = (samples[start] ?? 0) - mean;
    for (let i = 0; i < FRAME_SAMPLES; i += 1) {
      const sample = (samples[start + i] ?? 0) - mean;
      frame[i] = INT16_SCALE * (sample - PRE_EMPHASIS * previous) * (hammingWindow[i] ?? 0);
      previous = sample;
    }
    powerSpectrum(frame, power);
    for (const [band, melBand] of filterBank.entries()) {
      const energy = Math.log(Math.max(MIN_ENERGY, sumBand(melBand, power)));
      data[n * FILTER_BANK_BANDS + band] = energy;
      sums[band] = (sums[band] ?? 0) + energy;
    }
  }
  for (let i = 0; i < data.length; i += 1)
    data[i] = (data[i] ?? 0) - (sums[i % FILTER_BANK_BANDS] ?? 0) / frames;
  return { frames, bands: FILTER_BANK_BANDS, data };
}

export const GE2E_BANDS = 40;
const ge2eBands = createMelBands(GE2E_BANDS, 0, SLANEY_SCALE, 'slaney');
const hannWindow = Float64Array.from(
  { length: FRAME_SAMPLES },
  (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / FRAME_SAMPLES),
);
/** The longer transform has more bins for the same energy. */
const BIN_SHARE = FRAME_SAMPLES / FFT_SIZE;
/** Level that quiet sound is raised to, dBFS. */
const GE2E_LEVEL_DB = -30;

/** Returns the factor that raises sound to the level of GE2E; 1 for louder sound. */
function findGain(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const rms = Math.sqrt(sum / Math.max(1, samples.length));
  return rms === 0 ? 1 : Math.max(1, 10 ** (GE2E_LEVEL_DB / 20) / rms);
}

/**
 * Returns mel energies as librosa computes them (40 bands, no logarithm), with quiet sound raised to -30 dBFS: the
 * input of GE2E. Frames are centred on multiples of 10 ms.
 */
export function toGe2eFeatures(samples: Float32Array): MelFeatures {
  const frames = Math.floor(samples.length / MEL_HOP_SAMPLES) + 1;
  const gain = findGain(samples);
  const data = new Float32Array(frames * GE2E_BANDS);
  const frame = new Float64Array(FFT_SIZE);
  const power = new Float64Array(SPECTRUM_BINS);
  for (let n = 0; n < frames; n += 1) {
    const start = n * MEL_HOP_SAMPLES - FRAME_SAMPLES / 2;
    for (let i = 0; i < FRAME_SAMPLES; i += 1)
      frame[i] = gain * (samples[start + i] ?? 0) * (hannWindow[i] ?? 0);
    powerSpectrum(frame, power);
    for (const [band, melBand] of ge2eBands.entries())
      data[n * GE2E_BANDS + band] = BIN_SHARE * sumBand(melBand, power);
  }
  return { frames, bands: GE2E_BANDS, data };
}

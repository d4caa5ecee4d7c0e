import type { Ms, TimeRange } from './range.ts';
import { createStretches } from './stretches.ts';

const SAMPLES_A_MS = 16;
/** Loudness is kept for windows of this length. */
const WINDOW_MS = 100;
const WINDOW = WINDOW_MS * SAMPLES_A_MS;
/** Quieter than this is silence, dBFS. */
const SILENCE_DB = -50;
const SILENCE_LEAST_MS = 2000;
/** The least that is told apart, dBFS. */
const FLOOR_DB = -120;

export interface Sound {
  readonly silence: readonly TimeRange[];
  /** dBFS, RMS of the windows in the range that are not silent; the floor where all are. */
  loudness(range: TimeRange): number;
}

/** Level of a mean square, dBFS. */
function decibels(meanSquare: number): number {
  return meanSquare > 0 ? Math.max(FLOOR_DB, 10 * Math.log10(meanSquare)) : FLOOR_DB;
}

/** Measures 16 kHz mono samples in -1..1; one byte is kept for each 100 ms. */
export function createSound(): { add(timeMs: Ms, samples: Float32Array): void; finish(endMs: Ms): Sound } {
  /** Level of each window below full scale, in halves of a dB. */
  let below = new Uint8Array(1024).fill(255);
  let windows = 0;
  let sum = 0;
  let filled = 0;

  const close = (): void => {
    if (filled === 0) return;
    if (windows === below.length) {
      const wider = new Uint8Array(windows * 2).fill(255);
      wider.set(below);
      below = wider;
    }
    below[windows] = Math.min(255, Math.round(-2 * decibels(Math.min(1, sum / filled))));
    windows += 1;
    sum = 0;
    filled = 0;
  };
  const level = (at: number): number => (at < windows ? -(below[at] ?? 255) / 2 : FLOOR_DB);

  return {
    add(timeMs, samples) {
      // A gap of the sound track is silence; a smaller slip than a window is rounding.
      const behind = timeMs - (windows * WINDOW_MS + filled / SAMPLES_A_MS);
      if (behind >= WINDOW_MS) {
        close();
        while ((windows + 1) * WINDOW_MS <= timeMs) {
          filled = 1;
          close();
        }
      }
      for (let i = 0; i < samples.length; i += 1) {
        const sample = samples[i] ?? 0;
        if (Number.isFinite(sample)) sum += sample * sample;
        filled += 1;
        if (filled === WINDOW) close();
      }
    },
    finish(endMs) {
      close();
      const stretches = createStretches(SILENCE_LEAST_MS);
      const count = Math.max(windows, Math.ceil(endMs / WINDOW_MS));
      for (let i = 0; i < count; i += 1) stretches.add(i * WINDOW_MS, level(i) < SILENCE_DB);
      return {
        silence: stretches.finish(endMs),
        loudness(range) {
          let energy = 0;
          let sounding = 0;
          for (let i = Math.floor(range.startMs / WINDOW_MS); i * WINDOW_MS < range.endMs; i += 1) {
            if (level(i) < SILENCE_DB) continue;
            energy += 10 ** (level(i) / 10);
            sounding += 1;
          }
          const db = sounding > 0 ? decibels(energy / sounding) : FLOOR_DB;
          return Math.round(db * 10) / 10;
        },
      };
    },
  };
}

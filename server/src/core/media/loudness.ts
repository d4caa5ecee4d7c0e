import type { Ms, TimeRange } from '../domain/time-range.ts';
import { createIntervalCollector } from './interval-collector.ts';

const SAMPLES_PER_MS = 16;
/** Length of the windows that loudness is measured in. */
const WINDOW_MS = 100;
const WINDOW_SAMPLES = WINDOW_MS * SAMPLES_PER_MS;
/** Level below which sound counts as silence, in dBFS. */
const SILENCE_DB = -50;
const MIN_SILENCE_MS = 2000;
/** Lowest level that is distinguished, in dBFS. */
const FLOOR_DB = -120;

export interface LoudnessReport {
  readonly silence: readonly TimeRange[];
  /** Returns the RMS in dBFS of the windows in the range that are not silent; the floor if all are. */
  loudness(range: TimeRange): number;
}

/** Converts a mean square to dBFS. */
function toDecibels(meanSquare: number): number {
  return meanSquare > 0 ? Math.max(FLOOR_DB, 10 * Math.log10(meanSquare)) : FLOOR_DB;
}

/** Measures 16 kHz mono samples in -1..1. Stores one byte per 100 ms. */
export function createLoudnessMeter(): {
  add(timeMs: Ms, samples: Float32Array): void;
  /** Returns whether any complete window so far is not silent. */
  hasSound(): boolean;
  finish(endMs: Ms): LoudnessReport;
} {
  /** Holds the level of each window below full scale, in steps of 0.5 dB. */
  let windowLevels = new Uint8Array(1024).fill(255);
  let windows = 0;
  let squareSum = 0;
  let sampleCount = 0;

  const endWindow = (): void => {
    if (sampleCount === 0) return;
    if (windows === windowLevels.length) {
      const enlargedLevels = new Uint8Array(windows * 2).fill(255);
      enlargedLevels.set(windowLevels);
      windowLevels = enlargedLevels;
    }
    windowLevels[windows] = Math.min(255, Math.round(-2 * toDecibels(Math.min(1, squareSum / sampleCount))));
    windows += 1;
    squareSum = 0;
    sampleCount = 0;
  };
  const windowLevelDb = (at: number): number => (at < windows ? -(windowLevels[at] ?? 255) / 2 : FLOOR_DB);

  return {
    add(timeMs, samples) {
      // Treats a gap in the audio track as silence; gaps shorter than a window are rounding errors.
      const gapMs = timeMs - (windows * WINDOW_MS + sampleCount / SAMPLES_PER_MS);
      if (gapMs >= WINDOW_MS) {
        endWindow();
        while ((windows + 1) * WINDOW_MS <= timeMs) {
          sampleCount = 1;
          endWindow();
        }
      }
      for (let i = 0; i < samples.length; i += 1) {
        const sample = samples[i] ?? 0;
        if (Number.isFinite(sample)) squareSum += sample * sample;
        sampleCount += 1;
        if (sampleCount === WINDOW_SAMPLES) endWindow();
      }
    },
    hasSound: () => windowLevels.subarray(0, windows).some((_, at) => windowLevelDb(at) >= SILENCE_DB),
    finish(endMs) {
      endWindow();
      const silence = createIntervalCollector(MIN_SILENCE_MS);
      const count = Math.max(windows, Math.ceil(endMs / WINDOW_MS));
      for (let i = 0; i < count; i += 1) silence.add(i * WINDOW_MS, windowLevelDb(i) < SILENCE_DB);
      return {
        silence: silence.finish(endMs),
        loudness(range) {
          let energy = 0;
          let soundingWindows = 0;
          for (let i = Math.floor(range.startMs / WINDOW_MS); i * WINDOW_MS < range.endMs; i += 1) {
            if (windowLevelDb(i) < SILENCE_DB) continue;
            energy += 10 ** (windowLevelDb(i) / 10);
            soundingWindows += 1;
          }
          const db = soundingWindows > 0 ? toDecibels(energy / soundingWindows) : FLOOR_DB;
          return Math.round(db * 10) / 10;
        },
      };
    },
  };
}

import type { Ms, TimeRange } from '../domain/time-range.ts';

/** One voice in one window of sound, before anybody knows which voice of the video it is. */
export interface VoiceTrack {
  /** When the voice is heard, sorted, in ms from the start of the window. */
  readonly ranges: readonly TimeRange[];
  /** How long it is heard alone, ms. */
  readonly cleanMs: Ms;
  /** Unit vector; equal voices have near ones. Missing if too little is heard. */
  readonly print?: Float32Array;
}

/** The tracks of one window. Tracks at the same time are different voices. */
export interface HeardWindow extends TimeRange {
  readonly tracks: readonly VoiceTrack[];
}

/** Scales a vector to length 1. A vector of zeros stays. */
export function normalisePrint(vector: Float32Array): Float32Array {
  let sum = 0;
  for (const value of vector) sum += value * value;
  const length = Math.sqrt(sum);
  return length > 0 ? vector.map((value) => value / length) : vector;
}

/** Returns the cosine similarity of two unit vectors; 0 if they come from different models. */
export function comparePrints(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return 0;
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

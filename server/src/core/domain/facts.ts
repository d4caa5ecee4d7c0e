import type { Ms, TimeRange } from './time-range.ts';

/** Holds measurements of a clip. They are never estimated by a model. */
export interface Facts {
  readonly shots: number;
  readonly cutsMs: readonly Ms[];
  /** Mean absolute difference of consecutive 64x36 grey frames, divided by 255; 0..1. */
  readonly motion: number;
  /** Mean luma, 0..1. */
  readonly brightness: number;
  /** Up to three colour names, most common first. */
  readonly colours: readonly string[];
  readonly black: readonly TimeRange[];
  readonly still: readonly TimeRange[];
  /** RMS over the audible part, in dBFS; missing without an audio track. */
  readonly loudness?: number;
  readonly silence: readonly TimeRange[];
}

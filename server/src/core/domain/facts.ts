import type { Ms, TimeRange } from './time-range.ts';

/** What is measured of a Clip, never guessed. */
export interface Facts {
  readonly shots: number;
  readonly cutsMs: readonly Ms[];
  /** 0..1: mean absolute difference of neighbouring 64x36 grey frames over 255. */
  readonly motion: number;
  /** 0..1: mean luma. */
  readonly brightness: number;
  /** Up to three names, the commonest first. */
  readonly colours: readonly string[];
  readonly black: readonly TimeRange[];
  readonly still: readonly TimeRange[];
  /** dBFS (RMS over the sounding part); absent where there is no sound track. */
  readonly loudness?: number;
  readonly silence: readonly TimeRange[];
}

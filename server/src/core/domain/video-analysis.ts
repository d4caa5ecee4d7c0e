import type { Facts } from './facts.ts';
import type { Ms, TimeRange } from './time-range.ts';

/** A range in which the picture stays alike, and the time at which a frame of it is read for text. */
export interface ScreenState extends TimeRange {
  readonly readMs: Ms;
}

/** What one decode of a whole file measured. */
export interface VideoAnalysis {
  /** Clips with edges snapped to near cuts, covering the whole video. */
  readonly clips: readonly (TimeRange & { readonly facts: Facts })[];
  /** Times worth reading for screen text, in time order. */
  readonly textTimes: readonly ScreenState[];
}

import type { Facts } from './facts.ts';
import type { Ms, TimeRange } from './time-range.ts';

/** A range in which the picture hardly changes, and the time at which its frame is read for text. */
export interface ScreenState extends TimeRange {
  readonly readMs: Ms;
}

/** Holds the measurements of one decoding pass over a file. */
export interface VideoAnalysis {
  /** Clips with edges snapped to nearby cuts. They cover the whole video. */
  readonly clips: readonly (TimeRange & { readonly facts: Facts })[];
  /** Times worth reading for text on screen, in time order. */
  readonly textTimes: readonly ScreenState[];
  /** Index of the audio track that was measured because the preferred ones are silent. */
  readonly soundTrack?: number;
  /** Number of the channel that was measured because the channels cancel each other out, from 0. */
  readonly soundChannel?: number;
}

import type { Ms } from './time-range.ts';

/** One voice of a video as the stage `speakers` stores it. */
export interface StoredVoice {
  /** 1 for the voice that speaks first. */
  readonly voice: number;
  /** Print of the voice, see core/speakers/print-text.ts. */
  readonly print: string;
  /** Model that made the print. Prints of different models cannot be compared. */
  readonly model: string;
  /** Mean cosine from which this model's prints belong to one voice. */
  readonly minSimilarity: number;
  /** Start and end of each stretch of speech, sorted. */
  readonly spans: readonly (readonly [Ms, Ms])[];
}

import type { SpeakerCorrection as ShownCorrection } from '../../../protocol/corrections.ts';
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

/** A voice that a person named, as it is found again: by moments at which it speaks, in other videos by its print. */
export interface RememberedVoice {
  readonly moments: readonly Ms[];
  /** It can identify a person, so no client gets it. */
  readonly print: string;
  /** Only prints of the same model are compared. */
  readonly model: string;
}

/** A speaker who has another name throughout a video. */
export interface SpeakerCorrection extends Omit<ShownCorrection, 'voice'> {
  readonly voice?: RememberedVoice | undefined;
}

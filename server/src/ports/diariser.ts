import type { TimeRange } from '../core/domain/time-range.ts';
import type { HeardWindow } from '../core/speakers/voice-track.ts';
import type { ModelHealth } from './captioner.ts';

/** Longest sound that a diariser hears at a time, ms. */
export const VOICE_WINDOW_MS = 10_000;

/** Sound to tell voices apart in: 16 kHz mono in -1..1, at most 10 s. */
export interface SoundWindow {
  readonly samples: Float32Array;
  /** Sorted ranges that contain speech, in ms of the window. Diarisers that detect speech themselves ignore them. */
  readonly speech: readonly TimeRange[];
}

export interface HeardSound {
  /** Times in ms from the start of the sound. Windows may overlap. */
  readonly windows: readonly HeardWindow[];
  /** Mean cosine from which prints of this model belong to one voice. */
  readonly minSimilarity: number;
}

/** Tells voices apart and describes each by a print. Calls share no state. */
export interface Diariser {
  /** Model id, for recipes. Prints of different names and revisions cannot be compared. */
  readonly name: string;
  readonly revision: string;
  /** True if it finds speech and overlapping voices itself; false if it needs the ranges of speech. */
  readonly detectsSpeech: boolean;
  /** Device of the last load; undefined before it. */
  readonly loaded: ModelHealth | undefined;
  /**
   * Rejects with ModelUnavailableError if it cannot serve, with ChildError if it fails on this sound, and with the
   * signal's reason.
   */
  hear(window: SoundWindow, signal: AbortSignal): Promise<HeardSound>;
  /** Loads the model and returns its device. Rejects with ModelUnavailableError. */
  health(signal: AbortSignal): Promise<ModelHealth>;
  close(): Promise<void>;
}

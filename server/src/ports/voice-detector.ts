import type { ModelHealth } from './captioner.ts';

/** Number of samples of 16 kHz that a detector judges at a time: 32 ms. */
export const VOICE_FRAME_SAMPLES = 512;

/** What a detector remembers of the sound before. */
export interface VoiceState {
  readonly memory: Float32Array;
  /** The last samples of the sound before. */
  readonly context: Float32Array;
}

export interface VoiceReply {
  /** Probability of a voice in each frame, 0..1. */
  readonly probabilities: Float32Array;
  readonly state: VoiceState;
}

/** Recognises frames of sound that contain a human voice. Calls share no state: the caller passes it on. */
export interface VoiceDetector {
  /** Name and version, for recipes. */
  readonly name: string;
  /** Device of the last load; undefined before it. */
  readonly loaded: ModelHealth | undefined;
  /**
   * Judges 16 kHz mono in -1..1, a whole number of frames. `state` is that of the sound directly before;
   * undefined at the start and after a gap. Rejects with ModelUnavailableError if it cannot serve, with
   * ChildError if it fails on this sound, and with the signal's reason.
   */
  judge(samples: Float32Array, state: VoiceState | undefined, signal: AbortSignal): Promise<VoiceReply>;
  /** Loads the model. Rejects with ModelUnavailableError. */
  health(signal: AbortSignal): Promise<ModelHealth>;
  close(): Promise<void>;
}

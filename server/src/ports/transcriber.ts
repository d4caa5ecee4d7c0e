import type { MediaFailure } from '../core/errors/media-failure.ts';
import type { TranscriptSegment } from '../core/subtitles/clean-transcript.ts';
import type { ModelHealth } from './captioner.ts';

/** Sound to be heard: 16 kHz mono, -1..1, at most 30 s. */
export interface TranscriberRequest {
  readonly samples: Float32Array;
  /** Where it is known, ISO 639-1; else the model finds it. */
  readonly language?: string;
}

export type TranscriberReply =
  | {
      readonly segments: readonly TranscriptSegment[];
      /** ISO 639-1, where the model tells. */
      readonly language?: string;
    }
  /** This sound alone failed, and failed again by itself: a crash, a hang, a refusal. */
  | { readonly failure: MediaFailure };

/** Writes down what is said: a speech recogniser, here or behind an endpoint. Nothing carries over between calls. */
export interface Transcriber {
  /** The model's id, for Description.describer. */
  readonly name: string;
  /** Names the weights as exactly as is known: a revision, a hash; empty behind an endpoint. */
  readonly revision: string;
  /** What it was last loaded on; undefined before its first load. */
  readonly loaded: ModelHealth | undefined;
  /** Rejects with UnavailableError where the model or host cannot serve, and with the signal's reason. */
  transcribe(request: TranscriberRequest, signal: AbortSignal): Promise<TranscriberReply>;
  /** Loads the model (or asks the host) and tells what it runs on; rejects with UnavailableError. */
  health(signal: AbortSignal): Promise<ModelHealth>;
  close(): Promise<void>;
}

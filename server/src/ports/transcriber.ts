import type { MediaFailure } from '../core/errors/media-failure.ts';
import type { TranscriptSegment } from '../core/subtitles/clean-transcript.ts';
import type { ModelHealth } from './captioner.ts';

/** Audio to transcribe: 16 kHz mono in -1..1, at most 30 s. */
export interface TranscriberRequest {
  readonly samples: Float32Array;
  /** ISO 639-1 code if known; otherwise the model detects it. */
  readonly language?: string;
  /** Names and terms that may be said. Models that take none ignore them. */
  readonly hotWords?: readonly string[];
}

export type TranscriberReply =
  | {
      readonly segments: readonly TranscriptSegment[];
      /** ISO 639-1 code, if the model reports it. */
      readonly language?: string;
    }
  /** Only this audio failed, also when retried alone: a crash, a hang or a refusal. */
  | { readonly failure: MediaFailure };

/** Transcribes speech, locally or behind an endpoint. Calls share no state. */
export interface Transcriber {
  /** Model id, for `Description.describer`. */
  readonly name: string;
  /** Identifies the weights as exactly as possible: a revision or hash; empty behind an endpoint. */
  readonly revision: string;
  /** Device of the last load; undefined before it. */
  readonly loaded: ModelHealth | undefined;
  /** Rejects with ModelUnavailableError if the model or host cannot serve, and with the signal's reason. */
  transcribe(request: TranscriberRequest, signal: AbortSignal): Promise<TranscriberReply>;
  /** Loads the model (or contacts the host) and returns its device. Rejects with ModelUnavailableError. */
  health(signal: AbortSignal): Promise<ModelHealth>;
  close(): Promise<void>;
}

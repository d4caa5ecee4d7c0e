import type { MediaFailure } from '../core/errors/media-failure.ts';
import type { CaptionBudget, PromptPart } from '../core/generation/caption-prompt.ts';
import type { Picture } from './decoder.ts';

/** Asks for the caption of one clip. `prompt` refers to each picture once, in order. */
export interface CaptionRequest {
  readonly pictures: readonly Picture[];
  readonly prompt: readonly PromptPart[];
}

/** The reply to one request. `complete` is false if the token budget cut the text. */
export type CaptionReply =
  | { readonly text: string; readonly complete: boolean }
  /** Only this request failed, also when retried alone: a crash, a hang or a refusal. */
  | { readonly failure: MediaFailure };

/** One device or host that was considered, and the reason if it was rejected. */
export interface DeviceStep {
  /** `cuda`, `webgpu`, `dml`, `coreml`, `cpu`, or the address of an endpoint. */
  readonly device: string;
  readonly taken: boolean;
  readonly reason: string;
}

/** Reports which device a loaded model runs on. */
export interface ModelHealth {
  readonly device: string;
  readonly steps: readonly DeviceStep[];
}

/** Captions frames of clips: a vision-language model, local or behind an endpoint. */
export interface Captioner {
  /** Model id, for `Description.describer`. */
  readonly name: string;
  /** Identifies the weights as exactly as possible: a revision or hash; empty behind an endpoint. */
  readonly revision: string;
  readonly budget: CaptionBudget;
  /** Time per clip on the CPU of a reference machine, in ms, for estimates before the first caption. */
  readonly clipMs?: number;
  /** Recommended number of requests per call. */
  readonly batch: number;
  /** Device of the last load; undefined before it. */
  readonly loaded: ModelHealth | undefined;
  /**
   * Returns one reply per request, in order. Rejects with ModelUnavailableError if the model or host cannot
   * serve, and with the signal's reason. A cancelled model stops within one token.
   */
  caption(requests: readonly CaptionRequest[], signal: AbortSignal): Promise<readonly CaptionReply[]>;
  /**
   * Answers a question about pictures in at most `tokens` tokens and streams the text to `onDelta`. Waiting
   * captions let it pass; the current batch finishes first. Rejects with ModelUnavailableError if the model
   * cannot serve or fails at this request, and with the signal's reason. A cancelled model stops within one
   * token.
   */
  inspect(
    request: CaptionRequest,
    tokens: number,
    onDelta: (delta: string) => void,
    signal: AbortSignal,
  ): Promise<string>;
  /** Loads the model (or contacts the host) and returns its device. Rejects with ModelUnavailableError. */
  health(signal: AbortSignal): Promise<ModelHealth>;
  close(): Promise<void>;
}

import type { MediaFailure } from '../core/errors/media-failure.ts';
import type { CaptionBudget, PromptPart } from '../core/generation/caption-prompt.ts';
import type { Picture } from './decoder.ts';

/** One Clip to write of: `prompt` names each picture once, in order. */
export interface CaptionRequest {
  readonly pictures: readonly Picture[];
  readonly prompt: readonly PromptPart[];
}

/** `complete` is false where the text was cut at the token budget. */
export type CaptionReply =
  | { readonly text: string; readonly complete: boolean }
  /** This request alone failed, and failed again by itself: a crash, a hang, a refusal. */
  | { readonly failure: MediaFailure };

/** One provider or host that was considered, and why it was not taken where it was not. */
export interface DeviceStep {
  /** `cuda`, `webgpu`, `dml`, `coreml`, `cpu`, or an endpoint's address. */
  readonly device: string;
  readonly taken: boolean;
  readonly reason: string;
}

/** What a loaded model runs on. */
export interface ModelHealth {
  readonly device: string;
  readonly steps: readonly DeviceStep[];
}

/** Writes what is seen in the frames of a Clip: a vision-language model, here or behind an endpoint. */
export interface Captioner {
  /** The model's id, for Description.describer. */
  readonly name: string;
  /** Names the weights as exactly as is known: a revision, a hash; empty behind an endpoint. */
  readonly revision: string;
  readonly budget: CaptionBudget;
  /** What a clip took on another machine's CPU, ms, to foretell before it has captioned one here. */
  readonly clipMs?: number;
  /** Requests worth giving at a time. */
  readonly batch: number;
  /** What it was last loaded on; undefined before its first load. */
  readonly loaded: ModelHealth | undefined;
  /**
   * One reply a request, in order. Rejects with UnavailableError where the model or host cannot serve, and with the
   * signal's reason; a cancelled model stops within a token.
   */
  caption(requests: readonly CaptionRequest[], signal: AbortSignal): Promise<readonly CaptionReply[]>;
  /**
   * Answers a question about pictures in at most `tokens` tokens, each piece of text told as it comes. Captions that
   * wait let it pass; the batch in hand is finished first. Rejects with UnavailableError where the model cannot serve
   * or fails at this very request, and with the signal's reason; a cancelled model stops within a token.
   */
  inspect(
    request: CaptionRequest,
    tokens: number,
    onDelta: (delta: string) => void,
    signal: AbortSignal,
  ): Promise<string>;
  /** Loads the model (or asks the host) and tells what it runs on; rejects with UnavailableError. */
  health(signal: AbortSignal): Promise<ModelHealth>;
  close(): Promise<void>;
}

import type { ModelHealth } from './captioner.ts';
import type { Picture } from './decoder.ts';

/** Puts pictures and words into one space (CLIP, SigLIP), so that words find what is seen. */
export interface FrameEmbedder {
  /** The model's id, as shown. */
  readonly name: string;
  /** Names the weights as exactly as is known: a revision, a hash. */
  readonly revision: string;
  /** Pictures worth giving at a time. */
  readonly batch: number;
  /** Side of the square that pictures are looked at in, px; larger ones are a waste. */
  readonly framePx: number;
  /** What it was last loaded on; undefined before its first load. */
  readonly loaded: ModelHealth | undefined;
  /** One vector of length 1 a picture, in order. Rejects with UnavailableError and with the signal's reason. */
  embedPictures(pictures: readonly Picture[], signal: AbortSignal): Promise<readonly Float32Array[]>;
  /** One vector of length 1 a text, of the same dimension as pictures'. Rejects likewise. */
  embedTexts(texts: readonly string[], signal: AbortSignal): Promise<readonly Float32Array[]>;
  /** Loads the model and tells what it runs on; rejects with UnavailableError. */
  health(signal: AbortSignal): Promise<ModelHealth>;
  close(): Promise<void>;
}

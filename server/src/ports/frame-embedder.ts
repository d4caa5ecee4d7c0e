import type { ModelHealth } from './captioner.ts';
import type { Picture } from './decoder.ts';

/** Embeds pictures and text in one vector space (CLIP, SigLIP), so that a text query finds pictures. */
export interface FrameEmbedder {
  /** Model id, as shown to users. */
  readonly name: string;
  /** Identifies the weights as exactly as possible: a revision or hash. */
  readonly revision: string;
  /** Recommended number of pictures per call. */
  readonly batch: number;
  /** Side of the square input, in px; larger pictures bring no benefit. */
  readonly framePx: number;
  /** Device of the last load; undefined before it. */
  readonly loaded: ModelHealth | undefined;
  /**
   * Returns one unit vector per picture, in order. Rejects with ModelUnavailableError and with the signal's
   * reason.
   */
  embedPictures(pictures: readonly Picture[], signal: AbortSignal): Promise<readonly Float32Array[]>;
  /** Returns one unit vector per text, of the same dimension as those of pictures. Rejects likewise. */
  embedTexts(texts: readonly string[], signal: AbortSignal): Promise<readonly Float32Array[]>;
  /** Loads the model and returns its device. Rejects with ModelUnavailableError. */
  health(signal: AbortSignal): Promise<ModelHealth>;
  close(): Promise<void>;
}

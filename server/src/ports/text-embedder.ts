import type { ModelHealth } from './captioner.ts';

/** Turns text into vectors in which near means alike: an embedding model, here or behind an endpoint. */
export interface TextEmbedder {
  /** The model's id, as shown. */
  readonly name: string;
  /** Names the weights as exactly as is known, and what they read before a passage; may be empty behind an endpoint. */
  readonly revision: string;
  /** Texts worth giving at a time. */
  readonly batch: number;
  /** What it was last loaded on; undefined before its first load. */
  readonly loaded: ModelHealth | undefined;
  /**
   * One vector of length 1 a text, in order, all of one dimension; what is longer than the model reads is cut. Some
   * models read a question other than what answers it: `purpose` tells which it is. Rejects with UnavailableError
   * where the model or host cannot serve, and with the signal's reason.
   */
  embed(
    texts: readonly string[],
    purpose: 'query' | 'passage',
    signal: AbortSignal,
  ): Promise<readonly Float32Array[]>;
  /** Loads the model (or asks the host) and tells what it runs on; rejects with UnavailableError. */
  health(signal: AbortSignal): Promise<ModelHealth>;
  close(): Promise<void>;
}

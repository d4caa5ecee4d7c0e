import type { ModelHealth } from './captioner.ts';

/**
 * Converts text to vectors whose distance reflects meaning: an embedding model, local or behind an endpoint.
 */
export interface TextEmbedder {
  /** Model id, as shown to users. */
  readonly name: string;
  /**
   * Identifies the weights and the passage prefix as exactly as possible; may be empty behind an endpoint.
   */
  readonly revision: string;
  /** Recommended number of texts per call. */
  readonly batch: number;
  /** Device of the last load; undefined before it. */
  readonly loaded: ModelHealth | undefined;
  /**
   * Returns one unit vector per text, in order, all of one dimension; overlong text is cut. Some models treat
   * questions and passages differently, hence `purpose`. Rejects with ModelUnavailableError if the model or
   * host cannot serve, and with the signal's reason.
   */
  embed(
    texts: readonly string[],
    purpose: 'query' | 'passage',
    signal: AbortSignal,
  ): Promise<readonly Float32Array[]>;
  /** Loads the model (or contacts the host) and returns its device. Rejects with ModelUnavailableError. */
  health(signal: AbortSignal): Promise<ModelHealth>;
  close(): Promise<void>;
}

import type { ModelHealth } from './captioner.ts';

/** Scores how well a passage answers a question by reading both together: a cross-encoder. */
export interface Reranker {
  /** Model id, as shown to users. */
  readonly name: string;
  /** Identifies the weights as exactly as possible: a revision or hash. */
  readonly revision: string;
  /** Device of the last load; undefined before it. */
  readonly loaded: ModelHealth | undefined;
  /**
   * Returns one score per passage, 0..1, in order. Rejects with ModelUnavailableError and with the signal's
   * reason.
   */
  rank(question: string, passages: readonly string[], signal: AbortSignal): Promise<readonly number[]>;
  /** Loads the model and returns its device. Rejects with ModelUnavailableError. */
  health(signal: AbortSignal): Promise<ModelHealth>;
  close(): Promise<void>;
}

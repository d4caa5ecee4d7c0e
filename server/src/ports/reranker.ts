import type { ModelHealth } from './captioner.ts';

/** Reads question and passage together and says how well one answers the other: a cross-encoder. */
export interface Reranker {
  /** The model's id, as shown. */
  readonly name: string;
  /** Names the weights as exactly as is known: a revision, a hash. */
  readonly revision: string;
  /** What it was last loaded on; undefined before its first load. */
  readonly loaded: ModelHealth | undefined;
  /** One score a passage, 0..1, in order. Rejects with UnavailableError and with the signal's reason. */
  rank(question: string, passages: readonly string[], signal: AbortSignal): Promise<readonly number[]>;
  /** Loads the model and tells what it runs on; rejects with UnavailableError. */
  health(signal: AbortSignal): Promise<ModelHealth>;
  close(): Promise<void>;
}

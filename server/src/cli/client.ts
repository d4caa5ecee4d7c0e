import type { Method, Params, Result } from '../../protocol/methods.ts';
import type { Status } from '../../protocol/status.ts';

export interface RequestOptions {
  /** Cancels the request in the daemon and rejects at once. */
  readonly signal?: AbortSignal;
  /** Called with each value of the partial result. */
  readonly onPartial?: (value: unknown) => void;
}

/** A connection to the daemon of one data folder. */
export interface Client {
  request<M extends Method>(method: M, params: Params<M>, options?: RequestOptions): Promise<Result<M>>;
  onStatus(listener: (status: Status) => void): () => void;
  /** Resolves when the connection has ended, whoever ended it. */
  readonly closed: Promise<void>;
  /** Ends the connection, never the daemon. */
  close(): void;
}

export interface ConnectOptions {
  readonly dataDir: string;
  /** Start a daemon where none runs (the default); `false`: resolve to undefined then. */
  readonly start?: boolean;
  /** A daemon started here ends with this process, even where this process is killed. */
  readonly tied?: boolean;
  readonly signal?: AbortSignal;
}

export type Connect = (options: ConnectOptions) => Promise<Client | undefined>;

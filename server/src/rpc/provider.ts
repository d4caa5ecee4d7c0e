import type { z } from 'zod';
import type { Tokens } from '../../protocol/base.ts';
import { type Method, type Params, type Result, requests } from '../../protocol/methods.ts';
import type { LibraryAskRequest } from '../library.ts';
import type { Services } from './services.ts';

/** One request while it is served. */
export interface Call {
  readonly signal: AbortSignal;
  /** Sends `$/progress`; without a token nothing is sent. */
  progress(token: Tokens['workDoneToken'], value: unknown): void;
  /** Aborted when the session that asked is over. */
  readonly session: AbortSignal;
  /** The language model of the editor that asked; absent where it said that it has none. */
  readonly editorAnswerer?: NonNullable<LibraryAskRequest['answerer']>;
}

/** How one request is served: which parameters it takes and what of the Library answers it. */
export interface Provider<M extends Method> {
  readonly method: M;
  readonly params: z.ZodType;
  readonly handle: (params: Params<M>, call: Call, services: Services) => Promise<Result<M>>;
}

/** A Provider of any method, as a table holds it. */
export interface AnyProvider {
  readonly method: Method;
  readonly params: z.ZodType;
  readonly handle: (params: never, call: Call, services: Services) => Promise<unknown>;
}

/** Types a Provider by its method; the protocol says which parameters the method takes. */
export function provide<M extends Method>(method: M, handle: Provider<M>['handle']): Provider<M> {
  return { method, params: requests[method].params, handle };
}

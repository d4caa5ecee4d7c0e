import type { z } from 'zod';
import type { Tokens } from '../../protocol/base.ts';
import { type Method, type Params, type Result, requests } from '../../protocol/methods.ts';
import type { LibraryAskRequest } from '../library.ts';
import type { Services } from './services.ts';

/** Describes the context of one request in progress. */
export interface Call {
  readonly signal: AbortSignal;
  /** Sends `$/progress`. Does nothing without a token. */
  progress(token: Tokens['workDoneToken'], value: unknown): void;
  /** Aborted when the session of the request ends. */
  readonly session: AbortSignal;
  /** The language model of the editor. Absent if the editor declared none. */
  readonly editorAnswerer?: NonNullable<LibraryAskRequest['answerer']>;
}

/** Defines how one request is served: its parameters, and the handler that calls the library. */
export interface Provider<M extends Method> {
  readonly method: M;
  readonly params: z.ZodType;
  readonly handle: (params: Params<M>, call: Call, services: Services) => Promise<Result<M>>;
}

/** Describes a provider of any method, for tables. */
export interface AnyProvider {
  readonly method: Method;
  readonly params: z.ZodType;
  readonly handle: (params: never, call: Call, services: Services) => Promise<unknown>;
}

/** Creates a provider. The parameters' schema comes from the protocol. */
export function provide<M extends Method>(method: M, handle: Provider<M>['handle']): Provider<M> {
  return { method, params: requests[method].params, handle };
}

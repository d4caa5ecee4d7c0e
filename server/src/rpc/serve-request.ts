import { type CancellationToken, ResponseError } from 'vscode-jsonrpc/node';
import type { z } from 'zod';
import { messageOf } from '../base/message-of.ts';
import { type Access, checkAccess } from './access.ts';
import { createEditApplier } from './apply-edit.ts';
import {
  createDrainingError,
  INVALID_REQUEST,
  invalidParams,
  NOT_INITIALIZED,
  toResponse,
} from './errors.ts';
import { initializeSession } from './initialize-session.ts';
import { features } from './language/features.ts';
import { ParamsError, parseParams } from './parse-params.ts';
import type { Call } from './provider.ts';
import { providers } from './providers.ts';
import { type SessionState, stackOf } from './session-state.ts';

const METHOD_NOT_FOUND = -32601;
const INTERNAL_ERROR = -32603;

/** Serves one request. Rejects with the error that answers it. */
export async function serveRequest(
  session: SessionState,
  method: string,
  rawParams: unknown,
  token: CancellationToken,
): Promise<unknown> {
  const { services, phase } = session;
  if (services.draining.aborted) throw createDrainingError(services.endReason());
  if (method === 'initialize') return initializeSession(session, rawParams);
  if (phase === 'new') throw new ResponseError(NOT_INITIALIZED, `initialize must come before ${method}.`);
  if (phase === 'shut') throw new ResponseError(INVALID_REQUEST, `${method} came after shutdown.`);
  if (method === 'shutdown') {
    session.phase = 'shut';
    return null;
  }
  return recordRequest(session.access, method, rawParams, async () => {
    checkAccess(session.access, method, rawParams);
    const provider = providers.get(method);
    if (provider === undefined) return serveFeature(session, method, rawParams, token);
    const params = parseRequestParams(provider.params, rawParams);
    return runRequest(session, method, token, (call) => provider.handle(params as never, call, services));
  });
}

/** Serves a request and records it if its client is a user over the network. */
async function recordRequest(
  { record }: Access,
  method: string,
  params: unknown,
  serve: () => Promise<unknown>,
): Promise<unknown> {
  if (record === undefined) return serve();
  const startMs = performance.now();
  const durationMs = () => Math.round(performance.now() - startMs);
  try {
    const result = await serve();
    record({ method, params, ms: durationMs() });
    return result;
  } catch (error) {
    const code = error instanceof ResponseError ? error.code : INTERNAL_ERROR;
    record({ method, params, error: code, ms: durationMs() });
    throw error;
  }
}

/** Serves a request of LSP's. */
function serveFeature(session: SessionState, method: string, rawParams: unknown, token: CancellationToken) {
  const { connection, services, notify } = session;
  const feature = features.get(method);
  if (feature === undefined) throw new ResponseError(METHOD_NOT_FOUND, `There is no request ${method}.`);
  const params = parseRequestParams(feature.params, rawParams);
  return runRequest(session, method, token, (call) => {
    const editorCall = {
      show: (message: string) => notify('window/showMessage', { type: 3, message }),
      documents: session.documents.documents,
      capabilities: session.editorCapabilities,
      apply: createEditApplier(connection, call.signal),
    };
    return feature.handle(params as never, { ...call, ...editorCall }, services);
  });
}

/** Returns the parameters of a request as its schema describes them; throws -32602. */
function parseRequestParams(schema: z.ZodType, rawParams: unknown): unknown {
  try {
    return parseParams(schema, rawParams);
  } catch (error) {
    throw error instanceof ParamsError ? invalidParams(error.message) : error;
  }
}

/** Runs a request until it is answered, cancelled, or the session or the daemon ends. Logs how it went. */
async function runRequest(
  session: SessionState,
  method: string,
  token: CancellationToken,
  work: (call: Call) => Promise<unknown>,
): Promise<unknown> {
  const { services, abort } = session;
  const cancellation = new AbortController();
  const cancelListener = token.onCancellationRequested(() => cancellation.abort());
  if (token.isCancellationRequested) cancellation.abort();
  const signal = AbortSignal.any([cancellation.signal, abort.signal, services.cutOff]);
  session.requests += 1;
  const requestLog = session.log.with({ request: session.requests, method });
  const startMs = performance.now();
  try {
    signal.throwIfAborted();
    return await work(createCall(session, signal));
  } catch (error) {
    const response = services.cutOff.aborted
      ? createDrainingError(services.endReason())
      : toResponse(error, signal);
    if (response.code === INTERNAL_ERROR)
      requestLog.error('request failed', { message: messageOf(error), stack: stackOf(error) });
    else requestLog.info('request refused', { code: response.code, message: response.message });
    throw response;
  } finally {
    cancelListener.dispose();
    requestLog.debug('request', { ms: Math.round(performance.now() - startMs) });
  }
}

function createCall({ abort, editorAnswerer, notify }: SessionState, signal: AbortSignal): Call {
  return {
    signal,
    session: abort.signal,
    ...(editorAnswerer === undefined ? {} : { editorAnswerer }),
    progress: (token, value) => {
      if (token !== undefined && !signal.aborted) notify('$/progress', { token, value });
    },
  };
}

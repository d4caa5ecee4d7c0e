import { setTimeout as pause } from 'node:timers/promises';
import { redactSecrets } from '../../base/redact-secrets.ts';
import { ModelUnavailableError } from '../../core/errors/model-unavailable.ts';
import type { ModelHealth } from '../../ports/captioner.ts';

/** An OpenAI-compatible server: vLLM, Ollama, LM Studio, llama.cpp's server, or OpenAI itself. */
export interface OpenAiEndpoint {
  /** Address without `/chat/completions`, such as `http://127.0.0.1:8000/v1`. */
  readonly baseUrl: string;
  readonly model: string;
  /**
   * Sent as a bearer token, never logged and never part of an error. A function is called for each request.
   */
  readonly key?: string | (() => string | undefined);
  /** Environment variable for the key, for use in messages. */
  readonly keyVariable: string;
  /** Silence after which the server counts as hung, ms. Default: 2 minutes. */
  readonly silenceMs?: number;
  /** Number of retries. Default: 3. */
  readonly retries?: number;
  /** Pause before the first retry, ms; it doubles each time. Default: 500. */
  readonly backOffMs?: number;
}

/**
 * A complete request body. It is encoded in advance: aborting a form that fetch encodes fails outside fetch's
 * promise.
 */
export interface RequestBody {
  /** Media type. */
  readonly type: string;
  readonly data: string | ArrayBuffer;
}

/** The server understood this request but refuses it: too long, pictures not supported, or filtered. */
export class RequestRefusedError extends Error {
  override readonly name = 'RequestRefusedError';
  /** True if the server refused the request itself; false if its reply is of no use. */
  readonly isOfRequest: boolean;
  constructor(message: string, isOfRequest = false) {
    super(message);
    this.isOfRequest = isOfRequest;
  }
}

/** A failure that a retry may fix: too many requests, a server error, or a broken connection or stream. */
export class TransientHostError extends Error {
  readonly afterMs: number | undefined;
  constructor(message: string, afterMs?: number, options?: ErrorOptions) {
    super(message, options);
    this.afterMs = afterMs;
  }
}

/** Some servers report a prompt that is longer than their context as an internal error. A retry does not help. */
const CONTEXT_OVERFLOW = /context (?:window|length|size)|exceeds? .*\bcontext\b|n_ctx/i;
const SILENCE_MS = 120_000;
const DEFAULT_RETRIES = 3;
const BACK_OFF_MS = 500;
const MAX_PAUSE_MS = 60_000;
const MAX_SHOWN_CHARS = 300;

const describeError = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? error.cause.message : '';
  return cause && cause !== error.message ? `${error.message} (${cause})` : error.message;
};

/** Hides secrets in a server's text and shortens it for use in a message, in this order: a cut key cannot be found. */
function toDisplayText(text: string, secrets: readonly (string | undefined)[]): string {
  const singleLine = redactSecrets(text.replace(/[\p{Cc}\s]+/gu, ' ').trim(), secrets);
  return singleLine.length > MAX_SHOWN_CHARS ? `${singleLine.slice(0, MAX_SHOWN_CHARS)}…` : singleLine;
}

/** Returns a member of a server's reply, or undefined. */
export function readMember(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}

/**
 * Extracts the message from `{error: {message}}`, without the secrets. Returns the body itself if it has another form.
 */
export function parseHostError(body: string, secrets: readonly (string | undefined)[]): string {
  try {
    const errorBody: unknown = JSON.parse(body);
    const error = readMember(errorBody, 'error');
    const message =
      typeof error === 'string' ? error : (readMember(error, 'message') ?? readMember(errorBody, 'message'));
    if (typeof message === 'string') return toDisplayText(message, secrets);
  } catch {
    // Not JSON; show the body itself.
  }
  return toDisplayText(body, secrets);
}

/** Parses `Retry-After`, given in seconds or as a date. Returns ms. */
function parseRetryAfter(header: string | null): number | undefined {
  if (!header) return undefined;
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), MAX_PAUSE_MS) : undefined;
}

export const resolveKey = ({ key }: OpenAiEndpoint) => (typeof key === 'function' ? key() : key);

function toHeaders(endpoint: OpenAiEndpoint): Record<string, string> {
  const key = resolveKey(endpoint);
  return key ? { authorization: `Bearer ${key}` } : {};
}

/** Creates an error of the same kind without the key and whatever else a host repeated of the request. */
function withoutSecrets(endpoint: OpenAiEndpoint, error: unknown): unknown {
  const redact = (text: string) => redactSecrets(text, [resolveKey(endpoint)]);
  if (error instanceof TransientHostError)
    return new TransientHostError(redact(error.message), error.afterMs);
  if (error instanceof RequestRefusedError)
    return new RequestRefusedError(redact(error.message), error.isOfRequest);
  if (error instanceof ModelUnavailableError)
    return new ModelUnavailableError(redact(error.message), redact(error.remedy));
  return error;
}

function toHostError(endpoint: OpenAiEndpoint, status: number, body: string): Error {
  const { baseUrl, model, keyVariable } = endpoint;
  const hostMessage = parseHostError(body, [resolveKey(endpoint)]);
  const description = `${baseUrl} answered ${status}${hostMessage ? `: ${hostMessage}` : ''}`;
  if (status === 401 || status === 403) {
    const wantedKey = resolveKey(endpoint) ? 'a valid API key' : "the server's API key";
    const remedy = `Set the environment variable ${keyVariable} to ${wantedKey} and restart the daemon, or set it in VS Code with "Goldfish: Set Key for Hosts".`;
    return new ModelUnavailableError(description, remedy);
  }
  if (status === 404)
    return new ModelUnavailableError(
      description,
      `Check the address, and that the server has the model ${model}.`,
    );
  if (status === 400 || status === 413 || status === 422) return new RequestRefusedError(description, true);
  return new ModelUnavailableError(description, "Check the address in the settings and the server's log.");
}

/** Parses a server's reply as JSON. */
export function parseReply(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    throw new TransientHostError('it did not send JSON');
  }
}

/** Sends one request with a silence timeout. Throws TransientHostError if a retry may help. */
async function requestOnce<T>(
  endpoint: OpenAiEndpoint,
  path: string,
  body: RequestBody,
  readResponse: (response: Response, onBytes: () => void) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const silenceTimeout = new AbortController();
  const silenceMs = endpoint.silenceMs ?? SILENCE_MS;
  const timer = setTimeout(() => silenceTimeout.abort(), silenceMs);
  try {
    const response = await fetch(`${endpoint.baseUrl}${path}`, {
      method: 'POST',
      headers: {
        ...toHeaders(endpoint),
        'content-type': body.type,
      },
      body: body.data,
      // The data and the key go only to the server that the user configured.
      redirect: 'error',
      signal: AbortSignal.any([signal, silenceTimeout.signal]),
    });
    if (!response.ok) {
      const text = (await response.text()).slice(0, 10_000);
      const { status } = response;
      const hostMessage = parseHostError(text, [resolveKey(endpoint)]);
      if (status >= 500 && CONTEXT_OVERFLOW.test(hostMessage))
        throw new RequestRefusedError(`${endpoint.baseUrl} answered ${status}: ${hostMessage}`, true);
      if (status === 408 || status === 429 || status >= 500) {
        const retryAfterMs = parseRetryAfter(response.headers.get('retry-after'));
        throw new TransientHostError(
          `it answered ${status}${hostMessage ? `: ${hostMessage}` : ''}`,
          retryAfterMs,
        );
      }
      throw toHostError(endpoint, status, text);
    }
    return await readResponse(response, () => timer.refresh());
  } catch (error) {
    signal.throwIfAborted();
    if (silenceTimeout.signal.aborted)
      throw new TransientHostError(`it sent nothing for ${silenceMs / 1000} s`);
    if (
      error instanceof TransientHostError ||
      error instanceof ModelUnavailableError ||
      error instanceof RequestRefusedError
    ) {
      throw error;
    }
    throw new TransientHostError(describeError(error), undefined, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Sends a request and reads its reply. Retries with growing pauses if that may help and `mayRetry` allows it.
 * Rejects with ModelUnavailableError, RequestRefusedError or the signal's reason.
 */
export async function postToHost<T>(
  endpoint: OpenAiEndpoint,
  path: string,
  body: RequestBody,
  readResponse: (response: Response, onBytes: () => void) => Promise<T>,
  signal: AbortSignal,
  mayRetry: () => boolean = () => true,
): Promise<T> {
  const maxRetries = endpoint.retries ?? DEFAULT_RETRIES;
  for (let attempts = 0; ; attempts += 1) {
    signal.throwIfAborted();
    try {
      return await requestOnce(endpoint, path, body, readResponse, signal);
    } catch (unsafeError) {
      const error = withoutSecrets(endpoint, unsafeError);
      if (!(error instanceof TransientHostError)) throw error;
      const triesNote = attempts === 0 ? '' : ` (${attempts + 1} tries)`;
      if (attempts >= maxRetries || !mayRetry()) {
        const remedy = 'Check that the server is running and reachable. Goldfish retries later.';
        throw new ModelUnavailableError(`${endpoint.baseUrl} failed: ${error.message}${triesNote}`, remedy);
      }
      // Random spread, so that requests rejected together do not return together.
      const backOff = (endpoint.backOffMs ?? BACK_OFF_MS) * 2 ** attempts * (1 + Math.random() / 2);
      await pause(error.afterMs ?? Math.min(backOff, MAX_PAUSE_MS), undefined, { signal }).catch(() =>
        signal.throwIfAborted(),
      );
    }
  }
}

/** Lists the server's models; undefined if it does not list them. Rejects with ModelUnavailableError. */
async function listModels(
  endpoint: OpenAiEndpoint,
  signal: AbortSignal,
): Promise<readonly string[] | undefined> {
  let response: Response;
  try {
    response = await fetch(`${endpoint.baseUrl}/models`, {
      headers: toHeaders(endpoint),
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(10_000)]),
    });
  } catch (error) {
    signal.throwIfAborted();
    const remedy = 'Start the server, or correct its address in the settings.';
    throw new ModelUnavailableError(`Cannot reach ${endpoint.baseUrl}: ${describeError(error)}`, remedy, {
      cause: error,
    });
  }
  const text = await response.text();
  if (response.status === 404 || response.status === 405) return undefined;
  if (!response.ok) throw toHostError(endpoint, response.status, text.slice(0, 10_000));
  const list = readMember(parseJsonOrUndefined(text), 'data');
  if (!Array.isArray(list)) return undefined;
  return list.flatMap((model: unknown) => {
    const id = readMember(model, 'id');
    return typeof id === 'string' ? [id] : [];
  });
}

/** Checks that the server is reachable and has the model. Rejects with ModelUnavailableError otherwise. */
export async function checkHealth(endpoint: OpenAiEndpoint, signal: AbortSignal): Promise<ModelHealth> {
  const { baseUrl, model } = endpoint;
  const listedModels = await listModels(endpoint, signal).catch((error: unknown) => {
    throw withoutSecrets(endpoint, error);
  });
  // Ollama lists `moondream:latest` for what it also serves as `moondream`.
  const isListed = listedModels?.some((name) => name === model || name === `${model}:latest`);
  if (listedModels && listedModels.length > 0 && !isListed) {
    const remedy = `Its models: ${listedModels.slice(0, 20).join(', ')}.`;
    throw withoutSecrets(endpoint, new ModelUnavailableError(`${baseUrl} has no model ${model}`, remedy));
  }
  const reason = listedModels ? 'it lists the model' : 'it answers but does not list its models';
  return { device: baseUrl, steps: [{ device: baseUrl, taken: true, reason: reason }] };
}

function parseJsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

import { setTimeout as pause } from 'node:timers/promises';
import { ModelUnavailableError } from '../../core/errors/model-unavailable.ts';
import type { ModelHealth } from '../../ports/captioner.ts';

/** An OpenAI-compatible host: vLLM, Ollama, LM Studio, llama.cpp's server, OpenAI itself. */
export interface OpenAiEndpoint {
  /** Up to and without `/chat/completions`, such as `http://127.0.0.1:8000/v1`. */
  readonly baseUrl: string;
  readonly model: string;
  /** Sent as a bearer token; never logged, never in an error. A function is asked with each request. */
  readonly key?: string | (() => string | undefined);
  /** The environment variable that holds the key, for messages. */
  readonly keyVariable: string;
  /** Without a byte for so long the host has hung, ms. 2 minutes where absent. */
  readonly silenceMs?: number;
  /** Tries after the first. 3 where absent. */
  readonly retries?: number;
  /** First pause before another try; it doubles each time, ms. 500 where absent. */
  readonly backOffMs?: number;
}

/** What is sent: whole, for fetch fails outside its promise where a form it encodes itself is broken off. */
export interface RequestBody {
  /** Its media type. */
  readonly type: string;
  readonly data: string | ArrayBuffer;
}

/** The host understood and will not serve this very request: too long, no pictures taken, filtered. */
export class RequestRefusedError extends Error {
  override readonly name = 'RefusedError';
}

/** Worth another try: too many requests, a fault of the server, a broken connection or stream. */
export class TransientHostError extends Error {
  readonly afterMs: number | undefined;
  constructor(message: string, afterMs?: number, options?: ErrorOptions) {
    super(message, options);
    this.afterMs = afterMs;
  }
}

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

/** Text of a host as it may stand in a message. */
function toDisplayText(text: string): string {
  const singleLine = text.replace(/[\p{Cc}\s]+/gu, ' ').trim();
  return singleLine.length > MAX_SHOWN_CHARS ? `${singleLine.slice(0, MAX_SHOWN_CHARS)}…` : singleLine;
}

/** A member of what a host sent; undefined where there is none. */
export function readMember(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}

/** `{error: {message}}` as hosts write it, else the body. */
export function parseHostError(body: string): string {
  try {
    const parsed: unknown = JSON.parse(body);
    const error = readMember(parsed, 'error');
    const message =
      typeof error === 'string' ? error : (readMember(error, 'message') ?? readMember(parsed, 'message'));
    if (typeof message === 'string') return toDisplayText(message);
  } catch {
    // Not JSON: shown as it is.
  }
  return toDisplayText(body);
}

/** `Retry-After` in seconds or as a date. */
function parseRetryAfter(header: string | null): number | undefined {
  if (!header) return undefined;
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), MAX_PAUSE_MS) : undefined;
}

const resolveKey = ({ key }: OpenAiEndpoint) => (typeof key === 'function' ? key() : key);

function toHeaders(endpoint: OpenAiEndpoint): Record<string, string> {
  const key = resolveKey(endpoint);
  return key ? { authorization: `Bearer ${key}` } : {};
}

function toHostError(endpoint: OpenAiEndpoint, status: number, body: string): Error {
  const { baseUrl, model, keyVariable } = endpoint;
  const hostMessage = parseHostError(body);
  const description = `${baseUrl} answered ${status}${hostMessage ? `: ${hostMessage}` : ''}`;
  if (status === 401 || status === 403) {
    const wantedKey = resolveKey(endpoint) ? 'a valid key' : "the host's key";
    const remedy = `Put ${wantedKey} in the environment variable ${keyVariable} and restart the daemon, or set it in VS Code with "Goldfish: Set Key for Hosts".`;
    return new ModelUnavailableError(description, remedy);
  }
  if (status === 404)
    return new ModelUnavailableError(description, `Check the address, and that the host has ${model}.`);
  if (status === 400 || status === 413 || status === 422) return new RequestRefusedError(description);
  return new ModelUnavailableError(description, 'Check the address in settings, and what the host logs.');
}

/** What a host sent as JSON. */
export function parseReply(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    throw new TransientHostError('it sent something that is no JSON');
  }
}

/** One request with the silence watched. Throws PassingError where another try may help. */
async function requestOnce<T>(
  endpoint: OpenAiEndpoint,
  path: string,
  body: RequestBody,
  read: (response: Response, onBytes: () => void) => Promise<T>,
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
      // What is sent and the key go to the host that the user named and to no other.
      redirect: 'error',
      signal: AbortSignal.any([signal, silenceTimeout.signal]),
    });
    if (!response.ok) {
      const text = (await response.text()).slice(0, 10_000);
      const { status } = response;
      if (status === 408 || status === 429 || status >= 500) {
        const hostMessage = parseHostError(text);
        const retryAfterMs = parseRetryAfter(response.headers.get('retry-after'));
        throw new TransientHostError(
          `it answered ${status}${hostMessage ? `: ${hostMessage}` : ''}`,
          retryAfterMs,
        );
      }
      throw toHostError(endpoint, status, text);
    }
    return await read(response, () => timer.refresh());
  } catch (error) {
    signal.throwIfAborted();
    if (silenceTimeout.signal.aborted)
      throw new TransientHostError(`it said nothing for ${silenceMs / 1000} s`);
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
 * Sends one request and reads its reply; tried again, with growing pauses, where that may help and `again` says that
 * it may. Rejects with UnavailableError, RefusedError or the signal's reason.
 */
export async function postToHost<T>(
  endpoint: OpenAiEndpoint,
  path: string,
  body: RequestBody,
  read: (response: Response, onBytes: () => void) => Promise<T>,
  signal: AbortSignal,
  mayRetry: () => boolean = () => true,
): Promise<T> {
  const maxRetries = endpoint.retries ?? DEFAULT_RETRIES;
  for (let attempts = 0; ; attempts += 1) {
    signal.throwIfAborted();
    try {
      return await requestOnce(endpoint, path, body, read, signal);
    } catch (error) {
      if (!(error instanceof TransientHostError)) throw error;
      const triesNote = attempts === 0 ? '' : ` (${attempts + 1} tries)`;
      if (attempts >= maxRetries || !mayRetry()) {
        const remedy = 'Check that the host runs and is in reach; the work is tried again later.';
        throw new ModelUnavailableError(
          `${endpoint.baseUrl} does not serve: ${error.message}${triesNote}`,
          remedy,
        );
      }
      // Some spread, so that requests turned away together do not come back together.
      const backOff = (endpoint.backOffMs ?? BACK_OFF_MS) * 2 ** attempts * (1 + Math.random() / 2);
      await pause(error.afterMs ?? Math.min(backOff, MAX_PAUSE_MS), undefined, { signal }).catch(() =>
        signal.throwIfAborted(),
      );
    }
  }
}

/** Models that the host lists; undefined where it does not tell. Rejects with UnavailableError. */
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
    const remedy = 'Start the host, or correct its address in settings.';
    throw new ModelUnavailableError(`${endpoint.baseUrl} is out of reach: ${describeError(error)}`, remedy, {
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

/** Asks the host for its models; rejects with UnavailableError where it is out of reach or lacks this one. */
export async function checkHealth(endpoint: OpenAiEndpoint, signal: AbortSignal): Promise<ModelHealth> {
  const { baseUrl, model } = endpoint;
  const listedModels = await listModels(endpoint, signal);
  if (listedModels && listedModels.length > 0 && !listedModels.includes(model)) {
    const remedy = `It lists: ${listedModels.slice(0, 20).join(', ')}.`;
    throw new ModelUnavailableError(`${baseUrl} has no model ${model}`, remedy);
  }
  const reason = listedModels ? 'it lists the model' : 'it answers, and does not list its models';
  return { device: baseUrl, steps: [{ device: baseUrl, taken: true, reason: reason }] };
}

function parseJsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

import { setTimeout as pause } from 'node:timers/promises';
import { UnavailableError } from '../../core/unavailable.ts';
import type { ModelHealth } from '../../ports/captioner.ts';

/** An OpenAI-compatible host: vLLM, Ollama, LM Studio, llama.cpp's server, OpenAI itself. */
export interface Endpoint {
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
export interface Body {
  /** Its media type. */
  readonly type: string;
  readonly data: string | ArrayBuffer;
}

/** The host understood and will not serve this very request: too long, no pictures taken, filtered. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
}

/** Worth another try: too many requests, a fault of the server, a broken connection or stream. */
export class PassingError extends Error {
  readonly afterMs: number | undefined;
  constructor(message: string, afterMs?: number, options?: ErrorOptions) {
    super(message, options);
    this.afterMs = afterMs;
  }
}

const SILENCE_MS = 120_000;
const RETRIES = 3;
const BACK_OFF_MS = 500;
const LONGEST_PAUSE_MS = 60_000;
const SHOWN = 300;

const reason = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? error.cause.message : '';
  return cause && cause !== error.message ? `${error.message} (${cause})` : error.message;
};

/** Text of a host as it may stand in a message. */
function shown(text: string): string {
  const flat = text.replace(/[\p{Cc}\s]+/gu, ' ').trim();
  return flat.length > SHOWN ? `${flat.slice(0, SHOWN)}…` : flat;
}

/** A member of what a host sent; undefined where there is none. */
export function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}

/** `{error: {message}}` as hosts write it, else the body. */
export function complaintOf(body: string): string {
  try {
    const parsed: unknown = JSON.parse(body);
    const error = member(parsed, 'error');
    const message =
      typeof error === 'string' ? error : (member(error, 'message') ?? member(parsed, 'message'));
    if (typeof message === 'string') return shown(message);
  } catch {
    // Not JSON: shown as it is.
  }
  return shown(body);
}

/** `Retry-After` in seconds or as a date. */
function afterMs(header: string | null): number | undefined {
  if (!header) return undefined;
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), LONGEST_PAUSE_MS) : undefined;
}

const keyOf = ({ key }: Endpoint) => (typeof key === 'function' ? key() : key);

function headersOf(endpoint: Endpoint): Record<string, string> {
  const key = keyOf(endpoint);
  return key ? { authorization: `Bearer ${key}` } : {};
}

function failed(endpoint: Endpoint, status: number, body: string): Error {
  const { baseUrl, model, keyVariable } = endpoint;
  const said = complaintOf(body);
  const what = `${baseUrl} answered ${status}${said ? `: ${said}` : ''}`;
  if (status === 401 || status === 403) {
    const which = keyOf(endpoint) ? 'a valid key' : "the host's key";
    const remedy = `Put ${which} in the environment variable ${keyVariable} and restart the daemon, or set it in VS Code with "Goldfish: Set Key for Hosts".`;
    return new UnavailableError(what, remedy);
  }
  if (status === 404) return new UnavailableError(what, `Check the address, and that the host has ${model}.`);
  if (status === 400 || status === 413 || status === 422) return new RefusedError(what);
  return new UnavailableError(what, 'Check the address in settings, and what the host logs.');
}

/** What a host sent as JSON. */
export function parsed(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    throw new PassingError('it sent something that is no JSON');
  }
}

/** One request with the silence watched. Throws PassingError where another try may help. */
async function once<T>(
  endpoint: Endpoint,
  path: string,
  body: Body,
  read: (response: Response, onBytes: () => void) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const silence = new AbortController();
  const silenceMs = endpoint.silenceMs ?? SILENCE_MS;
  const timer = setTimeout(() => silence.abort(), silenceMs);
  try {
    const response = await fetch(`${endpoint.baseUrl}${path}`, {
      method: 'POST',
      headers: {
        ...headersOf(endpoint),
        'content-type': body.type,
      },
      body: body.data,
      // What is sent and the key go to the host that the user named and to no other.
      redirect: 'error',
      signal: AbortSignal.any([signal, silence.signal]),
    });
    if (!response.ok) {
      const text = (await response.text()).slice(0, 10_000);
      const { status } = response;
      if (status === 408 || status === 429 || status >= 500) {
        const said = complaintOf(text);
        const after = afterMs(response.headers.get('retry-after'));
        throw new PassingError(`it answered ${status}${said ? `: ${said}` : ''}`, after);
      }
      throw failed(endpoint, status, text);
    }
    return await read(response, () => timer.refresh());
  } catch (error) {
    signal.throwIfAborted();
    if (silence.signal.aborted) throw new PassingError(`it said nothing for ${silenceMs / 1000} s`);
    if (error instanceof PassingError || error instanceof UnavailableError || error instanceof RefusedError) {
      throw error;
    }
    throw new PassingError(reason(error), undefined, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Sends one request and reads its reply; tried again, with growing pauses, where that may help and `again` says that
 * it may. Rejects with UnavailableError, RefusedError or the signal's reason.
 */
export async function post<T>(
  endpoint: Endpoint,
  path: string,
  body: Body,
  read: (response: Response, onBytes: () => void) => Promise<T>,
  signal: AbortSignal,
  again: () => boolean = () => true,
): Promise<T> {
  const most = endpoint.retries ?? RETRIES;
  for (let tried = 0; ; tried += 1) {
    signal.throwIfAborted();
    try {
      return await once(endpoint, path, body, read, signal);
    } catch (error) {
      if (!(error instanceof PassingError)) throw error;
      const times = tried === 0 ? '' : ` (${tried + 1} tries)`;
      if (tried >= most || !again()) {
        const remedy = 'Check that the host runs and is in reach; the work is tried again later.';
        throw new UnavailableError(`${endpoint.baseUrl} does not serve: ${error.message}${times}`, remedy);
      }
      // Some spread, so that requests turned away together do not come back together.
      const backOff = (endpoint.backOffMs ?? BACK_OFF_MS) * 2 ** tried * (1 + Math.random() / 2);
      await pause(error.afterMs ?? Math.min(backOff, LONGEST_PAUSE_MS), undefined, { signal }).catch(() =>
        signal.throwIfAborted(),
      );
    }
  }
}

/** Models that the host lists; undefined where it does not tell. Rejects with UnavailableError. */
async function listModels(endpoint: Endpoint, signal: AbortSignal): Promise<readonly string[] | undefined> {
  let response: Response;
  try {
    response = await fetch(`${endpoint.baseUrl}/models`, {
      headers: headersOf(endpoint),
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(10_000)]),
    });
  } catch (error) {
    signal.throwIfAborted();
    const remedy = 'Start the host, or correct its address in settings.';
    throw new UnavailableError(`${endpoint.baseUrl} is out of reach: ${reason(error)}`, remedy, {
      cause: error,
    });
  }
  const text = await response.text();
  if (response.status === 404 || response.status === 405) return undefined;
  if (!response.ok) throw failed(endpoint, response.status, text.slice(0, 10_000));
  const list = member(parsedOrNothing(text), 'data');
  if (!Array.isArray(list)) return undefined;
  return list.flatMap((each: unknown) => {
    const id = member(each, 'id');
    return typeof id === 'string' ? [id] : [];
  });
}

/** Asks the host for its models; rejects with UnavailableError where it is out of reach or lacks this one. */
export async function healthOf(endpoint: Endpoint, signal: AbortSignal): Promise<ModelHealth> {
  const { baseUrl, model } = endpoint;
  const listed = await listModels(endpoint, signal);
  if (listed && listed.length > 0 && !listed.includes(model)) {
    const remedy = `It lists: ${listed.slice(0, 20).join(', ')}.`;
    throw new UnavailableError(`${baseUrl} has no model ${model}`, remedy);
  }
  const why = listed ? 'it lists the model' : 'it answers, and does not list its models';
  return { device: baseUrl, steps: [{ device: baseUrl, taken: true, reason: why }] };
}

function parsedOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

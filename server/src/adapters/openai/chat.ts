import { setTimeout as pause } from 'node:timers/promises';
import { createParser } from 'eventsource-parser';
import { UnavailableError } from '../../core/unavailable.ts';

/** An OpenAI-compatible host: vLLM, Ollama, LM Studio, llama.cpp's server, OpenAI itself. */
export interface Endpoint {
  /** Up to and without `/chat/completions`, such as `http://127.0.0.1:8000/v1`. */
  readonly baseUrl: string;
  readonly model: string;
  /** Sent as a bearer token; never logged, never in an error. */
  readonly key?: string;
  /** The environment variable that holds the key, for messages. */
  readonly keyVariable: string;
  /** Without a byte for so long the host has hung, ms. 2 minutes where absent. */
  readonly silenceMs?: number;
  /** Tries after the first. 3 where absent. */
  readonly retries?: number;
  /** First pause before another try; it doubles each time, ms. 500 where absent. */
  readonly backOffMs?: number;
}

export interface TextPart {
  readonly type: 'text';
  readonly text: string;
}
export interface ImagePart {
  readonly type: 'image_url';
  readonly image_url: { readonly url: string };
}
export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string | readonly (TextPart | ImagePart)[];
}
export interface ChatBody {
  readonly messages: readonly ChatMessage[];
  readonly max_tokens: number;
  readonly temperature: number;
}
export interface ChatText {
  readonly text: string;
  /** False where the host stopped at its token limit. */
  readonly complete: boolean;
}

/** The host understood and will not serve this very request: too long, no pictures taken, filtered. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
}

/** Worth another try: too many requests, a fault of the server, a broken connection or stream. */
class PassingError extends Error {
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
/** Characters of a reply after which a host is not believed. */
const LONGEST_REPLY = 1_000_000;
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

function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}

/** `{error: {message}}` as hosts write it, else the body. */
function complaintOf(body: string): string {
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

function headersOf({ key }: Endpoint): Record<string, string> {
  return { 'content-type': 'application/json', ...(key ? { authorization: `Bearer ${key}` } : {}) };
}

function failed({ baseUrl, model, keyVariable, key }: Endpoint, status: number, body: string): Error {
  const said = complaintOf(body);
  const what = `${baseUrl} answered ${status}${said ? `: ${said}` : ''}`;
  if (status === 401 || status === 403) {
    const remedy = key
      ? `Put a valid key in the environment variable ${keyVariable} and restart the daemon.`
      : `Put the host's key in the environment variable ${keyVariable} and restart the daemon.`;
    return new UnavailableError(what, remedy);
  }
  if (status === 404) return new UnavailableError(what, `Check the address, and that the host has ${model}.`);
  if (status === 400 || status === 413 || status === 422) return new RefusedError(what);
  return new UnavailableError(what, 'Check the address in settings, and what the host logs.');
}

/** One request with the silence watched. Throws PassingError where another try may help. */
async function once(
  endpoint: Endpoint,
  body: ChatBody,
  onDelta: (delta: string) => void,
  signal: AbortSignal,
): Promise<ChatText> {
  const silence = new AbortController();
  const silenceMs = endpoint.silenceMs ?? SILENCE_MS;
  const timer = setTimeout(() => silence.abort(), silenceMs);
  try {
    const response = await fetch(`${endpoint.baseUrl}/chat/completions`, {
      method: 'POST',
      headers: headersOf(endpoint),
      body: JSON.stringify({ ...body, model: endpoint.model, stream: true }),
      // Frames and the key go to the host that the user named and to no other.
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
    return await read(response, onDelta, () => timer.refresh());
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

/** Text of one chunk of a stream, or of a whole reply from a host that does not stream. */
function take(chunk: unknown, kind: 'delta' | 'message'): { readonly text: string; readonly end?: string } {
  const error = member(chunk, 'error');
  if (error !== undefined && error !== null) throw new PassingError(complaintOf(JSON.stringify({ error })));
  const choices = member(chunk, 'choices');
  if (!Array.isArray(choices)) throw new PassingError('it sent something that is no chat completion');
  const [choice]: readonly unknown[] = choices;
  const content = member(member(choice, kind), 'content');
  const end = member(choice, 'finish_reason');
  return { text: typeof content === 'string' ? content : '', end: typeof end === 'string' ? end : undefined };
}

function parsed(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    throw new PassingError('it sent something that is no JSON');
  }
}

async function read(
  response: Response,
  onDelta: (delta: string) => void,
  onBytes: () => void,
): Promise<ChatText> {
  let text = '';
  let end: string | undefined;
  const add = (piece: { readonly text: string; readonly end?: string }) => {
    end = piece.end ?? end;
    if (!piece.text) return;
    text += piece.text;
    if (text.length > LONGEST_REPLY) throw new RefusedError('the host did not stop writing');
    onDelta(piece.text);
  };
  if (response.headers.get('content-type')?.includes('application/json')) {
    add(take(parsed(await response.text()), 'message'));
    return ended(text, end ?? 'stop');
  }
  const parser = createParser({
    maxBufferSize: LONGEST_REPLY,
    onEvent: ({ data }) => {
      if (data.trim() === '[DONE]') end ??= 'stop';
      else add(take(parsed(data), 'delta'));
    },
    onError: (error) => {
      if (error.type === 'max-buffer-size-exceeded') throw new PassingError('it sent an event without end');
    },
  });
  const decoder = new TextDecoder();
  for await (const bytes of response.body ?? []) {
    onBytes();
    parser.feed(decoder.decode(bytes, { stream: true }));
  }
  return ended(text, end);
}

function ended(text: string, end: string | undefined): ChatText {
  if (end === undefined) throw new PassingError('its stream was cut off');
  if (end === 'content_filter') throw new RefusedError('the host filtered its answer');
  return { text, complete: end !== 'length' };
}

/**
 * A chat completion, streamed. `onDelta` is called with each piece; once it was called the request is not sent
 * again, unless `restart` is given, which is called before each new try. Rejects with UnavailableError, RefusedError
 * or the signal's reason.
 */
export async function chat(
  endpoint: Endpoint,
  body: ChatBody,
  signal: AbortSignal,
  onDelta: (delta: string) => void = () => undefined,
  restart?: () => void,
): Promise<ChatText> {
  let told = false;
  const tell = (delta: string) => {
    told = true;
    onDelta(delta);
  };
  const most = endpoint.retries ?? RETRIES;
  for (let tried = 0; ; tried += 1) {
    signal.throwIfAborted();
    try {
      return await once(endpoint, body, tell, signal);
    } catch (error) {
      if (!(error instanceof PassingError)) throw error;
      const times = tried === 0 ? '' : ` (${tried + 1} tries)`;
      if (tried >= most || (told && !restart)) {
        const remedy = 'Check that the host runs and is in reach; the work is tried again later.';
        throw new UnavailableError(`${endpoint.baseUrl} does not serve: ${error.message}${times}`, remedy);
      }
      // Some spread, so that requests turned away together do not come back together.
      const backOff = (endpoint.backOffMs ?? BACK_OFF_MS) * 2 ** tried * (1 + Math.random() / 2);
      await pause(error.afterMs ?? Math.min(backOff, LONGEST_PAUSE_MS), undefined, { signal }).catch(() =>
        signal.throwIfAborted(),
      );
      restart?.();
    }
  }
}

/** Models that the host lists; undefined where it does not tell. Rejects with UnavailableError. */
export async function listModels(
  endpoint: Endpoint,
  signal: AbortSignal,
): Promise<readonly string[] | undefined> {
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

function parsedOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

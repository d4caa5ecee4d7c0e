import { setTimeout as pause } from 'node:timers/promises';
import { UnavailableError } from '../../core/unavailable.ts';

export interface Hub {
  /** Without a slash at the end: HF_ENDPOINT, else the public hub. */
  readonly endpoint: string;
  /** HF_TOKEN; sent to the endpoint alone, never to where it redirects. */
  readonly token?: string;
  /** Without an answer for so long a request is broken off, ms. */
  readonly answerMs: number;
  /** The same, without a further byte once it is answered, ms. */
  readonly silenceMs: number;
  /** Tries after the first, and the first pause, which doubles, ms. */
  readonly retries: number;
  readonly backOffMs: number;
  /** Told of each try that failed and will be repeated. */
  readonly onRetry: (message: string) => void;
}

export const PUBLIC_HUB = 'https://huggingface.co';
const LONGEST_PAUSE_MS = 60_000;
/** Tries after the first where nobody has answered yet: a person is to know within seconds. */
const UNANSWERED_RETRIES = 1;

/** Another try may help. */
export class RetryError extends Error {
  readonly afterMs: number | undefined;
  constructor(message: string, afterMs?: number, options?: ErrorOptions) {
    super(message, options);
    this.afterMs = afterMs;
  }
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}

function retryAfter(response: Response): number | undefined {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) ? Math.min(Math.max(0, seconds * 1000), LONGEST_PAUSE_MS) : undefined;
}

/** Throws what a status means for a person, unless it is one of `fine`. */
function check(hub: Hub, url: string, response: Response, fine: readonly number[]): void {
  const { status } = response;
  if (fine.includes(status)) return;
  const what = `${url} answered ${status}`;
  if (status === 408 || status === 429 || status >= 500) throw new RetryError(what, retryAfter(response));
  if (status === 401 || status === 403) {
    const remedy = hub.token
      ? 'The token in HF_TOKEN may not read it: accept its terms on the hub, or use another token.'
      : 'Accept its terms on the hub, put a token in HF_TOKEN, and restart the daemon.';
    throw new UnavailableError(what, remedy);
  }
  if (status === 404) throw new UnavailableError(what, 'Check the model id and its revision.');
  throw new UnavailableError(what, 'Check HF_ENDPOINT, or try later.');
}

/**
 * One request, tried again after a passing fault; `use` reads the answer and calls `alive` as bytes come, with true
 * where it has got further than ever: tries are then counted anew. `unanswered`: tries after the first where nobody
 * answers, few unless the hub has answered before. Rejects with UnavailableError and the signal's
 * reason.
 */
export async function request<T>(
  hub: Hub,
  path: string,
  fine: readonly number[],
  headers: () => Readonly<Record<string, string>>,
  use: (response: Response, alive: (further: boolean) => void) => Promise<T>,
  signal: AbortSignal,
  unanswered = UNANSWERED_RETRIES,
): Promise<T> {
  const url = `${hub.endpoint}${path}`;
  for (let tried = 0; ; tried += 1) {
    signal.throwIfAborted();
    let answered = false;
    const silence = new AbortController();
    let limitMs = hub.answerMs;
    let timer = setTimeout(() => silence.abort(), limitMs);
    try {
      const response = await fetch(url, {
        // fetch drops the token where the hub redirects to another host.
        headers: { ...headers(), ...(hub.token ? { authorization: `Bearer ${hub.token}` } : {}) },
        signal: AbortSignal.any([signal, silence.signal]),
      });
      if (url.startsWith('https:') && response.url && !response.url.startsWith('https:')) {
        throw new UnavailableError(`${url} leads to ${response.url}`, 'A download must stay encrypted.');
      }
      answered = true;
      clearTimeout(timer);
      limitMs = hub.silenceMs;
      timer = setTimeout(() => silence.abort(), limitMs);
      check(hub, url, response, fine);
      return await use(response, (further) => {
        timer.refresh();
        if (further) tried = 0;
      });
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof UnavailableError) throw error;
      const why = silence.signal.aborted ? `no byte for ${limitMs / 1000} s` : messageOf(error);
      if (tried >= (answered ? hub.retries : Math.min(hub.retries, unanswered))) {
        const remedy =
          'Check the network, HF_ENDPOINT and the proxy settings; a pull goes on where it stopped.';
        throw new UnavailableError(`${url}: ${why}`, remedy, { cause: error });
      }
      const after = error instanceof RetryError ? error.afterMs : undefined;
      const ms = after ?? Math.min(hub.backOffMs * 2 ** tried, LONGEST_PAUSE_MS);
      hub.onRetry(`${why}; trying again in ${Math.ceil(ms / 1000)} s`);
      await pause(ms, undefined, { signal }).catch(() => signal.throwIfAborted());
    } finally {
      clearTimeout(timer);
    }
  }
}

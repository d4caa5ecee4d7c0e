import { setTimeout as pause } from 'node:timers/promises';
import { ModelUnavailableError } from '../../core/errors/model-unavailable.ts';

export interface ModelHub {
  /** Without a slash at the end: HF_ENDPOINT, else the public hub. */
  readonly endpoint: string;
  /** HF_TOKEN; sent to the endpoint alone, never to where it redirects. */
  readonly token?: string;
  /** Without an answer for so long a request is broken off, ms. */
  readonly answerTimeoutMs: number;
  /** The same, without a further byte once it is answered, ms. */
  readonly silenceMs: number;
  /** Tries after the first, and the first pause, which doubles, ms. */
  readonly retries: number;
  readonly backOffMs: number;
  /** Told of each try that failed and will be repeated. */
  readonly onRetry: (message: string) => void;
}

export const PUBLIC_HUB = 'https://huggingface.co';
const MAX_PAUSE_MS = 60_000;
/** Tries after the first where nobody has answered yet: a person is to know within seconds. */
const MAX_UNANSWERED_RETRIES = 1;

/** Another try may help. */
export class HubRetryError extends Error {
  readonly afterMs: number | undefined;
  constructor(message: string, afterMs?: number, options?: ErrorOptions) {
    super(message, options);
    this.afterMs = afterMs;
  }
}

function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}

function parseRetryAfter(response: Response): number | undefined {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) ? Math.min(Math.max(0, seconds * 1000), MAX_PAUSE_MS) : undefined;
}

/** Throws what a status means for a person, unless it is one of `fine`. */
function throwForStatus(
  hub: ModelHub,
  url: string,
  response: Response,
  expectedStatuses: readonly number[],
): void {
  const { status } = response;
  if (expectedStatuses.includes(status)) return;
  const description = `${url} answered ${status}`;
  if (status === 408 || status === 429 || status >= 500)
    throw new HubRetryError(description, parseRetryAfter(response));
  if (status === 401 || status === 403) {
    const remedy = hub.token
      ? 'The token in HF_TOKEN may not read it: accept its terms on the hub, or use another token.'
      : 'Accept its terms on the hub, put a token in HF_TOKEN, and restart the daemon.';
    throw new ModelUnavailableError(description, remedy);
  }
  if (status === 404) throw new ModelUnavailableError(description, 'Check the model id and its revision.');
  throw new ModelUnavailableError(description, 'Check HF_ENDPOINT, or try later.');
}

/**
 * One request, tried again after a passing fault; `use` reads the answer and calls `alive` as bytes come, with true
 * where it has got further than ever: tries are then counted anew. `unanswered`: tries after the first where nobody
 * answers, few unless the hub has answered before. Rejects with UnavailableError and the signal's
 * reason.
 */
export async function requestHub<T>(
  hub: ModelHub,
  path: string,
  expectedStatuses: readonly number[],
  headers: () => Readonly<Record<string, string>>,
  readResponse: (response: Response, reportProgress: (further: boolean) => void) => Promise<T>,
  signal: AbortSignal,
  unansweredRetries = MAX_UNANSWERED_RETRIES,
): Promise<T> {
  const url = `${hub.endpoint}${path}`;
  for (let attempts = 0; ; attempts += 1) {
    signal.throwIfAborted();
    let wasAnswered = false;
    const silenceTimeout = new AbortController();
    let timeoutMs = hub.answerTimeoutMs;
    let timer = setTimeout(() => silenceTimeout.abort(), timeoutMs);
    try {
      const response = await fetch(url, {
        // fetch drops the token where the hub redirects to another host.
        headers: { ...headers(), ...(hub.token ? { authorization: `Bearer ${hub.token}` } : {}) },
        signal: AbortSignal.any([signal, silenceTimeout.signal]),
      });
      if (url.startsWith('https:') && response.url && !response.url.startsWith('https:')) {
        throw new ModelUnavailableError(`${url} leads to ${response.url}`, 'A download must stay encrypted.');
      }
      wasAnswered = true;
      clearTimeout(timer);
      timeoutMs = hub.silenceMs;
      timer = setTimeout(() => silenceTimeout.abort(), timeoutMs);
      throwForStatus(hub, url, response, expectedStatuses);
      return await readResponse(response, (further) => {
        timer.refresh();
        if (further) attempts = 0;
      });
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof ModelUnavailableError) throw error;
      const cause = silenceTimeout.signal.aborted
        ? `no byte for ${timeoutMs / 1000} s`
        : describeError(error);
      if (attempts >= (wasAnswered ? hub.retries : Math.min(hub.retries, unansweredRetries))) {
        const remedy =
          'Check the network, HF_ENDPOINT and the proxy settings; a pull goes on where it stopped.';
        throw new ModelUnavailableError(`${url}: ${cause}`, remedy, { cause: error });
      }
      const retryAfterMs = error instanceof HubRetryError ? error.afterMs : undefined;
      const pauseMs = retryAfterMs ?? Math.min(hub.backOffMs * 2 ** attempts, MAX_PAUSE_MS);
      hub.onRetry(`${cause}; trying again in ${Math.ceil(pauseMs / 1000)} s`);
      await pause(pauseMs, undefined, { signal }).catch(() => signal.throwIfAborted());
    } finally {
      clearTimeout(timer);
    }
  }
}

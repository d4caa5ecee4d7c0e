import { setTimeout as pause } from 'node:timers/promises';
import { findAddressSecrets, redactSecrets, toDisplayAddress } from '../../base/redact-secrets.ts';
import { ModelUnavailableError } from '../../core/errors/model-unavailable.ts';

export interface ModelHub {
  /** HF_ENDPOINT or the public hub, without a trailing slash. */
  readonly endpoint: string;
  /** HF_TOKEN. It is sent only to the endpoint, never to a redirect's target. */
  readonly token?: string;
  /** Timeout for the first byte of an answer, ms. */
  readonly answerTimeoutMs: number;
  /** Timeout for each further byte of an answer, ms. */
  readonly silenceMs: number;
  /** Number of retries, and the first pause between them, ms. Pauses double. */
  readonly retries: number;
  readonly backOffMs: number;
  /** Called before each retry with the reason. */
  readonly onRetry: (message: string) => void;
}

export const PUBLIC_HUB = 'https://huggingface.co';
const MAX_PAUSE_MS = 60_000;
/** Number of retries while nobody has answered yet, so that a user learns of the problem within seconds. */
const MAX_UNANSWERED_RETRIES = 1;

/** A failure that a retry may fix. */
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

/** Throws an error with a remedy for an unexpected status. */
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
  // The hub answers 401 for models that do not exist, and says in a header what it means.
  if (response.headers.get('x-error-code') === 'RepoNotFound')
    throw new ModelUnavailableError(
      description,
      'Check the model id: the hub has no such model, or it is private.',
    );
  if (status === 401 || status === 403) {
    const remedy = hub.token
      ? 'The token in HF_TOKEN has no access to this model. Accept its terms on the hub, or use another token.'
      : "Accept the model's terms on the hub, set HF_TOKEN to a token, and restart the daemon.";
    throw new ModelUnavailableError(description, remedy);
  }
  if (status === 404) throw new ModelUnavailableError(description, 'Check the model id and its revision.');
  throw new ModelUnavailableError(description, 'Check HF_ENDPOINT, or try again later.');
}

/**
 * Sends a request and retries it after temporary failures. `readResponse` reads the answer and calls
 * `reportProgress` as bytes arrive. A value of true means new progress and resets the retry count.
 * `unansweredRetries` limits the retries while nobody answers. Rejects with ModelUnavailableError or the
 * signal's reason.
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
  const shownUrl = toDisplayAddress(url);
  for (let attempts = 0; ; attempts += 1) {
    signal.throwIfAborted();
    let wasAnswered = false;
    const silenceTimeout = new AbortController();
    let timeoutMs = hub.answerTimeoutMs;
    let timer = setTimeout(() => silenceTimeout.abort(), timeoutMs);
    try {
      const response = await fetch(url, {
        // fetch drops the token if the hub redirects to another host.
        // A compressed answer could neither be resumed nor be compared with the size that the hub states.
        headers: {
          'accept-encoding': 'identity',
          ...headers(),
          ...(hub.token ? { authorization: `Bearer ${hub.token}` } : {}),
        },
        signal: AbortSignal.any([signal, silenceTimeout.signal]),
      });
      if (url.startsWith('https:') && response.url && !response.url.startsWith('https:')) {
        throw new ModelUnavailableError(
          `${shownUrl} redirects to ${toDisplayAddress(response.url)}`,
          'Use an address that stays on https: downloads must be encrypted.',
        );
      }
      wasAnswered = true;
      clearTimeout(timer);
      timeoutMs = hub.silenceMs;
      timer = setTimeout(() => silenceTimeout.abort(), timeoutMs);
      throwForStatus(hub, shownUrl, response, expectedStatuses);
      return await readResponse(response, (further) => {
        timer.refresh();
        if (further) attempts = 0;
      });
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof ModelUnavailableError) throw error;
      const cause = silenceTimeout.signal.aborted
        ? `no data for ${timeoutMs / 1000} s`
        : redactSecrets(describeError(error), [hub.token, ...findAddressSecrets(hub.endpoint)]);
      if (attempts >= (wasAnswered ? hub.retries : Math.min(hub.retries, unansweredRetries))) {
        const remedy =
          'Check the network, HF_ENDPOINT and the proxy settings. The next pull resumes where this one stopped.';
        throw new ModelUnavailableError(`${shownUrl}: ${cause}`, remedy);
      }
      const retryAfterMs = error instanceof HubRetryError ? error.afterMs : undefined;
      const pauseMs = retryAfterMs ?? Math.min(hub.backOffMs * 2 ** attempts, MAX_PAUSE_MS);
      hub.onRetry(`${cause}; retrying in ${Math.ceil(pauseMs / 1000)} s`);
      await pause(pauseMs, undefined, { signal }).catch(() => signal.throwIfAborted());
    } finally {
      clearTimeout(timer);
    }
  }
}

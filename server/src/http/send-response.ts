import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Log } from '../base/log.ts';
import { messageOf } from '../base/message-of.ts';
import { MediaFailureError } from '../core/errors/media-failure.ts';
import { RequestError } from '../library.ts';

/** Lists the headers of every response. They forbid type sniffing, referrers and framing. */
const COMMON_HEADERS = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'X-Frame-Options': 'DENY',
  'Cross-Origin-Opener-Policy': 'same-origin',
};

/** Defines the policy for every response except the page: data must not run as a document. */
const INERT_CONTENT_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'";

export function sendResponse(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string | number>>,
  body?: string | Uint8Array,
): void {
  writeHead(response, status, headers);
  response.end(body);
}

/** Writes only the head, for a streamed body. */
export function writeHead(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string | number>>,
): void {
  response.writeHead(status, {
    ...COMMON_HEADERS,
    'Content-Security-Policy': INERT_CONTENT_POLICY,
    ...headers,
  });
}

/** Sends an error as plain text. */
export function sendError(response: ServerResponse, status: number, message: string): void {
  sendResponse(
    response,
    status,
    { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' },
    message,
  );
}

const ALLOWED_METHODS: readonly (string | undefined)[] = ['GET', 'HEAD'];

/** Answers 405 unless the request is a GET or HEAD. Returns whether it is one. */
export function allowsMethod(request: IncomingMessage, response: ServerResponse): boolean {
  if (ALLOWED_METHODS.includes(request.method)) return true;
  response.setHeader('Allow', ALLOWED_METHODS.join(', '));
  sendError(response, 405, 'Use GET or HEAD.');
  return false;
}

/** Sends an error response. Errors that the client did not cause are also logged. */
export function sendFailure(response: ServerResponse, error: unknown, log: Log): void {
  if (response.headersSent || response.destroyed) response.destroy();
  else if (error instanceof MediaFailureError) sendError(response, 410, error.failure.reason);
  else if (error instanceof RequestError)
    sendError(response, error.kind === 'invalid' ? 400 : 404, error.message);
  else {
    log.error('page request failed', { message: messageOf(error) });
    sendError(response, 500, 'Internal error in Goldfish. The log has details.');
  }
}

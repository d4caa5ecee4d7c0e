import type { ServerResponse } from 'node:http';

/** On every answer: nothing is guessed, told to other sites, or put in a frame. */
const COMMON_HEADERS = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'X-Frame-Options': 'DENY',
  'Cross-Origin-Opener-Policy': 'same-origin',
};

/** For all but the page: it is data, and must not run as a document. */
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

/** Writes the head alone, for a body that is streamed. */
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

/** A refusal in plain words. */
export function sendError(response: ServerResponse, status: number, message: string): void {
  sendResponse(
    response,
    status,
    { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' },
    message,
  );
}

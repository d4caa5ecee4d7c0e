import type { ServerResponse } from 'node:http';

/** On every answer: nothing is guessed, told to other sites, or put in a frame. */
const ALWAYS = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'X-Frame-Options': 'DENY',
  'Cross-Origin-Opener-Policy': 'same-origin',
};

/** For all but the page: it is data, and must not run as a document. */
const INERT = "default-src 'none'; sandbox; frame-ancestors 'none'";

export function respond(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string | number>>,
  body?: string | Uint8Array,
): void {
  begin(response, status, headers);
  response.end(body);
}

/** Writes the head alone, for a body that is streamed. */
export function begin(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string | number>>,
): void {
  response.writeHead(status, { ...ALWAYS, 'Content-Security-Policy': INERT, ...headers });
}

/** A refusal in plain words. */
export function refuse(response: ServerResponse, status: number, message: string): void {
  respond(
    response,
    status,
    { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' },
    message,
  );
}

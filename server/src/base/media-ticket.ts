import { createHmac, timingSafeEqual } from 'node:crypto';

/** How long a ticket is valid, ms. Clocks of two machines may differ by this much. */
const VALID_MS = 3_600_000;

function signTicket(token: string, uri: string, untilMs: number): string {
  return createHmac('sha256', token).update(`${untilMs}\n${uri}`).digest('base64url');
}

/**
 * Returns the address of a file at the daemon's media server. Instead of the token it holds a signature for this file,
 * valid for an hour: an address that leaks opens nothing else.
 */
export function toMediaUrl(base: string, token: string, uri: string, nowMs: number): string {
  const untilMs = nowMs + VALID_MS;
  const url = new URL('media', base);
  url.search = new URLSearchParams({
    uri,
    until: String(untilMs),
    signature: signTicket(token, uri, untilMs),
  }).toString();
  return url.href;
}

/** Returns the URI that an address may read, or undefined if its signature is wrong or too old. */
export function checkMediaTicket(query: URLSearchParams, token: string, nowMs: number): string | undefined {
  const uri = query.get('uri') ?? '';
  const untilMs = Number(query.get('until'));
  // One from the far future was signed by a broken clock, or to last for ever.
  if (!Number.isSafeInteger(untilMs) || untilMs < nowMs || untilMs > nowMs + 2 * VALID_MS) return undefined;
  const expected = Buffer.from(signTicket(token, uri, untilMs));
  const signature = Buffer.from(query.get('signature') ?? '');
  return signature.length === expected.length && timingSafeEqual(signature, expected) ? uri : undefined;
}

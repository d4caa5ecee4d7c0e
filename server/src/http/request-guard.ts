import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** Holds the parts of a request that decide whether it is accepted. */
export interface RequestHead {
  readonly host: string | undefined;
  readonly origin: string | undefined;
  /** The path and the query. */
  readonly url: string;
  readonly cookie?: string | undefined;
  /** `Sec-Fetch-Site`: which page made the browser send the request. */
  readonly fetchSite?: string | undefined;
}

export interface GuardConfig {
  readonly port: number;
  readonly token: string;
  /** The names and addresses of this machine that a request may name; those of loopback if absent. */
  readonly hosts?: readonly string[];
}

const LOOPBACK_HOSTS = ['127.0.0.1', 'localhost'];

/**
 * Holds the result of the check. `route` is the path, without the token. `by` names what admitted the request.
 * `refused` names the part that failed. A foreign domain name that resolves to this machine has another Host; a foreign
 * page has another Origin.
 */
export type GuardResult =
  | {
      readonly admitted: true;
      readonly by: 'token' | 'cookie';
      readonly route: string;
      readonly query: URLSearchParams;
    }
  | { readonly admitted: false; readonly refused: 'host' | 'origin' | 'token' };

const sha256 = (text: string) => createHash('sha256').update(text).digest();
const isEqual = (a: string, b: string) => timingSafeEqual(sha256(a), sha256(b));

/** Seconds that a browser keeps the cookie after the page was opened; browsers allow 400 days. */
const COOKIE_MAX_AGE_S = 400 * 24 * 60 * 60;

/** Browsers send the cookies of one host to all its ports, so the name says which server it is for. */
const cookieName = (port: number) => `goldfish-${port}`;

/** Returns what the cookie contains. It opens the page but does not reveal the token in its address. */
function cookieValue(token: string): string {
  return createHmac('sha256', token).update('cookie').digest('base64url');
}

/**
 * Returns the Set-Cookie header with which a browser opens the page without the token. Scripts cannot read the cookie,
 * and no other site can use it.
 */
export function accessCookie({ port, token }: GuardConfig): string {
  const attributes = `Path=/; Max-Age=${COOKIE_MAX_AGE_S}; HttpOnly; SameSite=Strict`;
  return `${cookieName(port)}=${cookieValue(token)}; ${attributes}`;
}

/**
 * Returns whether a request carries the cookie and comes from our own page or from the user: typed, a bookmark, another
 * program. A page on another port of this host is the same site for browsers, but not for us.
 */
function hasAccessCookie(
  { cookie = '', origin, fetchSite }: RequestHead,
  { port, token }: GuardConfig,
): boolean {
  // Chromium opens WebSockets without Sec-Fetch-Site, but always with Origin, which was checked.
  if (origin === undefined && fetchSite !== 'same-origin' && fetchSite !== 'none') return false;
  const expected = cookieValue(token);
  return cookie.split(';').some((part) => {
    const [name = '', value = ''] = part.trim().split('=');
    return name === cookieName(port) && isEqual(value, expected);
  });
}

export function checkRequest(head: RequestHead, config: GuardConfig): GuardResult {
  const { host, origin, url } = head;
  const hosts = (config.hosts ?? LOOPBACK_HOSTS).map((name) => `${name}:${config.port}`);
  if (host === undefined || !hosts.includes(host.toLowerCase())) return { admitted: false, refused: 'host' };
  if (origin !== undefined && !hosts.some((name) => origin.toLowerCase() === `http://${name}`))
    return { admitted: false, refused: 'origin' };
  const queryIndex = url.indexOf('?');
  const path = queryIndex < 0 ? url : url.slice(0, queryIndex);
  const query = new URLSearchParams(queryIndex < 0 ? '' : url.slice(queryIndex + 1));
  const [, first = '', rest = ''] = /^\/([^/]+)\/(.*)$/.exec(path) ?? [];
  if (isEqual(first, config.token)) return { admitted: true, by: 'token', route: rest, query };
  if (path.startsWith('/') && hasAccessCookie(head, config))
    return { admitted: true, by: 'cookie', route: path.slice(1), query };
  return { admitted: false, refused: 'token' };
}

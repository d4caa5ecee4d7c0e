import { createHash, timingSafeEqual } from 'node:crypto';

/** What of a request decides whether it is let in. */
export interface RequestHead {
  readonly host: string | undefined;
  readonly origin: string | undefined;
  /** Path and query. */
  readonly url: string;
}

export interface GuardConfig {
  readonly port: number;
  readonly token: string;
}

/**
 * `route`: what is asked for behind the token. `host`, `origin`, `token`: refused for that. A name that leads to this
 * machine by somebody else's DNS has another Host; a page of somebody else's has another Origin.
 */
export type GuardResult =
  | { readonly admitted: true; readonly route: string; readonly query: URLSearchParams }
  | { readonly admitted: false; readonly refused: 'host' | 'origin' | 'token' };

const sha256 = (text: string) => createHash('sha256').update(text).digest();

export function checkRequest({ host, origin, url }: RequestHead, { port, token }: GuardConfig): GuardResult {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  if (host === undefined || !hosts.includes(host.toLowerCase())) return { admitted: false, refused: 'host' };
  if (origin !== undefined && !hosts.some((name) => origin.toLowerCase() === `http://${name}`))
    return { admitted: false, refused: 'origin' };
  const queryIndex = url.indexOf('?');
  const path = queryIndex < 0 ? url : url.slice(0, queryIndex);
  const match = /^\/([^/]+)\/(.*)$/.exec(path);
  if (match === null || !timingSafeEqual(sha256(match[1] ?? ''), sha256(token)))
    return { admitted: false, refused: 'token' };
  return {
    admitted: true,
    route: match[2] ?? '',
    query: new URLSearchParams(queryIndex < 0 ? '' : url.slice(queryIndex + 1)),
  };
}

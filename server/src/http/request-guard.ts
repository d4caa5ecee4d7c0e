import { createHash, timingSafeEqual } from 'node:crypto';

/** Holds the parts of a request that decide whether it is accepted. */
export interface RequestHead {
  readonly host: string | undefined;
  readonly origin: string | undefined;
  /** The path and the query. */
  readonly url: string;
}

export interface GuardConfig {
  readonly port: number;
  readonly token: string;
}

/**
 * Holds the result of the check. `route` is the path after the token. `refused` names the part that failed. A foreign
 * domain name that resolves to this machine has another Host; a foreign page has another Origin.
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

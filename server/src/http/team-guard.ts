import type { NetworkUser, NetworkUsers } from './network-user.ts';

/** How the server is reached, and whom it believes. */
export interface TeamGuardConfig {
  /** Host names and addresses that a request may name, in lower case. */
  readonly names: readonly string[];
  readonly port: number;
  /** `proxied`: a proxy in front ends TLS, and clients use its port. */
  readonly transport: 'tls' | 'proxied' | 'plain';
  /** The header in which a trusted proxy names the user, in lower case. */
  readonly identityHeader?: string | undefined;
  /** Returns whether a connection comes from a proxy whose header counts. */
  readonly isTrustedProxy: (address: string) => boolean;
}

/** The parts of a request that decide who sent it. */
export interface TeamRequestHead {
  readonly method: string;
  /** The path and the query. */
  readonly url: string;
  /** The address of the connection. */
  readonly remoteAddress: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** Says who sent a request. `by` decides what else must be true: browsers send cookies without being asked. */
export type TeamVerdict =
  | { readonly user: NetworkUser; readonly by: 'token' | 'cookie' | 'proxy' }
  | { readonly user: undefined; readonly refused: 'host' | 'origin' | 'stranger' };

const DEFAULT_PORTS = { tls: 443, plain: 80 } as const;

const toText = (value: string | readonly string[] | undefined) =>
  typeof value === 'string' ? value : undefined;

/** Parses a Host header. Returns undefined if it is no host. */
function parseHost(host: string): { readonly name: string; readonly port: number | undefined } | undefined {
  const match = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::(\d{1,5}))?$/.exec(host.toLowerCase());
  if (match?.[1] === undefined) return undefined;
  return { name: match[1], port: match[2] === undefined ? undefined : Number(match[2]) };
}

/** Returns whether a request names this server: a foreign name that leads here does not. */
export function isOwnHost(host: string | undefined, { names, port, transport }: TeamGuardConfig): boolean {
  const parsed = host === undefined ? undefined : parseHost(host);
  if (parsed === undefined || !names.includes(parsed.name)) return false;
  return transport === 'proxied' || (parsed.port ?? DEFAULT_PORTS[transport]) === port;
}

/** Returns whether a request comes from our own page, a program, or the user: typed, a bookmark. */
function isOwnOrigin({ headers, method, url }: TeamRequestHead, { transport }: TeamGuardConfig): boolean {
  const origin = toText(headers.origin)?.toLowerCase();
  const host = toText(headers.host)?.toLowerCase();
  const schemes = { tls: ['https'], plain: ['http'], proxied: ['https', 'http'] }[transport];
  if (origin !== undefined) return schemes.some((scheme) => origin === `${scheme}://${host}`);
  const site = toText(headers['sec-fetch-site']);
  if (site === undefined || site === 'same-origin' || site === 'none') return true;
  // A link on another site may open the page, which shows nothing by itself.
  return method === 'GET' && url === '/' && toText(headers['sec-fetch-dest']) === 'document';
}

/** The name of the cookie. Browsers accept the prefix only with TLS and for this host alone. */
function cookieName({ transport, port }: TeamGuardConfig): string {
  return transport === 'plain' ? `goldfish-team-${port}` : '__Host-goldfish';
}

function findCookie(head: TeamRequestHead, config: TeamGuardConfig): string | undefined {
  for (const part of toText(head.headers.cookie)?.split(';') ?? []) {
    const [name = '', value = ''] = part.trim().split('=');
    if (name === cookieName(config)) return value;
  }
  return undefined;
}

/** Returns the Set-Cookie header that signs a browser in, or out if the value is empty. */
export function toSetCookie(value: string, maxAgeS: number, config: TeamGuardConfig): string {
  const secure = config.transport === 'plain' ? '' : '; Secure';
  return `${cookieName(config)}=${value}; Path=/; Max-Age=${maxAgeS}; HttpOnly; SameSite=Strict${secure}`;
}

export function findBearerToken(head: Pick<TeamRequestHead, 'headers'>): string | undefined {
  return /^Bearer +(\S+)$/i.exec(toText(head.headers.authorization)?.trim() ?? '')?.[1];
}

/**
 * Returns who sent a request. Tokens count in the Authorization header only, never in an address, which ends up in logs
 * and histories. A wrong token is refused even if a cookie comes with it.
 */
export function identifyUser(
  head: TeamRequestHead,
  users: NetworkUsers,
  config: TeamGuardConfig,
): TeamVerdict {
  if (!isOwnHost(toText(head.headers.host), config)) return { user: undefined, refused: 'host' };
  if (!isOwnOrigin(head, config)) return { user: undefined, refused: 'origin' };
  const stranger = { user: undefined, refused: 'stranger' } as const;
  if (config.identityHeader !== undefined && config.isTrustedProxy(head.remoteAddress)) {
    const identity = toText(head.headers[config.identityHeader])?.trim();
    const user = identity ? users.findByIdentity(identity) : undefined;
    if (user !== undefined) return { user, by: 'proxy' };
  }
  if (head.headers.authorization !== undefined) {
    const token = findBearerToken(head);
    const user = token === undefined ? undefined : users.findByToken(token);
    return user === undefined ? stranger : { user, by: 'token' };
  }
  const cookie = findCookie(head, config);
  const user = cookie === undefined ? undefined : users.findByCookie(cookie);
  return user === undefined ? stranger : { user, by: 'cookie' };
}

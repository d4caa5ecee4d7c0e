import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type AddressInfo, connect, type LookupFunction, type Socket } from 'node:net';
import { pipeline } from 'node:stream';
import { DownloadError } from './download-error.ts';
import { http } from './http.ts';

const { createServer, request } = http;

/** Names a host that was refused, and its address. */
export interface RefusedHost {
  readonly hostname: string;
  readonly address: string;
}

/** Represents a running proxy. */
export interface PublicProxy {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** Returns the first host that was refused. */
  refused(): RefusedHost | undefined;
  close(): void;
}

export interface PublicProxyOptions {
  /** Decides which addresses may be connected to. */
  readonly isAllowed: (address: string) => boolean;
  /** The user's own HTTP proxy, which every connection then goes through. */
  readonly upstream?: URL | undefined;
  /** Returns the addresses of a host; those of the system if absent. */
  readonly resolve?: (hostname: string) => Promise<readonly LookupAddress[]>;
}

const HTTP_PORT = 80;
const FORBIDDEN = 403;
const BAD_GATEWAY = 502;

class RefusedHostError extends Error {}

const withoutBrackets = ({ hostname }: URL) => hostname.replace(/^\[|\]$/g, '');
const resolveBySystem = (hostname: string) => lookup(hostname, { all: true });

/** Returns the user's HTTP proxy. Throws if it is of another kind, which could not be checked. */
export function findUserProxy(env: NodeJS.ProcessEnv): URL | undefined {
  const text = ['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY']
    .flatMap((name) => [env[name.toLowerCase()], env[name]])
    .find(Boolean);
  if (text === undefined) return undefined;
  const url = URL.parse(text.includes('://') ? text : `http://${text}`);
  if (url?.protocol === 'http:') return url;
  throw new DownloadError(
    'unavailable',
    'Downloads cannot be checked through the proxy that HTTPS_PROXY, HTTP_PROXY or ALL_PROXY names: it is not an http:// proxy.',
    'Name an http:// proxy. If you trust the address to download, add --allow-private: nothing is checked then.',
  );
}

function upstreamHeaders({ username, password }: URL): Readonly<Record<string, string>> {
  if (username === '') return {};
  const credentials = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`);
  return { 'proxy-authorization': `Basic ${credentials.toString('base64')}` };
}

/** Returns a look-up that answers with addresses that are already known, so that a second look-up cannot differ. */
function pinTo(addresses: readonly LookupAddress[]): LookupFunction {
  return (_hostname, _options, callback) => callback(null, [...addresses]);
}

/** Opens a tunnel to `target`, such as `example.org:443`, through another proxy. */
async function connectThrough(upstream: URL, target: string): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const headers = { host: target, ...upstreamHeaders(upstream) };
  request(upstream, { method: 'CONNECT', path: target, headers })
    .once('connect', ({ statusCode }: IncomingMessage, socket: Socket) => {
      if (statusCode === 200) return resolve(socket);
      socket.destroy();
      reject(new Error(`The proxy answered ${statusCode}.`));
    })
    .once('response', ({ statusCode }) => reject(new Error(`The proxy answered ${statusCode}.`)))
    .once('error', reject)
    .end();
  return promise;
}

/**
 * Starts a proxy on the loopback interface that connects only to allowed addresses. A program behind it cannot be led to
 * another address by a redirect, by what a page contains or by a name whose address changes: each connection is checked,
 * and goes to the very address that was checked. Through `upstream`, names that only it can resolve are left to it.
 */
export async function startPublicProxy(options: PublicProxyOptions): Promise<PublicProxy> {
  const { isAllowed, upstream, resolve = resolveBySystem } = options;
  let refusedHost: RefusedHost | undefined;

  /** Returns the addresses of a host. Every one of them is allowed. */
  const resolveAllowed = async (hostname: string): Promise<readonly LookupAddress[]> => {
    const addresses = await resolve(hostname).catch((error: unknown) => {
      if (upstream !== undefined) return [];
      throw error;
    });
    const refused = addresses.find(({ address }) => !isAllowed(address));
    if (refused === undefined) return addresses;
    refusedHost ??= { hostname, address: refused.address };
    throw new RefusedHostError(hostname);
  };

  const toStatus = (error: unknown) => (error instanceof RefusedHostError ? FORBIDDEN : BAD_GATEWAY);

  const forward = async (incoming: IncomingMessage, response: ServerResponse) => {
    const url = new URL(incoming.url ?? '');
    const addresses = await resolveAllowed(withoutBrackets(url));
    const { method, headers } = incoming;
    const onward =
      upstream === undefined
        ? request(url, { method, headers, agent: false, lookup: pinTo(addresses) })
        : request(upstream, {
            method,
            path: url.href,
            headers: { ...headers, ...upstreamHeaders(upstream) },
          });
    onward.on('error', () => undefined);
    pipeline(incoming, onward, () => undefined);
    const [answer] = (await once(onward, 'response')) as [IncomingMessage];
    response.writeHead(answer.statusCode ?? BAD_GATEWAY, answer.headers);
    pipeline(answer, response, () => undefined);
  };

  const tunnel = async (target: string, socket: Socket, head: Buffer) => {
    const url = new URL(`http://${target}`);
    const hostname = withoutBrackets(url);
    const addresses = await resolveAllowed(hostname);
    const onward =
      upstream === undefined
        ? connect({ host: hostname, port: Number(url.port || HTTP_PORT), lookup: pinTo(addresses) })
        : await connectThrough(upstream, target);
    if (upstream === undefined) await once(onward, 'connect');
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    onward.write(head);
    pipeline(socket, onward, socket, () => undefined);
  };

  const server = createServer((incoming, response) => {
    forward(incoming, response).catch((error) => response.writeHead(toStatus(error)).end());
  });
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('connect', ({ url = '' }, socket: Socket, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    tunnel(url, socket, head).catch((error) => socket.end(`HTTP/1.1 ${toStatus(error)} Refused\r\n\r\n`));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    refused: () => refusedHost,
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

import { randomBytes } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import type { PageResult } from '../../protocol/page.ts';
import { http } from '../base/http.ts';
import type { Log } from '../base/log.ts';
import { messageOf } from '../base/message-of.ts';
import { ALL_ADDRESSES, LOOPBACK, listenOn, listenOnFreePort } from './listen.ts';
import { accessCookie, checkRequest, type GuardResult } from './request-guard.ts';
import { allowsMethod, sendError, sendFailure, sendResponse } from './send-response.ts';
import { isAsset, serveAsset } from './serve-asset.ts';
import { isMediaRoute, type MediaLibrary, serveMedia } from './serve-media.ts';

/** Port and token of the page, which outlive the daemon. */
export interface SavedPageAddress {
  readonly port: number;
  readonly token: string;
}

export interface PageAddressStore {
  /** Returns undefined if the page was never opened, or if the saved address cannot be trusted. */
  load(): Promise<SavedPageAddress | undefined>;
  /** Never rejects: without a saved address the page works until the daemon ends. */
  save(address: SavedPageAddress): Promise<void>;
}

export interface PageServerOptions {
  readonly library: MediaLibrary;
  /** The folder of the built page. */
  readonly assets: string;
  /** Accepts the connection of a page. Each text message is one JSON-RPC message. */
  readonly onClient: (webSocket: WebSocket) => void;
  readonly address: PageAddressStore;
  readonly log: Log;
  /** Returns the addresses of this machine in its networks. If given, the page is served there instead of on loopback. */
  readonly network?: () => readonly string[];
}

/** The address with the token and the one without. */
export type PageAddresses = Required<Pick<PageResult, 'url' | 'bookmark'>>;

export interface PageServer {
  /** Returns the address of the page. The first call starts the server. */
  open(): Promise<PageAddresses>;
  /** Starts the server if the page was opened before, so that bookmarks work. Never rejects. */
  resume(): Promise<void>;
  /** Stops serving. Connections passed to `onClient` stay open. */
  close(): void;
}

/** Limits a message as for other clients. */
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;
const EXPIRED_MESSAGE =
  'This browser may not open this address: it is old, or the page was not opened here before. Run "goldfish open".';

/** Returns whether a browser opens the page for its user, who may then see an address without the token. */
function isFromUser({ headers }: IncomingMessage): boolean {
  const site = headers['sec-fetch-site'];
  return headers['sec-fetch-dest'] === 'document' && (site === 'none' || site === 'same-origin');
}

/** Browsers keep what follows `#` when they follow a redirect. */
function redirectToRoot(response: ServerResponse, query: URLSearchParams): void {
  const search = query.size === 0 ? '' : `?${query}`;
  sendResponse(response, 303, { Location: `/${search}`, 'Cache-Control': 'no-store' });
}

const createToken = () => randomBytes(24).toString('base64url');

/**
 * Takes the saved port. If another program has it, links to it may bring that program the token, so both are replaced.
 */
async function takeAddress(
  server: Server,
  host: string,
  store: PageAddressStore,
  log: Log,
): Promise<SavedPageAddress> {
  const saved = await store.load();
  if (saved !== undefined && (await listenOn(server, saved.port, host))) return saved;
  if (saved !== undefined)
    log.warn('page moves', { port: saved.port, because: 'another program uses the port' });
  const address = { port: await listenOnFreePort(server, host), token: createToken() };
  await store.save(address);
  return address;
}

/** Creates the server of the page. It starts with the first call of `open`, or with `resume`. */
export function createPageServer(options: PageServerOptions): PageServer {
  const { library, assets, onClient, log } = options;
  const webSocketServer = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES });
  let access: SavedPageAddress = { port: 0, token: createToken() };

  const checkAccess = (request: IncomingMessage): GuardResult => {
    const { host, origin, cookie } = request.headers;
    const fetchSite = request.headers['sec-fetch-site']?.toString();
    const result = checkRequest(
      { host, origin, url: request.url ?? '', cookie, fetchSite },
      { ...access, hosts: options.network?.() },
    );
    if (!result.admitted) log.warn('page request refused', { because: result.refused, origin });
    return result;
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const result = checkAccess(request);
    if (!result.admitted) return sendError(response, 403, EXPIRED_MESSAGE);
    if (!allowsMethod(request, response)) return;
    const { route, query, by } = result;
    if (route === '' && by === 'token') {
      response.setHeader('Set-Cookie', accessCookie(access));
      if (isFromUser(request)) return redirectToRoot(response, query);
    }
    if (isAsset(route)) return serveAsset(response, assets, route);
    if (!isMediaRoute(route)) return sendError(response, 404, 'Not found.');
    return serveMedia(request, response, library, route, query);
  };

  const server = http.createServer((request, response) => {
    handle(request, response).catch((error: unknown) => sendFailure(response, error, log));
  });
  server.on('upgrade', (request, socket, head) => {
    const result = checkAccess(request);
    // A browser always sends Origin with a WebSocket. Only the page's own origin is accepted.
    if (!result.admitted || result.route !== 'rpc' || request.headers.origin === undefined) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
      return;
    }
    webSocketServer.handleUpgrade(request, socket, head, onClient);
  });

  let starting: Promise<PageAddresses> | undefined;
  const start = async () => {
    const host = options.network === undefined ? LOOPBACK : ALL_ADDRESSES;
    access = await takeAddress(server, host, options.address, log);
    const name = options.network === undefined ? LOOPBACK : (options.network()[0] ?? LOOPBACK);
    log.info('page served', { host, port: access.port });
    const bookmark = `http://${name}:${access.port}/`;
    return { url: `${bookmark}${access.token}/`, bookmark };
  };
  const open = () => {
    starting ??= start().catch((error) => {
      starting = undefined;
      throw error;
    });
    return starting;
  };

  return {
    open,
    async resume() {
      try {
        if ((await options.address.load()) !== undefined) await open();
      } catch (error) {
        log.warn('page not served', { message: messageOf(error) });
      }
    },
    close() {
      // Do not wait for the callback: it waits for the pages' connections, which end with their sessions.
      server.close();
      server.closeAllConnections();
    },
  };
}

import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { http } from '../base/http.ts';
import type { Log } from '../base/log.ts';
import { messageOf } from '../base/message-of.ts';
import { MediaFailureError } from '../core/errors/media-failure.ts';
import { type Library, RequestError } from '../library.ts';
import { checkRequest, type GuardResult } from './request-guard.ts';
import { sendError } from './send-response.ts';
import { isAsset, serveAsset } from './serve-asset.ts';
import { serveStill } from './serve-still.ts';
import { serveStream } from './serve-stream.ts';
import { serveVideo } from './serve-video.ts';

export interface PageServerOptions {
  readonly library: Pick<Library, 'holds' | 'still' | 'plan' | 'stream'>;
  /** The folder of the built page. */
  readonly assets: string;
  /** Accepts the connection of a page. Each text message is one JSON-RPC message. */
  readonly onClient: (webSocket: WebSocket) => void;
  readonly log: Log;
}

export interface PageServer {
  /** Returns the address of the page. The first call starts the server. */
  url(): Promise<string>;
  /** Stops serving. Connections passed to `onClient` stay open. */
  close(): void;
}

/** Limits a message as for other clients. */
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;
/** Limits the list of formats that a player can play, in characters. */
const MAX_PLAYS_CHARS = 500;
const EXPIRED_MESSAGE = 'This address is no longer valid. Run "goldfish open" to get the current one.';

/** Creates the server of the page on 127.0.0.1. It starts with the first call of `url`. */
export function createPageServer({ library, assets, onClient, log }: PageServerOptions): PageServer {
  const token = randomBytes(24).toString('base64url');
  const webSocketServer = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES });
  let port = 0;

  const checkAccess = (request: IncomingMessage): GuardResult => {
    const { host, origin } = request.headers;
    const result = checkRequest({ host, origin, url: request.url ?? '' }, { port, token });
    if (!result.admitted) log.warn('page request refused', { because: result.refused, origin });
    return result;
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const result = checkAccess(request);
    if (!result.admitted) return sendError(response, 403, EXPIRED_MESSAGE);
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return sendError(response, 405, 'Use GET or HEAD.');
    const { route, query } = result;
    if (isAsset(route)) return serveAsset(response, assets, route);
    const uri = query.get('uri') ?? '';
    if ((route !== 'video' && route !== 'still') || !library.holds(uri))
      return sendError(response, 404, 'Not found.');
    if (route === 'still') return serveStill(response, library, uri, query);
    const plays = query.get('plays');
    if (plays === null) return serveVideo(request, response, uri);
    const ms = Number(query.get('ms') ?? 0);
    if (!Number.isSafeInteger(ms) || ms < 0 || plays.length > MAX_PLAYS_CHARS)
      return sendError(
        response,
        400,
        `ms must be a whole number from 0, and plays at most ${MAX_PLAYS_CHARS} characters.`,
      );
    const abortController = new AbortController();
    response.once('close', () => abortController.abort());
    const plan = await library.plan(uri, plays.split(',').filter(Boolean), abortController.signal);
    if (plan.way === 'original') return serveVideo(request, response, uri);
    return serveStream(request, response, library, uri, plan, ms);
  };

  const server = http.createServer((request, response) => {
    handle(request, response).catch((error) => {
      if (response.headersSent || response.destroyed) return response.destroy();
      if (error instanceof MediaFailureError) return sendError(response, 410, error.failure.reason);
      if (error instanceof RequestError) return sendError(response, 404, error.message);
      log.error('page request failed', { message: messageOf(error) });
      sendError(response, 500, 'Internal error in Goldfish. The log has details.');
    });
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

  let address: Promise<string> | undefined;
  const startListening = () =>
    new Promise<string>((done, fail) => {
      server.once('error', fail);
      server.listen(0, '127.0.0.1', () => {
        server.off('error', fail);
        port = (server.address() as AddressInfo).port;
        log.info('page served', { port });
        done(`http://127.0.0.1:${port}/${token}/`);
      });
    });

  return {
    url() {
      address ??= startListening();
      return address;
    },
    close() {
      // Do not wait for the callback: it waits for the pages' connections, which end with their sessions.
      server.close();
      server.closeAllConnections();
    },
  };
}

import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { http } from '../base/http.ts';
import type { Log } from '../base/log.ts';
import { messageOf } from '../base/message-of.ts';
import { FailureError } from '../core/failure.ts';
import { type Library, RequestError } from '../library.ts';
import { isAsset, serveAsset } from './assets.ts';
import { type Admission, admit } from './guard.ts';
import { refuse } from './respond.ts';
import { serveStill } from './still.ts';
import { serveStream } from './stream.ts';
import { serveVideo } from './video.ts';

export interface PageServerOptions {
  readonly library: Pick<Library, 'holds' | 'still' | 'plan' | 'stream'>;
  /** Folder of the built page. */
  readonly assets: string;
  /** Takes a page's connection; each of its text messages is one of JSON-RPC. */
  readonly onClient: (webSocket: WebSocket) => void;
  readonly log: Log;
}

export interface PageServer {
  /** The page's address. The first call begins to listen. */
  url(): Promise<string>;
  /** Nothing new is served; connections handed on are left alone. */
  close(): void;
}

/** As for other clients. */
const MESSAGE_LIMIT = 16 * 1024 * 1024;
/** Characters of the list of what a player plays. */
const PLAYS_LIMIT = 500;
const EXPIRED = 'This address is not valid any more. Run "goldfish open" for the present one.';

/** Serves the page on 127.0.0.1 once it is asked for. */
export function createPageServer({ library, assets, onClient, log }: PageServerOptions): PageServer {
  const token = randomBytes(24).toString('base64url');
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MESSAGE_LIMIT });
  let port = 0;

  const check = (request: IncomingMessage): Admission => {
    const { host, origin } = request.headers;
    const admission = admit({ host, origin, url: request.url ?? '' }, { port, token });
    if (!admission.admitted) log.warn('page request refused', { because: admission.refused, origin });
    return admission;
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const admission = check(request);
    if (!admission.admitted) return refuse(response, 403, EXPIRED);
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return refuse(response, 405, 'Only GET and HEAD.');
    const { route, query } = admission;
    if (isAsset(route)) return serveAsset(response, assets, route);
    const uri = query.get('uri') ?? '';
    if ((route !== 'video' && route !== 'still') || !library.holds(uri))
      return refuse(response, 404, 'There is nothing here.');
    if (route === 'still') return serveStill(response, library, uri, query);
    const plays = query.get('plays');
    if (plays === null) return serveVideo(request, response, uri);
    const ms = Number(query.get('ms') ?? 0);
    if (!Number.isSafeInteger(ms) || ms < 0 || plays.length > PLAYS_LIMIT)
      return refuse(
        response,
        400,
        'ms must be a whole number that a video can have, and plays a short list.',
      );
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const plan = await library.plan(uri, plays.split(',').filter(Boolean), gone.signal);
    if (plan.way === 'original') return serveVideo(request, response, uri);
    return serveStream(request, response, library, uri, plan, ms);
  };

  const server = http.createServer((request, response) => {
    handle(request, response).catch((error) => {
      if (response.headersSent || response.destroyed) return response.destroy();
      if (error instanceof FailureError) return refuse(response, 410, error.failure.reason);
      if (error instanceof RequestError) return refuse(response, 404, error.message);
      log.error('page request failed', { message: messageOf(error) });
      refuse(response, 500, 'Something went wrong inside Goldfish; the log has more.');
    });
  });
  server.on('upgrade', (request, socket, head) => {
    const admission = check(request);
    // A browser always sends Origin with a WebSocket; only one of our own page is taken.
    if (!admission.admitted || admission.route !== 'rpc' || request.headers.origin === undefined) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, onClient);
  });

  let listening: Promise<string> | undefined;
  const listen = () =>
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
      listening ??= listen();
      return listening;
    },
    close() {
      // Its callback would wait for the pages' connections, which end as sessions do.
      server.close();
      server.closeAllConnections();
    },
  };
}

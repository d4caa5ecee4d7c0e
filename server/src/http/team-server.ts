import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { http } from '../base/http.ts';
import type { Log } from '../base/log.ts';
import type { NetworkUser, NetworkUsers } from './network-user.ts';
import { BodyError, readBody } from './read-body.ts';
import { allowsMethod, sendError, sendFailure, sendResponse } from './send-response.ts';
import { isAsset, serveAsset } from './serve-asset.ts';
import { isMediaRoute, type MediaLibrary, serveMedia } from './serve-media.ts';
import { sendSignInPage } from './sign-in-page.ts';
import {
  findBearerToken,
  identifyUser,
  isOwnHost,
  type TeamGuardConfig,
  type TeamRequestHead,
  toSetCookie,
} from './team-guard.ts';

/** One request over HTTP, as the audit log records it. */
export interface TeamRequestRecord {
  /** Absent for a stranger. */
  readonly user?: NetworkUser;
  readonly address: string;
  readonly route: string;
  readonly uri?: string;
  readonly status: number;
}

export interface TeamServerOptions {
  readonly users: NetworkUsers;
  readonly guard: () => TeamGuardConfig;
  readonly certificate?: { readonly cert: Buffer; readonly key: Buffer };
  /** The folder of the built page. */
  readonly assets: string;
  /** Returns the library as a user may see it. */
  readonly libraryOf: (user: NetworkUser) => MediaLibrary;
  /** Accepts the connection of a page. */
  readonly onClient: (webSocket: WebSocket, user: NetworkUser, address: string) => void;
  /** Serves one message of an agent. `body` is parsed JSON. */
  readonly serveAgent: (
    request: IncomingMessage,
    response: ServerResponse,
    body: unknown,
    user: NetworkUser,
    address: string,
  ) => Promise<void>;
  readonly metrics: () => string;
  /** Returns why the library cannot answer now. Undefined: it can. */
  readonly findProblem: () => string | undefined;
  readonly record: (request: TeamRequestRecord) => void;
  /** How long a browser stays signed in, in seconds. */
  readonly signedInS: number;
  /** How long a body or a head may take to arrive, in ms. */
  readonly arrivalMs: number;
  readonly log: Log;
}

/** Limits a message as for other clients. */
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;
const MAX_SIGN_IN_BYTES = 4096;
const MAX_AGENT_BYTES = 4 * 1024 * 1024;
const MAX_CONNECTIONS = 2000;

const REFUSALS: Readonly<Record<'host' | 'origin' | 'stranger', readonly [status: number, message: string]>> =
  {
    host: [421, 'This name does not belong to this server. Its administrator can allow it with --name.'],
    origin: [403, 'The request comes from another web site.'],
    stranger: [401, 'Sign in first, or send a token in the Authorization header.'],
  };

/** What one request is handled with. */
interface TeamRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly head: TeamRequestHead;
  readonly config: TeamGuardConfig;
  readonly route: string;
  readonly query: URLSearchParams;
}

function toHead(request: IncomingMessage): TeamRequestHead {
  return {
    method: request.method ?? '',
    url: request.url ?? '',
    remoteAddress: request.socket.remoteAddress ?? '',
    headers: request.headers,
  };
}

/** Returns the address of the client: of a trusted proxy's client if the proxy names it. */
function clientAddress({ remoteAddress, headers }: TeamRequestHead, config: TeamGuardConfig): string {
  const forwarded = headers['x-forwarded-for'];
  if (typeof forwarded !== 'string' || !config.isTrustedProxy(remoteAddress)) return remoteAddress;
  // The last entry is what the proxy saw. Earlier ones are what the client claims.
  return forwarded.split(',').at(-1)?.trim() || remoteAddress;
}

const isLoopback = (address: string) => /^(?:::ffff:)?127\.|^::1$/.test(address);

/** Creates the server for users over the network. It does not listen yet. */
export function createTeamServer(options: TeamServerOptions): Server {
  const webSocketServer = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES });
  const listener: RequestListener = (request, response) => {
    handleRequest(options, request, response).catch((error: unknown) => {
      if (!(error instanceof BodyError)) return sendFailure(response, error, options.log);
      // What still comes is read and dropped, so that the answer arrives, until the time for a request is over.
      if (error.status === 408) response.setHeader('Connection', 'close');
      sendError(response, error.status, error.message);
    });
  };
  const limits = {
    headersTimeout: options.arrivalMs,
    requestTimeout: options.arrivalMs,
    connectionsCheckingInterval: Math.min(options.arrivalMs, 5000),
    maxHeaderSize: 16 * 1024,
  };
  const { certificate } = options;
  const server: Server =
    certificate === undefined
      ? http.createServer(limits, listener)
      : process
          .getBuiltinModule('node:https')
          .createServer(
            { ...limits, ...certificate, minVersion: 'TLSv1.2', handshakeTimeout: options.arrivalMs },
            listener,
          );
  server.maxConnections = MAX_CONNECTIONS;
  server.on('upgrade', (request, socket, head) => {
    const user = admitWebSocket(options, request, socket);
    if (user === undefined) return;
    const address = clientAddress(toHead(request), options.guard());
    webSocketServer.handleUpgrade(request, socket, head, (webSocket) =>
      options.onClient(webSocket, user, address),
    );
  });
  return server;
}

/** Returns the user of a WebSocket. Ends the connection of anybody else. */
function admitWebSocket(
  { users, guard, record }: TeamServerOptions,
  request: IncomingMessage,
  socket: Duplex,
): NetworkUser | undefined {
  socket.on('error', () => socket.destroy());
  const [head, config] = [toHead(request), guard()];
  const verdict = identifyUser(head, users, config);
  const refuse = (status: number) => {
    record({
      ...(verdict.user && { user: verdict.user }),
      address: clientAddress(head, config),
      route: 'rpc',
      status,
    });
    socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\n\r\n`);
    return undefined;
  };
  if (verdict.user === undefined) return refuse(REFUSALS[verdict.refused][0]);
  // A browser always sends Origin with a WebSocket. Only programs with a token may leave it out.
  if (verdict.by !== 'token' && request.headers.origin === undefined) return refuse(403);
  return request.url === '/rpc' ? verdict.user : refuse(404);
}

async function handleRequest(
  options: TeamServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [head, config] = [toHead(request), options.guard()];
  const [path = '', search = ''] = head.url.split('?', 2);
  const team = {
    ...{ request, response, head, config },
    route: path.startsWith('/') ? path.slice(1) : path,
    query: new URLSearchParams(search),
  };
  if (config.transport !== 'plain') response.setHeader('Strict-Transport-Security', 'max-age=31536000');
  if (team.route === 'healthz' || team.route === 'readyz') return sendHealth(options, team);
  if (team.route === 'metrics') return sendMetrics(options, team);
  const verdict = identifyUser(head, options.users, config);
  const { user } = verdict;
  if (!isAsset(team.route))
    response.once('close', () =>
      options.record({
        ...(user && { user }),
        address: clientAddress(head, config),
        route: team.route,
        ...(team.query.has('uri') && { uri: team.query.get('uri') ?? '' }),
        status: response.statusCode,
      }),
    );
  if (user === undefined && verdict.refused !== 'stranger')
    return sendError(response, ...REFUSALS[verdict.refused]);
  if (team.route === 'sign-in') return signIn(options, team);
  if (user === undefined) return refuseStranger(team);
  return serveUser(options, team, user);
}

/** Serves a user who was recognised. */
async function serveUser(
  { assets, libraryOf, serveAgent, arrivalMs }: TeamServerOptions,
  { request, response, head, config, route, query }: TeamRequest,
  user: NetworkUser,
): Promise<void> {
  if (route === 'mcp') {
    if (request.method !== 'POST') {
      response.setHeader('Allow', 'POST');
      return sendError(response, 405, 'Use POST.');
    }
    const body = parseJson(await readBody(request, MAX_AGENT_BYTES, arrivalMs));
    if (body === undefined) return sendError(response, 400, 'The body is not JSON.');
    return serveAgent(request, response, body, user, clientAddress(head, config));
  }
  if (route === 'sign-out' && request.method === 'POST') {
    response.setHeader('Set-Cookie', toSetCookie('', 0, config));
    return sendResponse(response, 303, { Location: '/sign-in', 'Cache-Control': 'no-store' });
  }
  if (!allowsMethod(request, response)) return;
  if (isAsset(route)) return serveAsset(response, assets, route);
  if (!isMediaRoute(route)) return sendError(response, 404, 'Not found.');
  return serveMedia(request, response, libraryOf(user), route, query);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Shows the form to a person, and says to a program what is missing. */
function refuseStranger({ request, response, route }: TeamRequest): void {
  if (route === '' && request.method === 'GET') sendSignInPage(response, 401);
  else {
    response.setHeader('WWW-Authenticate', 'Bearer');
    sendError(response, ...REFUSALS.stranger);
  }
}

/** Signs a browser in by a token in the body, so that it stands in no address. */
async function signIn(
  { users, signedInS, arrivalMs }: TeamServerOptions,
  { request, response, config }: TeamRequest,
): Promise<void> {
  if (request.method !== 'POST') {
    if (allowsMethod(request, response)) sendSignInPage(response, 200);
    return;
  }
  // Other sites can make a browser send a form, but not without naming themselves.
  if (request.headers.origin === undefined) return sendError(response, ...REFUSALS.origin);
  const form = new URLSearchParams(await readBody(request, MAX_SIGN_IN_BYTES, arrivalMs));
  const user = users.findByToken(form.get('token')?.trim() ?? '');
  if (user === undefined)
    return sendSignInPage(response, 401, 'This token is not valid. Ask the owner of the library for one.');
  response.setHeader('Set-Cookie', toSetCookie(users.createCookie(user), signedInS, config));
  sendResponse(response, 303, { Location: '/', 'Cache-Control': 'no-store' });
}

/** Answers probes. They know neither a token nor the name of the server, and learn nothing else. */
function sendHealth({ findProblem }: TeamServerOptions, { request, response, route }: TeamRequest): void {
  if (!allowsMethod(request, response)) return;
  const isWell = route === 'healthz' || findProblem() === undefined;
  const headers = { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' };
  sendResponse(response, isWell ? 200 : 503, headers, isWell ? 'ok\n' : 'not ready\n');
}

/**
 * Sends metrics to users who see the whole library, and to programs on this machine. Behind a proxy everybody seems to be
 * on this machine.
 */
function sendMetrics(
  { users, metrics }: TeamServerOptions,
  { request, response, head, config }: TeamRequest,
): void {
  const token = findBearerToken(head);
  const user = token === undefined ? undefined : users.findByToken(token);
  const isLocal =
    token === undefined &&
    config.transport !== 'proxied' &&
    isLoopback(head.remoteAddress) &&
    head.headers.origin === undefined &&
    isOwnHost(request.headers.host, config);
  if (!isLocal && (user === undefined || user.folders !== undefined)) {
    response.setHeader('WWW-Authenticate', 'Bearer');
    sendError(response, 401, 'Send the token of a user without folders in the Authorization header.');
    return;
  }
  if (!allowsMethod(request, response)) return;
  const headers = {
    'Content-Type': 'text/plain; version=0.0.4; charset=utf-8',
    'Cache-Control': 'no-store',
  };
  sendResponse(response, 200, headers, metrics());
}

import { randomUUID } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Server as TlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { type Duplex, duplexPair } from 'node:stream';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import type { Identity } from '../../protocol/base.ts';
import type { ServeParams, ServeResult } from '../../protocol/users.ts';
import type { WorkersResult } from '../../protocol/workers.ts';
import { pageFolder } from '../base/children.ts';
import type { Log } from '../base/log.ts';
import { messageOf } from '../base/message-of.ts';
import { dataDirPaths } from '../base/paths.ts';
import { formatMetrics } from '../core/text/format-metrics.ts';
import type { NetworkUser } from '../http/network-user.ts';
import { createTeamServer, type TeamRequestRecord } from '../http/team-server.ts';
import { restrictLibrary } from '../library/restrict-library.ts';
import { type Library, RequestError } from '../library.ts';
import { createMcpServer } from '../mcp/server.ts';
import type { Access } from '../rpc/access.ts';
import { openClient } from '../rpc/client.ts';
import type { TeamService } from '../rpc/services.ts';
import { createWebSocketStream } from '../rpc/websocket-stream.ts';
import type { OpenSettings } from '../settings/settings-file.ts';
import { type AuditEntry, type AuditLog, openAuditLog } from './audit-log.ts';
import { assertEncrypted, createProxyTest, findOwnNames, parseListenAddress } from './listen-address.ts';
import type { MeasuredLibrary } from './measure-library.ts';
import { openUserBook, SIGNED_IN_S, type UserBook } from './user-book.ts';

/** How long a body or a head may take to arrive, in ms. Nothing large is ever sent to the server. */
const ARRIVAL_MS = 20_000;
/** How often the certificate is compared with its file, in ms: it is renewed every few months. */
const CERTIFICATE_CHECK_MS = 60_000;

export interface TeamOptions {
  readonly dataDir: string;
  readonly library: Library;
  readonly measured: Pick<MeasuredLibrary, 'measurements'>;
  readonly settings: OpenSettings;
  readonly workers: () => WorkersResult;
  readonly identity: Identity;
  /** Serves a client with the rights of a user. */
  readonly addSession: (stream: Duplex, access: Access) => void;
  /** Aborted when the daemon ends. */
  readonly draining: AbortSignal;
  readonly log: Log;
}

export interface OpenTeam extends TeamService {
  close(): Promise<void>;
}

/** The open connections of each user, by name. */
type UserStreams = Map<string, Set<Duplex>>;

/** What the parts of a team's service share. */
interface TeamState extends TeamOptions {
  readonly users: UserBook;
  readonly audit: AuditLog;
  readonly servers: Map<Server, UserStreams>;
}

/** What the parts of one server share. */
interface ServerState extends TeamState {
  readonly streams: UserStreams;
}

/** Opens the users of a data folder, and serves the library to them when asked. */
export function openTeam(options: TeamOptions): OpenTeam {
  const { dataDir, settings, log } = options;
  const paths = dataDirPaths(dataDir);
  const users = openUserBook(paths.users, Date.now, (problem) => log.warn('users', { problem }));
  const team: TeamState = {
    ...options,
    users,
    audit: openAuditLog({
      folder: paths.logs,
      megabytes: settings.all()['log.megabytes'],
      files: settings.all()['log.files'],
      isOn: () => settings.all()['serve.audit'],
      now: () => new Date(),
    }),
    servers: new Map(),
  };
  // Rights that ended must not live on in an open connection.
  users.onChange((name) => {
    for (const streams of team.servers.values()) endStreams(streams, name);
  });
  return {
    list: () => ({ users: users.list() }),
    async add(params) {
      const token = await users.add(params);
      return { users: users.list(), ...(token !== undefined && { token }) };
    },
    async remove(name) {
      await users.remove(name);
      return { users: users.list() };
    },
    serve: (params, session) => serveTeam(team, params, session),
    async close() {
      for (const [server, streams] of team.servers) closeServer(server, streams);
      await team.audit.close();
    },
  };
}

/** Ends the connections of a user, whatever the case of the name. */
function endStreams(streams: UserStreams, name: string): void {
  for (const [user, userStreams] of streams)
    if (user.toLowerCase() === name.toLowerCase()) for (const stream of userStreams) stream.destroy();
}

function closeServer(server: Server, streams: UserStreams): void {
  server.close();
  server.closeAllConnections();
  for (const userStreams of streams.values()) for (const stream of userStreams) stream.destroy();
}

/** Listens for users until the session ends. Rejects with RequestError if the address cannot be used safely. */
async function serveTeam(team: TeamState, params: ServeParams, session: AbortSignal): Promise<ServeResult> {
  const address = parseListenAddress(params.listen);
  assertEncrypted(address, params);
  const isTrustedProxy = createProxyTest(params);
  const { certificate: certificatePath, key: keyPath, names = [] } = params;
  const certificate =
    certificatePath === undefined || keyPath === undefined
      ? undefined
      : { cert: readPem(certificatePath), key: readPem(keyPath) };
  const transport = certificate ? 'tls' : params.behindProxy ? 'proxied' : 'plain';
  const streams: UserStreams = new Map();
  const server = createServer({ ...team, streams }, certificate, () => ({
    names: findOwnNames(address, certificate?.cert, names),
    port: (server.address() as AddressInfo | null)?.port ?? 0,
    transport,
    identityHeader: params.identityHeader?.toLowerCase(),
    isTrustedProxy,
  }));
  await listen(server, params.listen, address);
  team.servers.set(server, streams);
  const stopRenewal =
    certificatePath === undefined || keyPath === undefined
      ? () => undefined
      : renewCertificate(server as TlsServer, certificatePath, keyPath, team.log);
  const stop = () => {
    stopRenewal();
    team.servers.delete(server);
    closeServer(server, streams);
  };
  if (session.aborted) stop();
  else session.addEventListener('abort', stop, { once: true });
  const { port } = server.address() as AddressInfo;
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  const url = `${certificate ? 'https' : 'http'}://${host}:${port}/`;
  team.log.info('served to users', { url, transport });
  return { url };
}

function readPem(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new RequestError(
      'notFound',
      `${path} cannot be read: ${messageOf(error)}`,
      'Check the path, and that the daemon may read it.',
    );
  }
}

function createServer(
  team: ServerState,
  certificate: { readonly cert: Buffer; readonly key: Buffer } | undefined,
  guard: Parameters<typeof createTeamServer>[0]['guard'],
): Server {
  const { library, users, draining, log } = team;
  try {
    return createTeamServer({
      users,
      guard,
      ...(certificate && { certificate }),
      assets: pageFolder(),
      libraryOf: (user) => libraryOf(library, user) ?? library,
      onClient(webSocket, user, address) {
        addStream(team, createWebSocketStream(webSocket), user, { address, via: 'page' });
      },
      serveAgent: (request, response, body, user, address) =>
        serveAgent(team, request, response, body, user, address),
      metrics() {
        const status = library.status();
        return formatMetrics(status, team.workers(), team.measured.measurements(status.clipsDone));
      },
      findProblem: () => (draining.aborted ? 'The daemon is shutting down.' : undefined),
      record: (request) => recordRequest(team, request),
      signedInS: SIGNED_IN_S,
      arrivalMs: ARRIVAL_MS,
      log,
    });
  } catch (error) {
    throw new RequestError(
      'invalid',
      `The certificate cannot be used: ${messageOf(error)}`,
      'Give a certificate chain and its key in PEM format.',
    );
  }
}

/** Records what a user did, and logs strangers elsewhere: they must not push users out of the audit log. */
function recordRequest({ audit, log }: TeamState, request: TeamRequestRecord): void {
  const { user, address, route, uri, status } = request;
  if (user === undefined) log.warn('stranger refused', { address, route, status });
  // What agents ask is recorded request by request.
  if (user === undefined || route === 'mcp') return;
  audit.write({
    ...{ user: user.name, role: user.role, address, via: 'http', method: route },
    ...(uri !== undefined && { params: { uri } }),
    ...(status >= 400 && { error: status }),
  });
}

/** Returns the library as a user may see it. Undefined for owners, who see all of it. */
function libraryOf(library: Library, { role, folders }: NetworkUser): Library | undefined {
  return role === 'owner' ? undefined : restrictLibrary(library, folders);
}

/** Serves a stream with the rights of a user, until these change. */
function addStream(
  { library, streams, audit, addSession }: ServerState,
  stream: Duplex,
  user: NetworkUser,
  from: Pick<AuditEntry, 'address' | 'via'>,
): void {
  const userStreams = streams.get(user.name) ?? new Set();
  streams.set(user.name, userStreams.add(stream));
  stream.once('close', () => {
    userStreams.delete(stream);
    if (userStreams.size === 0 && streams.get(user.name) === userStreams) streams.delete(user.name);
  });
  const ownLibrary = libraryOf(library, user);
  const access: Access = {
    role: user.role,
    user: user.name,
    ...(ownLibrary && { library: ownLibrary }),
    record: (request) => audit.write({ user: user.name, role: user.role, ...from, ...request }),
  };
  addSession(stream, access);
}

/** Answers one message of an agent, over a session of its own: every request passes the same checks as a page's. */
async function serveAgent(
  team: ServerState,
  request: IncomingMessage,
  response: ServerResponse,
  body: unknown,
  user: NetworkUser,
  address: string,
): Promise<void> {
  const [near, far] = duplexPair();
  addStream(team, far, user, { address, via: 'mcp' });
  const client = await openClient(near, team.identity, { name: `goldfish-mcp-${randomUUID()}` });
  const server = createMcpServer(
    (method, params, signal, onPartial) =>
      client.request(method, params, { signal, ...(onPartial && { onPartial }) }),
    // Recording runs a program of this machine on any address, so it stays here.
    { add: user.role === 'owner', record: false },
  );
  // Without sessions there is no session id that could be stolen.
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined });
  response.once('close', () => {
    void server.close().then(() => client.close());
  });
  await server.connect(transport as Parameters<typeof server.connect>[0]);
  await transport.handleRequest(request, response, body);
}

function listen(
  server: Server,
  text: string,
  { host, port }: { readonly host: string; readonly port: number },
) {
  return new Promise<void>((resolve, reject) => {
    server.once('error', (error) =>
      reject(
        new RequestError('invalid', `Cannot listen on ${text}: ${error.message}`, 'Choose another address.'),
      ),
    );
    server.listen(port, host, () => {
      server.removeAllListeners('error');
      server.on('error', () => undefined);
      resolve();
    });
  });
}

/** Uses a renewed certificate without a restart. Returns what stops looking for one. */
function renewCertificate(server: TlsServer, certificate: string, key: string, log: Log): () => void {
  const stamp = () => {
    const [certificateStat, keyStat] = [statSync(certificate), statSync(key)];
    return `${certificateStat.mtimeMs} ${keyStat.mtimeMs}`;
  };
  let usedStamp = stamp();
  const timer = setInterval(() => {
    try {
      const newStamp = stamp();
      if (newStamp === usedStamp) return;
      server.setSecureContext({ cert: readPem(certificate), key: readPem(key) });
      usedStamp = newStamp;
      log.info('certificate renewed', { certificate });
    } catch (error) {
      // The two files are replaced one after the other. Until both are there, the old certificate stays.
      log.warn('certificate not renewed', { certificate, message: messageOf(error) });
    }
  }, CERTIFICATE_CHECK_MS);
  timer.unref();
  return () => clearInterval(timer);
}

import type { Duplex } from 'node:stream';
import type { Log } from '../base/log.ts';
import { messageOf } from '../base/message-of.ts';
import { type Access, LOCAL_ACCESS } from './access.ts';
import { serveRequest } from './serve-request.ts';
import type { Services } from './services.ts';
import { createSessionState, type SessionState } from './session-state.ts';

/** What a client that closed its end may still wait for its answers. */
const CLOSE_TIMEOUT_MS = 5000;

export interface Session {
  /** Resolves when every request is answered and the answers have left. */
  idle(): Promise<void>;
  /** Ends the session once what was written has left. */
  end(): void;
  readonly closed: Promise<void>;
}

/** Serves one client on a connected socket until either side ends it. Never throws for what a client sends. */
export function serveSession(
  socket: Duplex,
  services: Services,
  log: Log,
  access: Access = LOCAL_ACCESS,
): Session {
  const { promise: closed, resolve: resolveClosed } = Promise.withResolvers<void>();
  const session = createSessionState(socket, services, log, access);
  const { connection, pendingRequests } = session;
  connection.onRequest((method: string, params: unknown, token) =>
    serveRequest(session, method, params, token),
  );
  connection.onNotification((method, params) => acceptNotification(session, method, params));
  connection.onError(([error]) => log.debug('connection', { message: messageOf(error) }));
  // What a vanished client still awaits is dropped with the connection, so no write of it may be left to fail.
  socket.on('error', (error) => log.debug('socket', { message: error.message }));
  socket.on('end', () => closeGracefully(session));
  socket.on('close', () => {
    if (session.abort.signal.aborted) return;
    finishSession(session);
    resolveClosed();
  });
  connection.listen();
  return { idle: () => pendingRequests.whenBelow(1), end: () => socket.end(), closed };
}

function acceptNotification(session: SessionState, method: string, params: unknown): void {
  if (method === 'exit') closeGracefully(session);
  if (session.access.role !== 'local') return;
  const changedUri =
    session.phase === 'open' ? session.documents.applyNotification(method, params) : undefined;
  if (changedUri !== undefined) session.diagnostics.documentChanged(changedUri);
}

/** Ends the session when its requests are answered, or after 5 s. */
function closeGracefully({ socket, pendingRequests, notify }: SessionState): void {
  // Whoever closed only its sending end reads this; whoever is gone shows by it, and its requests are aborted.
  if (pendingRequests.count() > 0)
    notify('window/logMessage', {
      type: 4,
      message: 'Goldfish answers what was asked and ends the session.',
    });
  const timer = setTimeout(() => socket.end(), CLOSE_TIMEOUT_MS);
  void pendingRequests.whenBelow(1).then(() => {
    clearTimeout(timer);
    socket.end();
  });
}

function finishSession({ abort, disposers, connection }: SessionState): void {
  abort.abort();
  for (const disposer of disposers) disposer();
  connection.dispose();
}

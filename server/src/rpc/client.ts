import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import {
  CancellationTokenSource,
  createMessageConnection,
  ResponseError,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node';
import type { Identity } from '../../protocol/base.ts';
import type { Method, Notifications, Params, Result } from '../../protocol/methods.ts';
import type { Status } from '../../protocol/status.ts';
import { DaemonError, unavailable } from './daemon-error.ts';
import type { GoldfishInitializeResult } from './initialize.ts';

/** Who asks, and what hears `window/showMessage`: words for the person, the first before `initialize` is answered. */
export interface ClientInfo {
  readonly name: string;
  readonly onMessage?: (message: string) => void;
}

export interface RequestOptions {
  readonly signal?: AbortSignal;
  /** Called with each value of `$/progress` on a partialResultToken made for this request. */
  readonly onPartial?: (value: unknown) => void;
}

/** A client's side of one session. Requests reject with DaemonError, or with the signal's reason when aborted. */
export interface Client {
  readonly daemon: Identity;
  request<M extends Method>(method: M, params: Params<M>, options?: RequestOptions): Promise<Result<M>>;
  on<N extends keyof Notifications>(method: N, listener: (params: Notifications[N]) => void): () => void;
  onStatus(listener: (status: Status) => void): () => void;
  /** Resolves when the connection is gone, by whichever side. */
  readonly closed: Promise<void>;
  /** Ends the session; the daemon goes on. */
  close(): Promise<void>;
}

const lost = () =>
  unavailable(
    'The daemon ended before it answered.',
    'Try again: it is started anew. Its log says why it ended.',
  );

/** Opens a session on a connected socket. Rejects with DaemonError where the daemon will not serve this client. */
export async function openClient(
  socket: Socket,
  identity: Identity,
  { name, onMessage }: ClientInfo,
): Promise<Client> {
  const connection = createMessageConnection(
    new StreamMessageReader(socket),
    new StreamMessageWriter(socket),
  );
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  const gone = new AbortController();
  socket.on('error', () => undefined);
  socket.on('end', () => socket.end());
  socket.on('close', () => {
    gone.abort(lost());
    connection.dispose();
    resolve();
  });
  const listeners = new Map<string, Set<(params: never) => void>>();
  const partials = new Map<string, (value: unknown) => void>();
  connection.onError(() => undefined);
  connection.onNotification((method, params: unknown) => {
    for (const listener of listeners.get(method) ?? []) listener(params as never);
  });
  const listen = (method: string, listener: (params: never) => void) => {
    const all = listeners.get(method) ?? new Set();
    listeners.set(method, all.add(listener));
    return () => void all.delete(listener);
  };
  listen('$/progress', ({ token, value }: { token: string; value: unknown }) => partials.get(token)?.(value));
  listen('window/showMessage', ({ message }: { message: string }) => onMessage?.(message));
  connection.listen();

  const send = async <R>(method: string, params: object, signal?: AbortSignal): Promise<R> => {
    signal?.throwIfAborted();
    gone.signal.throwIfAborted();
    const source = new CancellationTokenSource();
    const cancel = () => source.cancel();
    signal?.addEventListener('abort', cancel, { once: true });
    const death = Promise.withResolvers<never>();
    const die = () => death.reject(gone.signal.reason);
    gone.signal.addEventListener('abort', die, { once: true });
    try {
      return await Promise.race([connection.sendRequest<R>(method, params, source.token), death.promise]);
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof ResponseError) throw new DaemonError(error.code, error.message, error.data);
      throw gone.signal.aborted || !(error instanceof DaemonError) ? lost() : error;
    } finally {
      signal?.removeEventListener('abort', cancel);
      gone.signal.removeEventListener('abort', die);
    }
  };

  const result = await send<GoldfishInitializeResult>('initialize', {
    processId: process.pid,
    clientInfo: { name, version: identity.build },
    rootUri: null,
    capabilities: {},
    initializationOptions: { goldfish: identity },
  });
  await connection.sendNotification('initialized', {});

  return {
    daemon: result.serverInfo.goldfish,
    closed,
    async request<M extends Method>(method: M, params: Params<M>, options: RequestOptions = {}) {
      if (options.onPartial === undefined) return send<Result<M>>(method, params, options.signal);
      const token = randomUUID();
      partials.set(token, options.onPartial);
      try {
        return await send<Result<M>>(method, { ...params, partialResultToken: token }, options.signal);
      } finally {
        partials.delete(token);
      }
    },
    on: (method, listener) => listen(method, listener),
    onStatus: (listener) => listen('goldfish/didChangeStatus', listener),
    async close() {
      socket.end();
      await closed;
    },
  };
}

import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type { ClientOptions, ErrorData, Identity } from '../../protocol/base.ts';
import type { Method, Notifications, Params, Result } from '../../protocol/methods.ts';
import type { Status } from '../../protocol/status.ts';
import { DaemonError, daemonUnavailable } from './daemon-error.ts';
import { createFramer, encodeMessage, type RpcMessage } from './framing.ts';
import type { GoldfishInitializeResult } from './initialize.ts';

/**
 * Identifies the client. `onMessage` receives each `window/showMessage`, text for the user. The first can arrive
 * before the response to `initialize`.
 */
export interface ClientInfo {
  readonly name: string;
  readonly onMessage?: (message: string) => void;
}

export interface RequestOptions {
  readonly signal?: AbortSignal;
  /** Receives each `$/progress` value of the partialResultToken created for this request. */
  readonly onPartial?: (value: unknown) => void;
}

/** Represents the client's side of a session. Requests reject with DaemonError, or with the signal's reason when aborted. */
export interface Client {
  readonly daemon: Identity;
  request<M extends Method>(method: M, params: Params<M>, options?: RequestOptions): Promise<Result<M>>;
  on<N extends keyof Notifications>(method: N, listener: (params: Notifications[N]) => void): () => void;
  onStatus(listener: (status: Status) => void): () => void;
  /** Receives each line of the daemon's log from level info on (`window/logMessage`). Returns how to stop. */
  onLog(listener: (message: string) => void): () => void;
  /** Resolves when either side has closed the connection. */
  readonly closed: Promise<void>;
  /** Ends the session. The daemon keeps running. */
  close(): Promise<void>;
}

const connectionLost = () =>
  daemonUnavailable(
    'The daemon ended before it answered.',
    'Try again; the daemon restarts automatically. Its log says why it ended.',
  );

interface PendingResponse {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Opens a session on a connected socket. Rejects with DaemonError if the daemon refuses this client. Messages are
 * handled as they arrive, so that an answer sent just before the connection closes is not lost.
 */
export async function openClient(
  socket: Duplex,
  identity: Pick<ClientOptions, 'protocol' | 'build' | 'stops'>,
  { name, onMessage }: ClientInfo,
): Promise<Client> {
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  const pendingResponses = new Map<number, PendingResponse>();
  const listeners = new Map<string, Set<(params: never) => void>>();
  const partials = new Map<string, (value: unknown) => void>();
  let lastId = 0;
  let isClosed = false;

  const handleMessage = ({ id, method, params, result, error }: RpcMessage) => {
    if (method !== undefined) {
      for (const listener of listeners.get(method) ?? []) listener((params ?? {}) as never);
      return;
    }
    const request = typeof id === 'number' ? pendingResponses.get(id) : undefined;
    pendingResponses.delete(Number(id));
    if (error === undefined) request?.resolve(result);
    else request?.reject(new DaemonError(error.code, error.message, error.data as ErrorData | undefined));
  };
  socket.on('data', createFramer({ onMessage: handleMessage, onError: () => socket.destroy() }));
  socket.on('error', () => undefined);
  socket.on('end', () => socket.end());
  socket.on('close', () => {
    isClosed = true;
    for (const { reject } of pendingResponses.values()) reject(connectionLost());
    pendingResponses.clear();
    resolve();
  });

  const addListener = (method: string, listener: (params: never) => void) => {
    const methodListeners = listeners.get(method) ?? new Set();
    listeners.set(method, methodListeners.add(listener));
    return () => void methodListeners.delete(listener);
  };
  addListener('$/progress', ({ token, value }: { token: string; value: unknown }) =>
    partials.get(token)?.(value),
  );
  addListener('window/showMessage', ({ message }: { message: string }) => onMessage?.(message));

  const notify = (method: string, params: object) => {
    if (!isClosed) socket.write(encodeMessage({ jsonrpc: '2.0', method, params }));
  };

  const send = async <R>(method: string, params: object, signal?: AbortSignal): Promise<R> => {
    signal?.throwIfAborted();
    if (isClosed) throw connectionLost();
    lastId += 1;
    const id = lastId;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    pendingResponses.set(id, { resolve, reject });
    const cancel = () => {
      notify('$/cancelRequest', { id });
      reject(signal?.reason);
    };
    signal?.addEventListener('abort', cancel, { once: true });
    try {
      socket.write(encodeMessage({ jsonrpc: '2.0', id, method, params }));
      return (await promise) as R;
    } finally {
      signal?.removeEventListener('abort', cancel);
      pendingResponses.delete(id);
    }
  };

  const result = await send<GoldfishInitializeResult>('initialize', {
    processId: process.pid,
    clientInfo: { name, version: identity.build },
    rootUri: null,
    capabilities: {},
    initializationOptions: { goldfish: identity },
  });
  notify('initialized', {});

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
    on: (method, listener) => addListener(method, listener),
    onStatus: (listener) => addListener('goldfish/didChangeStatus', listener),
    onLog: (listener) =>
      addListener('window/logMessage', ({ message }: { message: string }) => listener(message)),
    async close() {
      socket.end();
      await closed;
    },
  };
}

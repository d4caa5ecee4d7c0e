import type { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import type { ErrorData } from '../../protocol/base.ts';
import { ErrorCodes } from '../../protocol/errors.ts';
import { watchProcess } from '../base/lifetime.ts';
import { createFramer, encodeMessage, type FramingError, type RpcMessage } from '../rpc/framing.ts';
import { type ConnectOptions, findOrStartDaemon, identity, waitForClose } from './find-or-start.ts';

/** Number of times a daemon may give way to a newer one before the proxy gives up. */
const MAX_DAEMON_SWITCHES = 5;
/** How long an editor that closed its end can still receive answers. */
const EXIT_TIMEOUT_MS = 5000;

/**
 * `goldfish lsp --stdio`: relays messages between an editor and the daemon, which is started if none is
 * running. `shutdown` and `exit`, the end of `input` or the death of `processId` end this session but never
 * the daemon. Resolves with the exit code that LSP requires: 0 after `shutdown`, otherwise 1.
 */
export function runLspProxy(options: ConnectOptions, input: Readable, output: Writable): Promise<number> {
  const { promise: ended, resolve } = Promise.withResolvers<number>();
  const endProxy = (code: number) => {
    // The editor can keep its end open, which would keep this process alive.
    input.destroy();
    resolve(code);
  };
  const opening = new AbortController();
  const queuedMessages: RpcMessage[] = [];
  const pendingRequestIds = new Set<string | number>();
  let socket: Socket | undefined;
  /** Sent but not answered yet. Later messages wait, because they may have to go to another daemon. */
  let initialize: RpcMessage | undefined;
  let initializeSeen = false;
  let shutdown = false;
  let openCount = 0;
  let isEnding = false;

  const closeSession = () => {
    opening.abort();
    const code = shutdown ? 0 : 1;
    if (socket === undefined || socket.destroyed) return endProxy(code);
    socket.once('close', () => endProxy(code));
    socket.end();
  };
  /** Closes the session when all requests are answered, at the latest after `timeoutMs`. */
  const finishSession = (timeoutMs: number) => {
    if (isEnding) return;
    isEnding = true;
    setTimeout(closeSession, timeoutMs).unref();
    if (pendingRequestIds.size === 0 && queuedMessages.length === 0) closeSession();
  };

  const toEditor = (message: unknown) => {
    if (output.write(encodeMessage(message)) || socket?.isPaused()) return;
    // If the editor does not read, pause the daemon instead of buffering in this process.
    socket?.pause();
    output.once('drain', () => socket?.resume());
  };

  const failSession = (message: string, remedy: string) => {
    const data: ErrorData = { kind: 'unavailable', remedy };
    for (const id of pendingRequestIds)
      toEditor({ jsonrpc: '2.0', id, error: { code: ErrorCodes.unavailable, message, data } });
    process.stderr.write(`goldfish: ${message}\n${remedy}\n`);
    isEnding = true;
    closeSession();
  };

  const fromDaemon = (message: RpcMessage) => {
    const isResponse = message.method === undefined;
    if (isResponse && initialize !== undefined && message.id === initialize.id) {
      if (
        message.error?.code === ErrorCodes.ending &&
        openCount < MAX_DAEMON_SWITCHES &&
        socket !== undefined
      ) {
        const endingSocket = socket;
        socket = undefined;
        void waitForClose(endingSocket).then(openSocket);
        return;
      }
      initialize = undefined;
      for (const queuedMessage of queuedMessages.splice(0)) toDaemon(queuedMessage);
    }
    toEditor(message);
    if (isResponse && message.id != null) pendingRequestIds.delete(message.id);
    if (isEnding && pendingRequestIds.size === 0) closeSession();
  };

  const toDaemon = (message: RpcMessage) => {
    if (socket === undefined || initialize !== undefined) queuedMessages.push(message);
    else socket.write(encodeMessage(message));
  };

  async function openSocket(): Promise<void> {
    openCount += 1;
    let foundSocket: Socket | undefined;
    try {
      foundSocket = await findOrStartDaemon({ ...options, signal: opening.signal });
    } catch (error) {
      if (opening.signal.aborted) return;
      const remedy = (error as { data?: ErrorData }).data?.remedy ?? 'See: goldfish doctor';
      return failSession((error as Error).message, remedy);
    }
    if (foundSocket === undefined || opening.signal.aborted) return void foundSocket?.destroy();
    const currentSocket = foundSocket;
    socket = currentSocket;
    const framerHandlers = { onMessage: fromDaemon, onError: () => currentSocket.destroy() };
    currentSocket.on('data', createFramer(framerHandlers));
    currentSocket.on('error', () => undefined);
    currentSocket.on('end', () => currentSocket.end());
    currentSocket.on('close', () => {
      if (socket !== currentSocket) return;
      if (isEnding || shutdown) closeSession();
      else failSession('The Goldfish daemon has stopped.', 'Restart the language server to start it again.');
    });
    if (initialize !== undefined) currentSocket.write(encodeMessage(initialize));
    else for (const queuedMessage of queuedMessages.splice(0)) toDaemon(queuedMessage);
    if (isEnding && pendingRequestIds.size === 0) closeSession();
  }

  const sendInitialize = (message: RpcMessage) => {
    initializeSeen = true;
    initialize = addIdentity(message);
    const pid = toRecord(message.params).processId;
    if (typeof pid === 'number' && pid > 0) watchProcess(pid, closeSession);
    socket?.write(encodeMessage(initialize));
  };

  const fromEditor = (message: RpcMessage) => {
    if (message.method !== undefined && message.id != null) pendingRequestIds.add(message.id);
    if (message.method === 'shutdown') shutdown = true;
    if (message.method === 'initialize' && !initializeSeen) sendInitialize(message);
    else toDaemon(message);
    if (message.method === 'exit') finishSession(EXIT_TIMEOUT_MS);
  };

  const sendFramingError = (error: FramingError) => {
    toEditor({ jsonrpc: '2.0', id: error.id, error: { code: error.code, message: error.message } });
    if (error.fatal) finishSession(EXIT_TIMEOUT_MS);
  };
  input.on('data', createFramer({ onMessage: fromEditor, onError: sendFramingError }));
  input.on('end', () => finishSession(EXIT_TIMEOUT_MS));
  input.on('close', () => finishSession(EXIT_TIMEOUT_MS));
  output.on('error', closeSession);
  void openSocket();
  return ended;
}

/** Adds our identity to `initialize`, for an editor that does not send one. The editor's own options stay. */
function addIdentity(message: RpcMessage): RpcMessage {
  const params = toRecord(message.params);
  const initializationOptions = toRecord(params.initializationOptions);
  const goldfish = { ...identity, ...toRecord(initializationOptions.goldfish) };
  return { ...message, params: { ...params, initializationOptions: { ...initializationOptions, goldfish } } };
}

function toRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

import type { Duplex } from 'node:stream';
import {
  type CancellationToken,
  createMessageConnection,
  type MessageConnection,
  ResponseError,
} from 'vscode-jsonrpc/node';
import type { z } from 'zod';
import type { Notifications } from '../../protocol/methods.ts';
import { watchProcess } from '../base/lifetime.ts';
import type { Log, LogLine } from '../base/log.ts';
import { messageOf } from '../base/message-of.ts';
import { createEditApplier } from './apply-edit.ts';
import { createEditorAnswerer } from './editor-answerer.ts';
import {
  drainingError,
  goldfishError,
  INVALID_PARAMS,
  INVALID_REQUEST,
  NOT_INITIALIZED,
  toResponse,
} from './errors.ts';
import type { FramingError, RpcMessage } from './framing.ts';
import { GuardedReader } from './guarded-reader.ts';
import { initializeParamsSchema, initializeResult } from './initialize.ts';
import { judgeClient } from './judge-client.ts';
import { parseCapabilities } from './language/client-capabilities.ts';
import { createDiagnosticsScheduler } from './language/diagnostics-scheduler.ts';
import { createDocumentStore } from './language/documents.ts';
import { features } from './language/features.ts';
import { createNotificationQueue } from './notification-queue.ts';
import { explainIssue, ParamsError, parseParams } from './parse-params.ts';
import { createPendingRequests, ResponseWriter } from './pending-requests.ts';
import type { Call } from './provider.ts';
import { providers } from './providers.ts';
import type { Services } from './services.ts';

/** Requests that a client may have running: beyond, no more are read from it until some are answered. */
const MAX_RUNNING_REQUESTS = 256;
/** What a client that closed its end may still wait for its answers. */
const CLOSE_TIMEOUT_MS = 5000;

const METHOD_NOT_FOUND = -32601;

export interface Session {
  /** Resolves when every request is answered and the answers have left. */
  idle(): Promise<void>;
  /** Ends the session once what was written has left. */
  end(): void;
  readonly closed: Promise<void>;
}

/** Serves one client on a connected socket until either side ends it. Never throws for what a client sends. */
export function serveSession(socket: Duplex, services: Services, log: Log): Session {
  const { promise: closed, resolve: resolveClosed } = Promise.withResolvers<void>();
  const sessionAbort = new AbortController();
  const pendingRequests = createPendingRequests();
  const writer = new ResponseWriter(socket, pendingRequests);
  const refuseMessage = ({ code, message, id, fatal }: FramingError) => {
    log.warn('message refused', { code, message });
    const sent = writer.refuse({ jsonrpc: '2.0', id, error: { code, message } });
    if (fatal) void sent.then(() => socket.end());
  };
  const acceptMessage = ({ method, id }: RpcMessage) => {
    if (method === undefined || id === undefined || id === null) return true;
    if (pendingRequests.add(id)) {
      if (pendingRequests.count() >= MAX_RUNNING_REQUESTS) pauseReading();
      return true;
    }
    refuseMessage({
      code: INVALID_REQUEST,
      message: `The id ${id} is that of a running request.`,
      id,
      fatal: false,
    });
    return false;
  };
  const pauseReading = () => {
    socket.pause();
    void pendingRequests.whenBelow(MAX_RUNNING_REQUESTS).then(() => socket.resume());
  };
  const reader = new GuardedReader(socket, acceptMessage, refuseMessage);
  const connection: MessageConnection = createMessageConnection(reader, writer, {
    error: (message) => log.warn('rpc', { message }),
    warn: (message) => log.warn('rpc', { message }),
    info: () => undefined,
    log: () => undefined,
  });

  let requests = 0;
  let state: 'new' | 'open' | 'shut' = 'new';
  const disposers: (() => void)[] = [];
  let editorAnswerer: Call['editorAnswerer'];

  const notify = createNotificationQueue(socket, connection);
  const store = createDocumentStore();

  const showMessage = (message: string) => notify('window/showMessage', { type: 3, message });

  let editorCapabilities = parseCapabilities(undefined);
  const diagnostics = createDiagnosticsScheduler(
    store.documents,
    services.library,
    (params) => notify('textDocument/publishDiagnostics', params),
    (error) => log.error('diagnostics failed', { message: messageOf(error), stack: stackOf(error) }),
  );
  disposers.push(() => diagnostics.close());

  const openSession = () => {
    state = 'open';
    const forward =
      <N extends keyof Notifications>(method: N) =>
      (params: Notifications[N]) =>
        notify(method, params);
    disposers.push(services.library.onStatus(forward('goldfish/didChangeStatus')));
    disposers.push(services.library.onStatus(() => diagnostics.libraryChanged()));
    disposers.push(services.settings.onChange(forward('goldfish/didChangeSettings')));
    disposers.push(
      services.onLogLine((line) => line.level !== 'debug' && notify('window/logMessage', logMessage(line))),
    );
  };

  const initialize = (rawParams: unknown) => {
    if (state !== 'new') throw new ResponseError(INVALID_REQUEST, 'initialize was already sent.');
    const parsed = initializeParamsSchema.safeParse(rawParams ?? {});
    if (!parsed.success) throw invalidParams(explainIssue(parsed.error));
    const { processId, clientInfo, initializationOptions, capabilities } = parsed.data;
    editorCapabilities = parseCapabilities(capabilities);
    const client = initializationOptions?.goldfish ?? undefined;
    const verdict = judgeClient(services.identity, client);
    log.info('client', { name: clientInfo?.name, build: client?.build, protocol: client?.protocol, verdict });
    if (verdict === 'refuse')
      throw goldfishError(
        'version',
        `This client speaks protocol ${client?.protocol}, the Goldfish daemon ${services.identity.protocol}.`,
        `Update this client: the daemon is ${services.identity.build}.`,
      );
    if (verdict === 'yield') {
      services.stop(`yields to build ${client?.build}`);
      throw drainingError();
    }
    if (typeof processId === 'number' && processId > 0)
      disposers.push(watchProcess(processId, () => socket.destroy()));
    if (client?.answers === true) editorAnswerer = createEditorAnswerer(connection, socket);
    openSession();
    if (verdict === 'serveOld')
      notify('window/showMessage', {
        type: 2,
        message: `This client of Goldfish (${client?.build}) is older than the running daemon (${services.identity.build}): update it.`,
      });
    return initializeResult(services.identity);
  };

  const dispatch = async (method: string, rawParams: unknown, token: CancellationToken) => {
    if (method === 'initialize' && !services.draining.aborted) return initialize(rawParams);
    if (services.draining.aborted) throw drainingError();
    if (state === 'new') throw new ResponseError(NOT_INITIALIZED, `initialize must come before ${method}.`);
    if (state === 'shut') throw new ResponseError(INVALID_REQUEST, `${method} came after shutdown.`);
    if (method === 'shutdown') {
      state = 'shut';
      return null;
    }
    const provider = providers.get(method);
    if (provider !== undefined) {
      const params = parseRequestParams(provider.params, rawParams);
      return runRequest(method, token, (call) => provider.handle(params as never, call, services));
    }
    const feature = features.get(method);
    if (feature === undefined) throw new ResponseError(METHOD_NOT_FOUND, `There is no request ${method}.`);
    const params = parseRequestParams(feature.params, rawParams);
    return runRequest(method, token, (call) => {
      const editorCall = {
        show: showMessage,
        documents: store.documents,
        capabilities: editorCapabilities,
        apply: createEditApplier(connection, call.signal),
      };
      return feature.handle(params as never, { ...call, ...editorCall }, services);
    });
  };

  const runRequest = async (
    method: string,
    token: CancellationToken,
    work: (call: Call) => Promise<unknown>,
  ) => {
    const cancellation = new AbortController();
    const cancelListener = token.onCancellationRequested(() => cancellation.abort());
    if (token.isCancellationRequested) cancellation.abort();
    const signal = AbortSignal.any([cancellation.signal, sessionAbort.signal, services.cutOff]);
    requests += 1;
    const requestLog = log.with({ request: requests, method });
    const started = performance.now();
    try {
      signal.throwIfAborted();
      return await work({
        signal,
        session: sessionAbort.signal,
        ...(editorAnswerer === undefined ? {} : { editorAnswerer }),
        progress: (progressToken, value) => {
          if (progressToken !== undefined && !signal.aborted)
            notify('$/progress', { token: progressToken, value });
        },
      });
    } catch (error) {
      const response = services.cutOff.aborted ? drainingError() : toResponse(error, signal);
      if (response.code === -32603)
        requestLog.error('request failed', { message: messageOf(error), stack: stackOf(error) });
      else requestLog.info('request refused', { code: response.code, message: response.message });
      throw response;
    } finally {
      cancelListener.dispose();
      requestLog.debug('request', { ms: Math.round(performance.now() - started) });
    }
  };

  const closeGracefully = () => {
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
  };

  connection.onRequest(dispatch);
  connection.onNotification((method, params) => {
    if (method === 'exit') closeGracefully();
    const changedUri = state === 'open' ? store.applyNotification(method, params) : undefined;
    if (changedUri !== undefined) diagnostics.documentChanged(changedUri);
  });
  connection.onError(([error]) => log.debug('connection', { message: messageOf(error) }));
  const finishSession = () => {
    if (sessionAbort.signal.aborted) return;
    sessionAbort.abort();
    for (const disposer of disposers) disposer();
    connection.dispose();
    resolveClosed();
  };
  // What a vanished client still awaits is dropped with the connection, so no write of it may be left to fail.
  socket.on('error', (error) => log.debug('socket', { message: error.message }));
  socket.on('end', closeGracefully);
  socket.on('close', finishSession);
  connection.listen();

  return { idle: () => pendingRequests.whenBelow(1), end: () => socket.end(), closed };
}

/** Returns the parameters of a request as its schema describes them; throws -32602. */
function parseRequestParams(schema: z.ZodType, rawParams: unknown): unknown {
  try {
    return parseParams(schema, rawParams);
  } catch (error) {
    throw error instanceof ParamsError ? invalidParams(error.message) : error;
  }
}

const invalidParams = (message: string) =>
  new ResponseError(INVALID_PARAMS, message, {
    kind: 'invalid',
    remedy: 'Correct the parameter and send it again.',
  });

function stackOf(error: unknown): string | undefined {
  return error instanceof Error ? error.stack : undefined;
}

const messageTypes = { error: 1, warn: 2, info: 3, debug: 4 } as const;

function logMessage({ level, event, fields }: LogLine) {
  const fieldTexts = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  return { type: messageTypes[level], message: [event, ...fieldTexts].join(' ') };
}

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
import { AnswerWriter, createDebt } from './answers.ts';
import { applyEdit } from './applyEdit.ts';
import { createEditorAnswerer } from './editorAnswerer.ts';
import { ending, INVALID_PARAMS, INVALID_REQUEST, NOT_INITIALIZED, ours, toResponse } from './errors.ts';
import type { FramingError, RpcMessage } from './framing.ts';
import { initializeParams, initializeResult } from './initialize.ts';
import { abilitiesOf } from './language/abilities.ts';
import { createDiagnosing } from './language/diagnosing.ts';
import { createDocumentStore } from './language/documents.ts';
import { features } from './language/features.ts';
import { createOutbox } from './outbox.ts';
import { explain, ParamsError, parseParams } from './params.ts';
import type { Call } from './provider.ts';
import { providers } from './providers.ts';
import { GuardedReader } from './reader.ts';
import type { Services } from './services.ts';
import { judge } from './version.ts';

/** Requests that a client may have running: beyond, no more are read from it until some are answered. */
const OWED = 256;
/** What a client that closed its end may still wait for its answers. */
const PATIENCE_MS = 5000;

const METHOD_NOT_FOUND = -32601;

export interface Session {
  /** Resolves when every request is answered and the answers have left. */
  idle(): Promise<void>;
  /** Ends the session once what was written has left. */
  end(): void;
  readonly closed: Promise<void>;
}

/** Serves one client on a connected socket until either side ends it. Never throws for what a client sends. */
export function serve(socket: Duplex, services: Services, log: Log): Session {
  const { promise: closed, resolve: onClosed } = Promise.withResolvers<void>();
  const gone = new AbortController();
  const debt = createDebt();
  const writer = new AnswerWriter(socket, debt);
  const refuse = ({ code, message, id, fatal }: FramingError) => {
    log.warn('message refused', { code, message });
    const written = writer.refuse({ jsonrpc: '2.0', id, error: { code, message } });
    if (fatal) void written.then(() => socket.end());
  };
  const take = ({ method, id }: RpcMessage) => {
    if (method === undefined || id === undefined || id === null) return true;
    if (debt.owe(id)) {
      if (debt.owed() >= OWED) holdBack();
      return true;
    }
    refuse({
      code: INVALID_REQUEST,
      message: `The id ${id} is that of a running request.`,
      id,
      fatal: false,
    });
    return false;
  };
  const holdBack = () => {
    socket.pause();
    void debt.below(OWED).then(() => socket.resume());
  };
  const reader = new GuardedReader(socket, take, refuse);
  const connection: MessageConnection = createMessageConnection(reader, writer, {
    error: (message) => log.warn('rpc', { message }),
    warn: (message) => log.warn('rpc', { message }),
    info: () => undefined,
    log: () => undefined,
  });

  let requests = 0;
  let state: 'new' | 'open' | 'shut' = 'new';
  const undo: (() => void)[] = [];
  let editorAnswerer: Call['editorAnswerer'];

  const notify = createOutbox(socket, connection);
  const store = createDocumentStore();

  const show = (message: string) => notify('window/showMessage', { type: 3, message });

  let abilities = abilitiesOf(undefined);
  const diagnosing = createDiagnosing(
    store.documents,
    services.library,
    (params) => notify('textDocument/publishDiagnostics', params),
    (error) => log.error('diagnostics failed', { message: messageOf(error), stack: stackOf(error) }),
  );
  undo.push(() => diagnosing.close());

  const open = () => {
    state = 'open';
    const told =
      <N extends keyof Notifications>(method: N) =>
      (params: Notifications[N]) =>
        notify(method, params);
    undo.push(services.library.onStatus(told('goldfish/didChangeStatus')));
    undo.push(services.library.onStatus(() => diagnosing.libraryChanged()));
    undo.push(services.settings.onChange(told('goldfish/didChangeSettings')));
    undo.push(
      services.onLogLine((line) => line.level !== 'debug' && notify('window/logMessage', logMessage(line))),
    );
  };

  const initialize = (raw: unknown) => {
    if (state !== 'new') throw new ResponseError(INVALID_REQUEST, 'initialize was already sent.');
    const parsed = initializeParams.safeParse(raw ?? {});
    if (!parsed.success) throw badParams(explain(parsed.error));
    const { processId, clientInfo, initializationOptions, capabilities } = parsed.data;
    abilities = abilitiesOf(capabilities);
    const client = initializationOptions?.goldfish ?? undefined;
    const verdict = judge(services.identity, client);
    log.info('client', { name: clientInfo?.name, build: client?.build, protocol: client?.protocol, verdict });
    if (verdict === 'refuse')
      throw ours(
        'version',
        `This client speaks protocol ${client?.protocol}, the Goldfish daemon ${services.identity.protocol}.`,
        `Update this client: the daemon is ${services.identity.build}.`,
      );
    if (verdict === 'yield') {
      services.stop(`yields to build ${client?.build}`);
      throw ending();
    }
    if (typeof processId === 'number' && processId > 0)
      undo.push(watchProcess(processId, () => socket.destroy()));
    if (client?.answers === true) editorAnswerer = createEditorAnswerer(connection, socket);
    open();
    if (verdict === 'serveOld')
      notify('window/showMessage', {
        type: 2,
        message: `This client of Goldfish (${client?.build}) is older than the running daemon (${services.identity.build}): update it.`,
      });
    return initializeResult(services.identity);
  };

  const dispatch = async (method: string, raw: unknown, token: CancellationToken) => {
    if (method === 'initialize' && !services.draining.aborted) return initialize(raw);
    if (services.draining.aborted) throw ending();
    if (state === 'new') throw new ResponseError(NOT_INITIALIZED, `initialize must come before ${method}.`);
    if (state === 'shut') throw new ResponseError(INVALID_REQUEST, `${method} came after shutdown.`);
    if (method === 'shutdown') {
      state = 'shut';
      return null;
    }
    const provider = providers.get(method);
    if (provider !== undefined) {
      const params = checked(provider.params, raw);
      return run(method, token, (call) => provider.handle(params as never, call, services));
    }
    const feature = features.get(method);
    if (feature === undefined) throw new ResponseError(METHOD_NOT_FOUND, `There is no request ${method}.`);
    const params = checked(feature.params, raw);
    return run(method, token, (call) => {
      const editor = {
        show,
        documents: store.documents,
        abilities,
        apply: applyEdit(connection, call.signal),
      };
      return feature.handle(params as never, { ...call, ...editor }, services);
    });
  };

  const run = async (method: string, token: CancellationToken, work: (call: Call) => Promise<unknown>) => {
    const cancel = new AbortController();
    const listening = token.onCancellationRequested(() => cancel.abort());
    if (token.isCancellationRequested) cancel.abort();
    const signal = AbortSignal.any([cancel.signal, gone.signal, services.cutOff]);
    requests += 1;
    const request = log.with({ request: requests, method });
    const started = performance.now();
    try {
      signal.throwIfAborted();
      return await work({
        signal,
        session: gone.signal,
        ...(editorAnswerer === undefined ? {} : { editorAnswerer }),
        progress: (to, value) => {
          if (to !== undefined && !signal.aborted) notify('$/progress', { token: to, value });
        },
      });
    } catch (error) {
      const response = services.cutOff.aborted ? ending() : toResponse(error, signal);
      if (response.code === -32603)
        request.error('request failed', { message: messageOf(error), stack: stackOf(error) });
      else request.info('request refused', { code: response.code, message: response.message });
      throw response;
    } finally {
      listening.dispose();
      request.debug('request', { ms: Math.round(performance.now() - started) });
    }
  };

  const leave = () => {
    // Whoever closed only its sending end reads this; whoever is gone shows by it, and its requests are aborted.
    if (debt.owed() > 0)
      notify('window/logMessage', {
        type: 4,
        message: 'Goldfish answers what was asked and ends the session.',
      });
    const timer = setTimeout(() => socket.end(), PATIENCE_MS);
    void debt.below(1).then(() => {
      clearTimeout(timer);
      socket.end();
    });
  };

  connection.onRequest(dispatch);
  connection.onNotification((method, params) => {
    if (method === 'exit') leave();
    const changed = state === 'open' ? store.take(method, params) : undefined;
    if (changed !== undefined) diagnosing.changed(changed);
  });
  connection.onError(([error]) => log.debug('connection', { message: messageOf(error) }));
  const finish = () => {
    if (gone.signal.aborted) return;
    gone.abort();
    for (const each of undo) each();
    connection.dispose();
    onClosed();
  };
  // What a vanished client still awaits is dropped with the connection, so no write of it may be left to fail.
  socket.on('error', (error) => log.debug('socket', { message: error.message }));
  socket.on('end', leave);
  socket.on('close', finish);
  connection.listen();

  return { idle: () => debt.below(1), end: () => socket.end(), closed };
}

/** Returns the parameters of a request as its schema describes them; throws -32602. */
function checked(schema: z.ZodType, raw: unknown): unknown {
  try {
    return parseParams(schema, raw);
  } catch (error) {
    throw error instanceof ParamsError ? badParams(error.message) : error;
  }
}

const badParams = (message: string) =>
  new ResponseError(INVALID_PARAMS, message, {
    kind: 'invalid',
    remedy: 'Correct the parameter and send it again.',
  });

function stackOf(error: unknown): string | undefined {
  return error instanceof Error ? error.stack : undefined;
}

const messageTypes = { error: 1, warn: 2, info: 3, debug: 4 } as const;

function logMessage({ level, event, fields }: LogLine) {
  const rest = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  return { type: messageTypes[level], message: [event, ...rest].join(' ') };
}

import type { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import type { ErrorData } from '../../protocol/base.ts';
import { ErrorCodes } from '../../protocol/errors.ts';
import { watchProcess } from '../base/lifetime.ts';
import { createFramer, type FramingError, frame, type RpcMessage } from '../rpc/framing.ts';
import { closeOf, identity, type OpenOptions, openDaemon } from './open.ts';

/** Daemons that may end for a newer one before we give up. */
const ROUNDS = 5;
/** What an editor that closed its end may still wait for its answers. */
const PATIENCE_MS = 5000;

/**
 * `goldfish lsp --stdio`: carries messages between an editor and the daemon, which it starts where none runs.
 * `shutdown` and `exit`, the end of `input` or the death of `processId` end this session and never the daemon.
 * Resolves with the exit code LSP asks for: 0 after `shutdown`, else 1.
 */
export function runLspProxy(options: OpenOptions, input: Readable, output: Writable): Promise<number> {
  const { promise: ended, resolve } = Promise.withResolvers<number>();
  const end = (code: number) => {
    // The editor may keep its end open, which would keep this process.
    input.destroy();
    resolve(code);
  };
  const opening = new AbortController();
  const waiting: RpcMessage[] = [];
  const asked = new Set<string | number>();
  let socket: Socket | undefined;
  /** Sent, and not answered yet: what the editor says after it waits, for it may have to be said to another daemon. */
  let initialize: RpcMessage | undefined;
  let greeted = false;
  let shutdown = false;
  let rounds = 0;
  let ending = false;

  const leave = () => {
    opening.abort();
    const code = shutdown ? 0 : 1;
    if (socket === undefined || socket.destroyed) return end(code);
    socket.once('close', () => end(code));
    socket.end();
  };
  /** Leaves once what was asked is answered, at the latest after `patienceMs`. */
  const finish = (patienceMs: number) => {
    if (ending) return;
    ending = true;
    setTimeout(leave, patienceMs).unref();
    if (asked.size === 0 && waiting.length === 0) leave();
  };

  const toEditor = (message: unknown) => {
    if (output.write(frame(message)) || socket?.isPaused()) return;
    // An editor that does not read holds the daemon back, and not this process's memory.
    socket?.pause();
    output.once('drain', () => socket?.resume());
  };

  const giveUp = (message: string, remedy: string) => {
    const data: ErrorData = { kind: 'unavailable', remedy };
    for (const id of asked)
      toEditor({ jsonrpc: '2.0', id, error: { code: ErrorCodes.unavailable, message, data } });
    process.stderr.write(`goldfish: ${message}\n${remedy}\n`);
    ending = true;
    leave();
  };

  const fromDaemon = (message: RpcMessage) => {
    const answers = message.method === undefined;
    if (answers && initialize !== undefined && message.id === initialize.id) {
      if (message.error?.code === ErrorCodes.ending && rounds < ROUNDS && socket !== undefined) {
        const old = socket;
        socket = undefined;
        void closeOf(old).then(open);
        return;
      }
      initialize = undefined;
      for (const held of waiting.splice(0)) toDaemon(held);
    }
    toEditor(message);
    if (answers && message.id != null) asked.delete(message.id);
    if (ending && asked.size === 0) leave();
  };

  const toDaemon = (message: RpcMessage) => {
    if (socket === undefined || initialize !== undefined) waiting.push(message);
    else socket.write(frame(message));
  };

  async function open(): Promise<void> {
    rounds += 1;
    let next: Socket | undefined;
    try {
      next = await openDaemon({ ...options, signal: opening.signal });
    } catch (error) {
      if (opening.signal.aborted) return;
      const remedy = (error as { data?: ErrorData }).data?.remedy ?? 'See: goldfish doctor';
      return giveUp((error as Error).message, remedy);
    }
    if (next === undefined || opening.signal.aborted) return void next?.destroy();
    const opened = next;
    socket = opened;
    const taken = { onMessage: fromDaemon, onError: () => opened.destroy() };
    opened.on('data', createFramer(taken));
    opened.on('error', () => undefined);
    opened.on('end', () => opened.end());
    opened.on('close', () => {
      if (socket !== opened) return;
      if (ending || shutdown) leave();
      else giveUp('The Goldfish daemon ended.', 'Restart the language server: it starts the daemon again.');
    });
    if (initialize !== undefined) opened.write(frame(initialize));
    else for (const held of waiting.splice(0)) toDaemon(held);
    if (ending && asked.size === 0) leave();
  }

  const greet = (message: RpcMessage) => {
    greeted = true;
    initialize = introduce(message);
    const pid = named(message.params).processId;
    if (typeof pid === 'number' && pid > 0) watchProcess(pid, leave);
    socket?.write(frame(initialize));
  };

  const fromEditor = (message: RpcMessage) => {
    if (message.method !== undefined && message.id != null) asked.add(message.id);
    if (message.method === 'shutdown') shutdown = true;
    if (message.method === 'initialize' && !greeted) greet(message);
    else toDaemon(message);
    if (message.method === 'exit') finish(PATIENCE_MS);
  };

  const refuse = (error: FramingError) => {
    toEditor({ jsonrpc: '2.0', id: error.id, error: { code: error.code, message: error.message } });
    if (error.fatal) finish(PATIENCE_MS);
  };
  input.on('data', createFramer({ onMessage: fromEditor, onError: refuse }));
  input.on('end', () => finish(PATIENCE_MS));
  input.on('close', () => finish(PATIENCE_MS));
  output.on('error', leave);
  void open();
  return ended;
}

/** Adds who we are for an editor that does not say it; what else it says of itself stays. */
function introduce(message: RpcMessage): RpcMessage {
  const params = named(message.params);
  const given = named(params.initializationOptions);
  const goldfish = { ...identity, ...named(given.goldfish) };
  return { ...message, params: { ...params, initializationOptions: { ...given, goldfish } } };
}

function named(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

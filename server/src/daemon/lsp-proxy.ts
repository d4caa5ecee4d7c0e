import type { Socket } from 'node:net';
import { ErrorCodes, type ErrorData } from '../../protocol/base.ts';
import { watchProcess } from '../base/lifetime.ts';
import { createFramer, frame } from '../rpc/framing.ts';
import { closeOf, identity, type OpenOptions, openDaemon } from './open.ts';

type Message = {
  readonly id?: string | number | null;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly code: number };
};

const ROUNDS = 5;

/**
 * `goldfish lsp --stdio`: carries messages between an editor and the daemon, which it starts where none runs.
 * `shutdown` and `exit`, the end of `input` or the death of `processId` end this session and never the daemon.
 * Resolves with the exit code LSP asks for: 0 after `shutdown`, else 1.
 */
export function runLspProxy(
  options: OpenOptions,
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
): Promise<number> {
  const { promise: ended, resolve: end } = Promise.withResolvers<number>();
  const waiting: Message[] = [];
  const asked = new Set<string | number>();
  let socket: Socket | undefined;
  let initialize: Message | undefined;
  let shutdown = false;
  let rounds = 0;
  let ending = false;

  const finish = () => {
    if (ending) return;
    ending = true;
    const code = shutdown ? 0 : 1;
    if (socket === undefined || socket.destroyed) return end(code);
    socket.once('close', () => end(code));
    socket.end();
  };

  const toEditor = (message: unknown) => output.write(frame(message));

  const refuse = (message: string, remedy: string) => {
    const data: ErrorData = { kind: 'unavailable', remedy };
    for (const id of asked)
      toEditor({ jsonrpc: '2.0', id, error: { code: ErrorCodes.unavailable, message, data } });
    asked.clear();
    process.stderr.write(`goldfish: ${message}\n${remedy}\n`);
    finish();
  };

  const fromDaemon = (message: Message) => {
    const answersInitialize =
      initialize !== undefined && message.id === initialize.id && message.method === undefined;
    if (
      answersInitialize &&
      message.error?.code === ErrorCodes.ending &&
      rounds < ROUNDS &&
      socket !== undefined
    ) {
      const old = socket;
      void closeOf(old).then(open);
      return;
    }
    if (answersInitialize) initialize = undefined;
    if (message.method === undefined && message.id != null) asked.delete(message.id);
    toEditor(message);
  };

  const toDaemon = (message: Message) => {
    if (socket === undefined) waiting.push(message);
    else socket.write(frame(message));
  };

  async function open(): Promise<void> {
    rounds += 1;
    socket = undefined;
    try {
      const next = await openDaemon(options);
      if (next === undefined || ending) return void next?.destroy();
      socket = next;
      next.on(
        'data',
        createFramer({
          onMessage: (message) => fromDaemon(message as Message),
          onError: () => next.destroy(),
        }),
      );
      next.on('error', () => undefined);
      next.on('end', () => next.end());
      next.on('close', () => {
        if (socket !== next) return;
        if (ending || shutdown) finish();
        else
          refuse(
            'The Goldfish daemon ended.',
            'Restart the language server: the daemon is started again with it.',
          );
      });
      if (initialize !== undefined && rounds > 1) next.write(frame(initialize));
      for (const message of waiting.splice(0)) next.write(frame(message));
    } catch (error) {
      refuse(
        (error as Error).message,
        (error as { data?: ErrorData }).data?.remedy ?? 'See: goldfish doctor',
      );
    }
  }

  const fromEditor = (message: Message) => {
    if (message.method !== undefined && message.id != null) asked.add(message.id);
    if (message.method === 'initialize') {
      const introduced = introduce(message);
      initialize = introduced;
      const pid = message.params?.processId;
      if (typeof pid === 'number' && pid > 0) watchProcess(pid, finish);
      return toDaemon(introduced);
    }
    if (message.method === 'shutdown') shutdown = true;
    toDaemon(message);
    if (message.method === 'exit') finish();
  };

  const refused = (error: { code: number; message: string; fatal: boolean }) => {
    toEditor({ jsonrpc: '2.0', id: null, error: { code: error.code, message: error.message } });
    if (error.fatal) finish();
  };
  input.on(
    'data',
    createFramer({ onMessage: (message) => fromEditor(message as Message), onError: refused }),
  );
  input.on('end', finish);
  input.on('close', finish);
  output.on('error', finish);
  void open();
  return ended;
}

/** Adds who we are for an editor that does not say it. */
function introduce(message: Message): Message {
  const options = message.params?.initializationOptions;
  const given = typeof options === 'object' && options !== null ? options : {};
  if ('goldfish' in given) return message;
  return {
    ...message,
    params: { ...message.params, initializationOptions: { ...given, goldfish: identity } },
  };
}

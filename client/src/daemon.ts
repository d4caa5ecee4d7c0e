import { Disposable, type Event, EventEmitter, type LogOutputChannel } from 'vscode';
import { type Executable, LanguageClient, State } from 'vscode-languageclient/node';
import type { Method, Notifications, Params, Result } from '../../server/protocol/methods.ts';

/** The daemon as the extension's parts see it. It is reached on first use. */
export interface Daemon {
  client(): Promise<LanguageClient>;
  request<M extends Method>(method: M, params: Params<M>): Promise<Result<M>>;
  on<N extends keyof Notifications>(method: N, listener: (params: Notifications[N]) => void): Disposable;
  readonly onGone: Event<void>;
  stop(): Promise<void>;
}

/** Where links to moments are looked for. */
const NOTES = ['markdown', 'plaintext', 'org', 'mdx'].map((language) => ({ scheme: 'file', language }));

const HEARD: readonly (keyof Notifications)[] = ['goldfish/didChangeStatus', 'goldfish/didChangeSettings'];

/** Keeps one language client, and starts a new one when it is needed after the last ended. */
export function createDaemon(launch: () => Promise<Executable>, log: LogOutputChannel): Daemon {
  const gone = new EventEmitter<void>();
  const listeners = new Set<{ readonly method: string; readonly listener: (params: never) => void }>();
  let running: Promise<LanguageClient> | undefined;

  const start = async () => {
    const client = new LanguageClient('goldfish', 'Goldfish', await launch(), {
      documentSelector: NOTES,
      outputChannel: log,
      // A daemon that ended is started again by the next request, not by the client's own retries.
      errorHandler: {
        error: () => ({ action: 2 }),
        closed: () => ({ action: 1, handled: true }),
      },
      initializationFailedHandler: () => false,
    });
    for (const heard of HEARD)
      client.onNotification(heard, (params: unknown) => {
        for (const { method, listener } of listeners) if (method === heard) listener(params as never);
      });
    client.onDidChangeState(({ newState }) => {
      if (newState !== State.Stopped) return;
      running = undefined;
      gone.fire();
    });
    await client.start();
    return client;
  };

  const client = () => {
    running ??= start().catch((error) => {
      running = undefined;
      throw error;
    });
    return running;
  };

  return {
    client,
    request: async (method, params) => (await client()).sendRequest(method, params),
    on(method, listener) {
      const entry = { method, listener };
      listeners.add(entry);
      return new Disposable(() => listeners.delete(entry));
    },
    onGone: gone.event,
    async stop() {
      const stopping = await running?.catch(() => undefined);
      running = undefined;
      await stopping?.dispose();
    },
  };
}

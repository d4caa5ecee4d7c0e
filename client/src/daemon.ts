import {
  type CancellationToken,
  Disposable,
  type DocumentLink,
  type Event,
  EventEmitter,
  Location,
  type LogOutputChannel,
  type SymbolInformation,
  Uri,
} from 'vscode';
import type { Executable, LanguageClient } from 'vscode-languageclient/node';
import type { ErrorData } from '../../server/protocol/base.ts';
import { ErrorCodes } from '../../server/protocol/errors.ts';
import type {
  ClientParams,
  ClientResult,
  Method,
  Notifications,
  Params,
  Result,
} from '../../server/protocol/methods.ts';

export interface RequestOptions {
  readonly token?: CancellationToken;
  /** Receives each `$/progress` value of the partialResultToken created for this request. */
  readonly onPartial?: (value: unknown) => void;
}

/** Streams the text of an answer. */
export type Stream = (value: unknown) => void;

export type ServeAnswer = (
  params: ClientParams<'goldfish/editor/answer'>,
  stream: Stream,
  token: CancellationToken,
) => Promise<ClientResult<'goldfish/editor/answer'>>;

/** Reports why the editor's model did not answer. The daemon shows message and remedy to the user. */
export class EditorModelError extends Error {
  readonly remedy: string;
  constructor(message: string, remedy: string) {
    super(message);
    this.remedy = remedy;
  }
}

/** Returns the code of an error response, or undefined for other errors. */
export function codeOf(error: unknown): number | undefined {
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'number' ? code : undefined;
}

/** Connects the extension to the daemon, on first use. */
export interface Daemon {
  /** Connects to the daemon. Starts it if it is not running. */
  ensureRunning(): Promise<void>;
  /** Sends a request without type checks. */
  send(method: string, params: object, options?: RequestOptions): Promise<unknown>;
  request<M extends Method>(method: M, params: Params<M>, options?: RequestOptions): Promise<Result<M>>;
  on<N extends keyof Notifications>(method: N, listener: (params: Notifications[N]) => void): Disposable;
  /** Fires when a session has started. */
  readonly onReady: Event<void>;
  readonly onGone: Event<void>;
  stop(): Promise<void>;
}

export interface DaemonDeps {
  /** Returns how to start the language server. */
  readonly launch: () => Promise<Executable>;
  readonly log: LogOutputChannel;
  /** Answers a question with the editor's language model. */
  readonly answer: ServeAnswer;
}

const noteLanguages = ['markdown', 'plaintext', 'org', 'mdx'].map((language) => ({
  scheme: 'file',
  language,
}));

/** Selects the documents with links to moments, and subtitle files. */
export const NOTE_SELECTOR = [...noteLanguages, { scheme: 'file', pattern: '**/*.{srt,vtt}' }];

const FORWARDED_NOTIFICATIONS: readonly (keyof Notifications)[] = [
  'goldfish/didChangeStatus',
  'goldfish/didChangePlaying',
  'goldfish/didChangeSettings',
  'goldfish/didMatchAlert',
];

/** Makes a link to a moment play it on the page, because the editor ignores times in video links. */
function toPlayerLink(link: DocumentLink): DocumentLink {
  const { target } = link;
  if (target?.scheme !== 'file' || !/^t=/.test(target.fragment)) return link;
  const commandArguments = encodeURIComponent(
    JSON.stringify([`${target.with({ fragment: '' })}#${target.fragment}`]),
  );
  link.target = Uri.parse(`command:goldfish.openAt?${commandArguments}`);
  return link;
}

/** Names the URI scheme of moments in symbols. A `file:` URI would open in the editor's own player, at the start. */
export const MOMENT_SCHEME = 'goldfish';

/** Makes a symbol open its moment in Goldfish's player, at its time. */
function toPlayerSymbol(symbol: SymbolInformation): SymbolInformation {
  const { uri, range } = symbol.location;
  symbol.location = new Location(uri.with({ scheme: MOMENT_SCHEME }), range);
  return symbol;
}

/** Creates the connection. It uses one language client and starts a new one when needed after the last has ended. */
export function createDaemon({ launch, log, answer }: DaemonDeps): Daemon {
  const readyEmitter = new EventEmitter<void>();
  const goneEmitter = new EventEmitter<void>();
  const listeners = new Set<{ readonly method: string; readonly listener: (params: never) => void }>();
  let clientPromise: Promise<LanguageClient> | undefined;
  let requestCount = 0;
  const loadClientLibrary = () => import('./language-client.ts');

  const start = async () => {
    const { LanguageClient, ProgressType, ResponseError, State } = await loadClientLibrary();
    const progress = new ProgressType<unknown>();
    const client = new LanguageClient('goldfish', 'Goldfish', await launch(), {
      documentSelector: NOTE_SELECTOR,
      outputChannel: log,
      initializationOptions: { goldfish: { answers: true } },
      middleware: {
        async provideDocumentLinks(document, token, next): Promise<DocumentLink[] | null | undefined> {
          return (await next(document, token))?.map(toPlayerLink);
        },
        async provideWorkspaceSymbols(query, token, next): Promise<SymbolInformation[] | null | undefined> {
          return (await next(query, token))?.map(toPlayerSymbol);
        },
      },
      // The next request restarts an ended daemon, not the client's own retries.
      errorHandler: {
        error: () => ({ action: 2 }),
        closed: () => ({ action: 1, handled: true }),
      },
      initializationFailedHandler: () => false,
    });
    for (const notification of FORWARDED_NOTIFICATIONS)
      client.onNotification(notification, (params: unknown) => {
        for (const { method, listener } of listeners) if (method === notification) listener(params as never);
      });
    client.onRequest(
      'goldfish/editor/answer',
      async (params: Parameters<ServeAnswer>[0], token: CancellationToken) => {
        const progressToken = params.partialResultToken ?? '';
        try {
          return await answer(
            params,
            (value) => void client.sendProgress(progress, progressToken, value),
            token,
          );
        } catch (error) {
          const { message, remedy = '' } = error as EditorModelError;
          const data: ErrorData = { kind: 'unavailable', remedy };
          throw new ResponseError(ErrorCodes.unavailable, message, data);
        }
      },
    );
    client.onDidChangeState(({ newState }) => {
      if (newState !== State.Stopped) return;
      clientPromise = undefined;
      goneEmitter.fire();
    });
    await client.start();
    readyEmitter.fire();
    return client;
  };

  const getClient = () => {
    clientPromise ??= start().catch((error) => {
      clientPromise = undefined;
      throw error;
    });
    return clientPromise;
  };

  const send = async (method: string, params: object, { token, onPartial }: RequestOptions = {}) => {
    const session = await getClient();
    // Without a token, leave out the argument: `undefined` would be sent as a second parameter.
    const tokenArgument = token === undefined ? [] : [token];
    if (onPartial === undefined) return session.sendRequest<unknown>(method, params, ...tokenArgument);
    const { ProgressType } = await loadClientLibrary();
    requestCount += 1;
    const partialResultToken = `request-${requestCount}`;
    const progressListener = session.onProgress(new ProgressType<unknown>(), partialResultToken, onPartial);
    try {
      return await session.sendRequest<unknown>(method, { ...params, partialResultToken }, ...tokenArgument);
    } finally {
      progressListener.dispose();
    }
  };

  return {
    ensureRunning: async () => void (await getClient()),
    send,
    request: async <M extends Method>(method: M, params: Params<M>, options?: RequestOptions) =>
      (await send(method, params, options)) as Result<M>,
    on(method, listener) {
      const entry = { method, listener };
      listeners.add(entry);
      return new Disposable(() => listeners.delete(entry));
    },
    onReady: readyEmitter.event,
    onGone: goneEmitter.event,
    async stop() {
      const runningClient = await clientPromise?.catch(() => undefined);
      clientPromise = undefined;
      await runningClient?.dispose();
    },
  };
}

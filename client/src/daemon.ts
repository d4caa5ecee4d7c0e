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
  /** Called with each value of `$/progress` on a partialResultToken made for this request. */
  readonly onPartial?: (value: unknown) => void;
}

/** Sends text of an answer on as it comes. */
export type Stream = (value: unknown) => void;

export type ServeAnswer = (
  params: ClientParams<'goldfish/editor/answer'>,
  stream: Stream,
  token: CancellationToken,
) => Promise<ClientResult<'goldfish/editor/answer'>>;

/** Why the editor's model did not answer; the daemon tells both to the person. */
export class EditorModelError extends Error {
  readonly remedy: string;
  constructor(message: string, remedy: string) {
    super(message);
    this.remedy = remedy;
  }
}

/** The code of an error that the daemon answered with. */
export function codeOf(error: unknown): number | undefined {
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'number' ? code : undefined;
}

/** The daemon as the extension's parts see it. It is reached on first use. */
export interface Daemon {
  /** Reaches it, and starts it where none runs. */
  ensureRunning(): Promise<void>;
  /** A request whose types are not known here. */
  send(method: string, params: object, options?: RequestOptions): Promise<unknown>;
  request<M extends Method>(method: M, params: Params<M>, options?: RequestOptions): Promise<Result<M>>;
  on<N extends keyof Notifications>(method: N, listener: (params: Notifications[N]) => void): Disposable;
  /** Each time a session has begun. */
  readonly onReady: Event<void>;
  readonly onGone: Event<void>;
  stop(): Promise<void>;
}

export interface DaemonDeps {
  /** How the language server is started. */
  readonly launch: () => Promise<Executable>;
  readonly log: LogOutputChannel;
  /** Answers with the editor's own language model. */
  readonly answer: ServeAnswer;
}

const noteLanguages = ['markdown', 'plaintext', 'org', 'mdx'].map((language) => ({
  scheme: 'file',
  language,
}));

/** Where links to moments are looked for, and files of timed text. */
export const NOTE_SELECTOR = [...noteLanguages, { scheme: 'file', pattern: '**/*.{srt,vtt}' }];

const FORWARDED_NOTIFICATIONS: readonly (keyof Notifications)[] = [
  'goldfish/didChangeStatus',
  'goldfish/didChangeSettings',
];

/** A link to a moment plays it in our page: the editor itself knows nothing of times in videos. */
function toPlayerLink(link: DocumentLink): DocumentLink {
  const { target } = link;
  if (target?.scheme !== 'file' || !/^t=/.test(target.fragment)) return link;
  const commandArguments = encodeURIComponent(
    JSON.stringify([`${target.with({ fragment: '' })}#${target.fragment}`]),
  );
  link.target = Uri.parse(`command:goldfish.openAt?${commandArguments}`);
  return link;
}

/** Scheme of a moment's address among symbols: a `file:` one would open in the editor's own player, at the start. */
export const MOMENT_SCHEME = 'goldfish';

/** A symbol of a moment opens it in our player at its second. */
function toPlayerSymbol(symbol: SymbolInformation): SymbolInformation {
  const { uri, range } = symbol.location;
  symbol.location = new Location(uri.with({ scheme: MOMENT_SCHEME }), range);
  return symbol;
}

/** Keeps one language client, and starts a new one when it is needed after the last ended. */
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
      // A daemon that ended is started again by the next request, not by the client's own retries.
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
    // Left out where there is none: `undefined` would go over the wire as a second parameter.
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

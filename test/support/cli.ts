import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import type { Method, Params, Result } from '../../server/protocol/methods.ts';
import type { Status } from '../../server/protocol/status.ts';
import { runCommandLine } from '../../server/src/cli/main.ts';
import type { Client, ConnectOptions, RequestOptions } from '../../server/src/daemon/connect.ts';
import { tempFolder } from './temp-folder.ts';

export type Answers = Partial<{
  [M in Method]: Result<M> | Error | ((params: Params<M>, onPartial?: (value: unknown) => void) => Result<M>);
}>;

export interface Call {
  readonly method: Method;
  readonly params: unknown;
}

/** What a daemon says that nobody has changed anything of. */
const standard: Answers = { 'goldfish/settings/get': { settings: {} } };

/** Where the user of these command lines stands; its data folder is `data` below it. */
export const home = tempFolder();

/** A command line at work on a daemon that answers as told. */
export interface CommandLine {
  readonly calls: readonly Call[];
  readonly connections: readonly ConnectOptions[];
  /** Resolves when this text has been printed on stdout. */
  printed(text: string): Promise<void>;
  /** As Ctrl-C. */
  interrupt(): void;
  tell(status: Status): void;
  /** The daemon goes away. */
  lose(): void;
  readonly ended: Promise<{ readonly code: number; readonly out: string; readonly err: string }>;
}

/**
 * Starts a command line; without `--data-dir` in it, it is given one of its own. `typed`: it stands on a terminal, where
 * a person types this and no more. `variables`: its environment, beside the standard ones.
 */
export function commandLine(
  argv: readonly string[],
  answers: Answers = {},
  typed?: string,
  variables: NodeJS.ProcessEnv = {},
): CommandLine {
  const calls: Call[] = [];
  const connections: ConnectOptions[] = [];
  const out = new PassThrough({ encoding: 'utf8' });
  const err = new PassThrough({ encoding: 'utf8' });
  const input = Object.assign(new PassThrough(), { isTTY: true });
  if (typed !== undefined) {
    Object.assign(err, { isTTY: true, columns: 200 });
    input.end(typed);
  }
  const texts = { out: '', err: '' };
  const waiting = new Set<() => void>();
  out.on('data', (text: string) => {
    texts.out += text;
    for (const look of waiting) look();
  });
  err.on('data', (text: string) => {
    texts.err += text;
  });
  const interrupted = new AbortController();
  const gone = Promise.withResolvers<void>();
  const listeners = new Set<(status: Status) => void>();
  const client: Client = {
    async request<M extends Method>(method: M, params: Params<M>, options?: RequestOptions) {
      options?.signal?.throwIfAborted();
      calls.push({ method, params: JSON.parse(JSON.stringify(params)) });
      if (method === 'goldfish/stop') gone.resolve();
      const answer = method in answers ? answers[method] : standard[method];
      if (answer instanceof Error) throw answer;
      if (answer === undefined) throw new Error(`no answer for ${method}`);
      return (typeof answer === 'function' ? answer(params, options?.onPartial) : answer) as Result<M>;
    },
    daemon: { protocol: 1, build: 'test' },
    on: () => () => {},
    onStatus: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onLog: () => () => {},
    closed: gone.promise,
    close: () => Promise.resolve(),
  };
  const own = argv.some((argument) => argument.startsWith('--data-dir'));
  const code = runCommandLine(own ? argv : ['--data-dir', join(home, 'data'), ...argv], {
    out,
    err,
    input: typed === undefined ? undefined : input,
    env: { npm_lifecycle_event: 'goldfish', INIT_CWD: home, ...variables },
    cwd: '/elsewhere',
    signal: interrupted.signal,
    connect: (options) => {
      connections.push(options);
      return Promise.resolve(client);
    },
  });
  return {
    calls,
    connections,
    printed: (text) =>
      new Promise((done) => {
        const look = () => {
          if (!texts.out.includes(text)) return;
          waiting.delete(look);
          done();
        };
        waiting.add(look);
        look();
      }),
    interrupt: () => interrupted.abort(),
    tell: (status) => {
      for (const listener of listeners) listener(status);
    },
    lose: () => gone.resolve(),
    ended: code.then((exit) => ({ code: exit, ...texts })),
  };
}

/** Runs a command line to its end. */
export async function runToEnd(
  argv: readonly string[],
  answers: Answers = {},
  typed?: string,
  variables: NodeJS.ProcessEnv = {},
) {
  const line = commandLine(argv, answers, typed, variables);
  return { ...(await line.ended), calls: line.calls, connections: line.connections };
}

import { resolve } from 'node:path';
import type { WriteStream } from 'node:tty';
import { defaultDataDir, demoDataDir, userWorkingDirectory } from '../base/paths.ts';
import type { Client, ConnectOptions } from '../daemon/connect.ts';
import { CommandError, ExitCodes, toUnreachableError } from './cli-failure.ts';

/** Where text goes: a terminal, a file or a pipe. */
export type OutputStream = NodeJS.WritableStream &
  Partial<Pick<WriteStream, 'isTTY' | 'columns' | 'hasColors'>>;

/** Finds or starts the daemon of a data folder. Undefined: none runs and none was to be started. */
export type Connect = (options: ConnectOptions) => Promise<Client | undefined>;

/** What a person types, where there is one. */
export type InputStream = NodeJS.ReadableStream & { readonly isTTY?: boolean };

/** What a command is given beside its arguments. */
export interface CommandContext {
  readonly out: OutputStream;
  readonly err: OutputStream;
  readonly input?: InputStream;
  readonly env: NodeJS.ProcessEnv;
  readonly json: boolean;
  /** Absolute. */
  readonly dataDir: string;
  /** Aborted by the first Ctrl-C, SIGTERM or SIGHUP. */
  readonly signal: AbortSignal;
  /** A path as the user meant it, absolute. */
  resolvePath(path: string): string;
  /** Connects to the data folder's daemon, starting one where none runs. */
  client(options?: Pick<ConnectOptions, 'tied'>): Promise<Client>;
  /** The daemon's client where one runs. */
  runningClient(options?: Pick<ConnectOptions, 'onEnded'>): Promise<Client | undefined>;
  connect: Connect;
}

export interface GlobalOptions {
  readonly json?: boolean;
  readonly dataDir?: string;
  readonly demo?: boolean;
}

/** Streams, environment and connection: the process's own, or a test's. */
export interface CliEnvironment {
  readonly out: OutputStream;
  readonly err: OutputStream;
  readonly input?: InputStream;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly connect: Connect;
  readonly signal: AbortSignal;
}

export function createCommandContext(environment: CliEnvironment, options: GlobalOptions): CommandContext {
  const { out, err, input, env, signal, connect } = environment;
  const workingDirectory = userWorkingDirectory(env, environment.cwd);
  const resolvePath = (path: string) => resolve(workingDirectory, path);
  const dataDir = options.dataDir
    ? resolvePath(options.dataDir)
    : options.demo
      ? demoDataDir()
      : defaultDataDir(env);
  const connectOrFail: Connect = async (connectOptions) => {
    try {
      return await connect(connectOptions);
    } catch (error) {
      signal.throwIfAborted();
      throw toUnreachableError(error);
    }
  };
  return {
    out,
    err,
    input,
    env,
    signal,
    connect,
    resolvePath,
    dataDir,
    json: options.json === true,
    runningClient: (connectOptions) => connectOrFail({ ...connectOptions, dataDir, start: false, signal }),
    client: async (connectOptions) => {
      const client = await connectOrFail({ ...connectOptions, dataDir, signal });
      if (client) return client;
      throw new CommandError(
        'unavailable',
        `No daemon for ${dataDir} could be started.`,
        'Run "goldfish doctor".',
        ExitCodes.daemon,
      );
    },
  };
}

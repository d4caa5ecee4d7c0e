import { resolve } from 'node:path';
import type { WriteStream } from 'node:tty';
import { defaultDataDir, demoDataDir, userWorkingDirectory } from '../base/paths.ts';
import type { Client, ConnectOptions } from '../daemon/connect.ts';
import { CommandError, ExitCodes, toUnreachableError } from './cli-failure.ts';

/** Describes an output: a terminal, a file or a pipe. */
export type OutputStream = NodeJS.WritableStream &
  Partial<Pick<WriteStream, 'isTTY' | 'columns' | 'hasColors'>>;

/** Finds or starts the daemon of a data folder. Returns undefined if none runs and `start` is false. */
export type Connect = (options: ConnectOptions) => Promise<Client | undefined>;

/** Describes standard input. `isTTY` is true if a person can type. */
export type InputStream = NodeJS.ReadableStream & { readonly isTTY?: boolean };

/** Holds what a command receives besides its arguments. */
export interface CommandContext {
  readonly out: OutputStream;
  readonly err: OutputStream;
  readonly input?: InputStream;
  readonly env: NodeJS.ProcessEnv;
  readonly json: boolean;
  /** An absolute path. */
  readonly dataDir: string;
  /** Aborted by the first Ctrl-C, SIGTERM or SIGHUP. */
  readonly signal: AbortSignal;
  /** Resolves a path against the user's working directory. */
  resolvePath(path: string): string;
  /** Connects to the data folder's daemon. Starts it if it is not running. */
  client(options?: Pick<ConnectOptions, 'tied'>): Promise<Client>;
  /** Connects to the data folder's daemon. Returns undefined if it is not running. */
  runningClient(options?: Pick<ConnectOptions, 'onEnded' | 'stops'>): Promise<Client | undefined>;
  connect: Connect;
}

export interface GlobalOptions {
  readonly json?: boolean;
  readonly dataDir?: string;
  readonly demo?: boolean;
}

/** Bundles streams, environment and connection, either the process's own or those of a test. */
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
        `The daemon for ${dataDir} could not be started.`,
        'Run "goldfish doctor".',
        ExitCodes.daemon,
      );
    },
  };
}

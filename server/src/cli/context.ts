import { resolve } from 'node:path';
import type { WriteStream } from 'node:tty';
import { demoDataDir, standardDataDir, standingIn } from '../base/places.ts';
import type { Client, OpenOptions } from '../daemon/connect.ts';
import { CommandError, ExitCodes, unreached } from './failure.ts';

/** Where text goes: a terminal, a file or a pipe. */
export type Out = NodeJS.WritableStream & Partial<Pick<WriteStream, 'isTTY' | 'columns' | 'hasColors'>>;

/** Finds or starts the daemon of a data folder. Undefined: none runs and none was to be started. */
export type Connect = (options: OpenOptions) => Promise<Client | undefined>;

/** What a person types, where there is one. */
export type In = NodeJS.ReadableStream & { readonly isTTY?: boolean };

/** What a command is given beside its arguments. */
export interface Context {
  readonly out: Out;
  readonly err: Out;
  readonly input?: In;
  readonly env: NodeJS.ProcessEnv;
  readonly json: boolean;
  /** Absolute. */
  readonly dataDir: string;
  /** Aborted by the first Ctrl-C, SIGTERM or SIGHUP. */
  readonly signal: AbortSignal;
  /** A path as the user meant it, absolute. */
  path(given: string): string;
  /** Connects to the data folder's daemon, starting one where none runs. */
  client(options?: Pick<OpenOptions, 'tied'>): Promise<Client>;
  /** The daemon's client where one runs. */
  runningClient(options?: Pick<OpenOptions, 'onEnded'>): Promise<Client | undefined>;
  connect: Connect;
}

export interface GlobalOptions {
  readonly json?: boolean;
  readonly dataDir?: string;
  readonly demo?: boolean;
}

/** Streams, environment and connection: the process's own, or a test's. */
export interface Surroundings {
  readonly out: Out;
  readonly err: Out;
  readonly input?: In;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly connect: Connect;
  readonly signal: AbortSignal;
}

export function contextOf(surroundings: Surroundings, options: GlobalOptions): Context {
  const { out, err, input, env, signal, connect } = surroundings;
  const base = standingIn(env, surroundings.cwd);
  const path = (given: string) => resolve(base, given);
  const dataDir = options.dataDir
    ? path(options.dataDir)
    : options.demo
      ? demoDataDir()
      : standardDataDir(env);
  const reach: Connect = async (asked) => {
    try {
      return await connect(asked);
    } catch (thrown) {
      signal.throwIfAborted();
      throw unreached(thrown);
    }
  };
  return {
    out,
    err,
    input,
    env,
    signal,
    connect,
    path,
    dataDir,
    json: options.json === true,
    runningClient: (asked) => reach({ ...asked, dataDir, start: false, signal }),
    client: async (asked) => {
      const client = await reach({ ...asked, dataDir, signal });
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

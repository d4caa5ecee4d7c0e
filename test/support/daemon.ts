import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chownSync,
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  symlinkSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { connectTo, type IndependentClient } from './independent-client.ts';
import { nodeForAnyUser } from './node-for-any-user.ts';
import { endWithTests, markedEnv } from './started.ts';
import { tempFolder } from './temp-folder.ts';

const root = tempFolder();
export const bundle = join(import.meta.dirname, '../../dist/goldfish.mjs');
export const build = readFileSync(join(import.meta.dirname, '../../dist/build.txt'), 'utf8').trim();

/** An environment in which nothing of the user's is touched: own home, own runtime folder. */
export function sandbox() {
  const folder = mkdtempSync(join(root, 'd'));
  const dataDir = join(folder, 'data');
  const runtime = join(folder, 'run');
  mkdirSync(runtime, { mode: 0o700 });
  const env: NodeJS.ProcessEnv = {
    ...markedEnv,
    PATH: process.env.PATH,
    HOME: folder,
    XDG_RUNTIME_DIR: runtime,
    XDG_DATA_HOME: join(folder, 'share'),
    XDG_CACHE_HOME: join(folder, 'cache'),
  };
  return { folder, dataDir, runtime, env };
}

/** Stands in for another build: the same bundle under another name. Returns its entry file. */
export function otherBuild({ folder }: Sandbox, name: string): string {
  const app = dirname(dirname(bundle));
  const other = join(folder, 'other/dist');
  cpSync(dirname(bundle), other, { recursive: true });
  for (const beside of ['node_modules', 'models', 'package.json'])
    symlinkSync(join(app, beside), join(folder, 'other', beside));
  for (const file of globSync('*.mjs', { cwd: other })) {
    const path = join(other, file);
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll(build, name));
  }
  return join(other, 'goldfish.mjs');
}

export type Sandbox = ReturnType<typeof sandbox>;

/** Runs `goldfish ...` to its end. */
export async function goldfish({ dataDir, env, folder }: Sandbox, ...args: readonly string[]) {
  const child = endWithTests(
    spawn(process.execPath, [bundle, ...args, '--data-dir', dataDir], {
      env,
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (text) => {
    stdout += text;
  });
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

export interface RunningDaemon {
  readonly child: ChildProcess;
  readonly exit: Promise<number | string>;
  /** A client after `initialize`; ended with the daemon. */
  client(): Promise<IndependentClient>;
}

/** Who runs a daemon, and through which program, such as `ip netns exec NAME`. */
interface DaemonPlace {
  readonly user?: number | undefined;
  readonly prefix?: readonly string[];
}

/** Runs a daemon as a child, as another `user` where one is named, and resolves when it listens. */
export async function startDaemon(
  { dataDir, env, user, prefix = [] }: Sandbox & DaemonPlace,
  ...args: readonly string[]
): Promise<RunningDaemon> {
  mkdirSync(dataDir, { recursive: true });
  if (user !== undefined) chownSync(dataDir, user, user);
  const node = user === undefined ? process.execPath : nodeForAnyUser();
  const [program = node, ...rest] = [...prefix, node, bundle, 'daemon', '--data-dir', dataDir, ...args];
  const child = endWithTests(
    spawn(program, rest, {
      env,
      ...(user === undefined ? {} : { uid: user, gid: user }),
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
  // Passed on, not inherited: a daemon that outlives its test would keep the runner's pipes open.
  child.stdout.pipe(process.stdout, { end: false });
  child.stderr.pipe(process.stderr, { end: false });
  const exit = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | string);
  const endpoint = join(dataDir, 'daemon.json');
  const isOurs = () => existsSync(endpoint) && endpointOf(dataDir).pid === child.pid;
  const watcher = watch(dataDir);
  const late = exit.then((code) => {
    throw new Error(`the daemon ended with ${code}`);
  });
  late.catch(() => undefined);
  try {
    while (!isOurs()) await Promise.race([once(watcher, 'change'), late]);
  } finally {
    watcher.close();
  }
  return {
    child,
    exit,
    async client() {
      const { client } = await connectTo(dataDir);
      await client.initialize();
      client.notify('initialized');
      return client;
    },
  };
}

export function endpointOf(dataDir: string): {
  socket: string;
  pid: number;
  build: string;
  protocol: number;
} {
  return JSON.parse(readFileSync(join(dataDir, 'daemon.json'), 'utf8'));
}

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { bundle, type Sandbox } from './daemon.ts';
import { endWithTests } from './started.ts';

export interface WorkerProcess {
  readonly child: ChildProcess;
  /** Everything it wrote to stderr. */
  readonly lines: () => string;
  /** Resolves with the exit code when it has ended by itself. */
  readonly exit: Promise<number | null>;
  kill(): Promise<void>;
  /** Sends SIGTERM and resolves with the exit code. */
  end(): Promise<number | null>;
}

/** Runs `goldfish worker`. */
export function runWorkerProcess(
  { env, folder }: Pick<Sandbox, 'env' | 'folder'>,
  args: readonly string[],
  { prefix = [], token = '' }: { readonly prefix?: readonly string[]; readonly token?: string } = {},
): WorkerProcess {
  const [program = process.execPath, ...rest] = [...prefix, process.execPath, bundle, 'worker', ...args];
  const child = endWithTests(
    spawn(program, rest, {
      env: { ...env, GOLDFISH_WORKER_TOKEN: token },
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
  let text = '';
  child.stderr.on('data', (data) => {
    text += data;
  });
  child.stdout.resume();
  const exit = once(child, 'close') as Promise<[number | null]>;
  return {
    child,
    lines: () => text,
    exit: exit.then(([code]) => code),
    async kill() {
      child.kill('SIGKILL');
      await exit;
    },
    async end() {
      child.kill('SIGTERM');
      const [code] = await exit;
      return code;
    },
  };
}

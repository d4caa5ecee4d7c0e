import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { endWithTests } from '../support/started.ts';
import type { SoakOptions } from './soak-world.ts';

export interface SoakProcess {
  readonly child: ChildProcess;
  readonly exited: Promise<unknown>;
  kill(signal?: NodeJS.Signals): Promise<void>;
}

/** Runs a program of a soak run, on a host. Its lines on stdout go to `onLine`. */
export function startSoakProcess(
  name: 'soak-daemon' | 'soak-worker' | 'soak-index',
  options: SoakOptions,
  prefix: readonly string[],
  onLine: (line: string) => void,
): SoakProcess {
  const file = join(import.meta.dirname, `${name}.ts`);
  const [program = process.execPath, ...args] = [...prefix, process.execPath, file, JSON.stringify(options)];
  const child = endWithTests(spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] }));
  createInterface({ input: child.stdout }).on('line', onLine);
  const exited = once(child, 'exit');
  return {
    child,
    exited,
    async kill(signal = 'SIGKILL') {
      child.kill(signal);
      await exited;
    },
  };
}

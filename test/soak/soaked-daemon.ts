import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { daemonFlags, nativeEnvironment } from '../../server/src/base/children.ts';
import { bundle, endpointOf, type Sandbox } from '../support/daemon.ts';
import { connectTo, type IndependentClient } from '../support/independent-client.ts';
import { endWithTests } from '../support/started.ts';
import { atRest, statusOf } from '../support/watched.ts';

/** How often to look for what no event reports, ms. */
const LOOK_MS = 20;
/** Longest time from the last change to rest. What takes longer is stuck, ms. */
const REST_MS = 60_000;

export interface SoakedDaemon {
  readonly pid: number;
  readonly exit: Promise<number | string>;
  /** Returns whether it has ended. */
  hasEnded(): boolean;
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Resolves with a client once the daemon listens. Rejects if it ends before. */
  client(): Promise<IndependentClient>;
  /** Returns what stalled its event loop for longer than `ms` of processor time, ms each. */
  stalls(ms: number): readonly number[];
}

/**
 * Starts a daemon as commands do, and does not wait for it. Its event loop is measured, by processor time. The variable
 * SOAK_NODE_FLAGS adds flags for its Node.
 */
export function startSoakedDaemon({ dataDir, env, folder }: Sandbox): SoakedDaemon {
  const flags = [...daemonFlags, ...(process.env.SOAK_NODE_FLAGS?.split(' ') ?? [])];
  mkdirSync(dataDir, { recursive: true });
  const stallFile = join(folder, 'stalls.txt');
  appendFileSync(stallFile, '');
  const measuring = {
    NODE_OPTIONS: `--import=${join(import.meta.dirname, 'loop-monitor.mjs')}`,
    STALL_FILE: stallFile,
  };
  const child = endWithTests(
    spawn(process.execPath, [...flags, bundle, 'daemon', '--data-dir', dataDir], {
      env: { ...env, ...nativeEnvironment, ...measuring },
      stdio: ['ignore', 'ignore', 'pipe'],
    }),
  );
  const { pid } = child;
  if (pid === undefined) throw new Error('The daemon could not be started.');
  let said = '';
  child.stderr.on('data', (text) => {
    said += text;
  });
  const exit = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | string);
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  const isListening = () => existsSync(join(dataDir, 'daemon.json')) && endpointOf(dataDir).pid === pid;
  return {
    pid,
    exit,
    hasEnded,
    async kill(signal = 'SIGKILL') {
      child.kill(signal);
      await exit;
    },
    async client() {
      while (!isListening()) {
        if (hasEnded()) throw new Error(`The daemon ended with ${await exit}: ${said}`);
        await pause(LOOK_MS);
      }
      const { client } = await connectTo(dataDir);
      await client.initialize();
      client.notify('initialized');
      return client;
    },
    stalls: (ms) =>
      readFileSync(stallFile, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as { readonly pid: number; readonly ms: number })
        .filter((stall) => stall.pid === pid && stall.ms > ms)
        .map((stall) => stall.ms),
  };
}

export const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/**
 * Resolves when nothing is left to do. Rejects with the status if that takes more than a minute: then something is
 * stuck, or is done again and again.
 */
export async function waitForRest(client: IndependentClient): Promise<void> {
  const endMs = performance.now() + REST_MS;
  let restingLooks = 0;
  for (;;) {
    const status = await statusOf(client);
    const { folders } = (await client.result('goldfish/folders/list')) as {
      folders: readonly { state: string }[];
    };
    const isResting =
      atRest(status) && status.planning === undefined && folders.every(({ state }) => state === 'watching');
    restingLooks = isResting ? restingLooks + 1 : 0;
    // A change on disk needs a moment to be noticed: 150 ms.
    if (restingLooks * 10 * LOOK_MS > 1_000) return;
    if (performance.now() > endMs)
      throw new Error(`stuck: ${JSON.stringify({ work: status.work, planning: status.planning, folders })}`);
    await pause(10 * LOOK_MS);
  }
}

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { afterTest } from '../support/after-test.ts';
import { type Sandbox, sandbox } from '../support/daemon.ts';
import type { IndependentClient } from '../support/independent-client.ts';
import { type CorpusInput, keepFailure } from './corpus.ts';
import { type SoakedDaemon, startSoakedDaemon } from './soaked-daemon.ts';
import { treeCpuSeconds } from './tree-cpu.ts';

/** Longest time that the event loop may work without a turn, ms of processor time. */
const MAX_STALL_MS = 200;
/** Processor time that one input may cost, s. */
const MAX_CPU_SECONDS = 10;
/** Longest wait for one input, ms: a child that hangs without working is ended by the daemon after a minute. */
const MAX_WAIT_MS = 150_000;

export interface AttackedDaemon {
  readonly box: Sandbox;
  readonly client: IndependentClient;
  /** Gives the daemon inputs and fails if it ends, hangs or stalls. Keeps the inputs then. */
  attack(inputs: readonly CorpusInput[], run: () => Promise<unknown>): Promise<void>;
  /** Inputs so far. */
  count(): number;
}

/** Starts a daemon that is given hostile input. */
export async function startAttackedDaemon(t: TestContext): Promise<AttackedDaemon> {
  const box = sandbox();
  const daemon = startSoakedDaemon(box);
  afterTest(t, () => daemon.kill());
  const client = await daemon.client();
  await client.result('goldfish/status');
  // The start itself loads code for longer than a stall.
  const stallsAtStart = daemon.stalls(MAX_STALL_MS).length;
  let seenStalls = stallsAtStart;
  let count = 0;
  return {
    box,
    client,
    count: () => count,
    async attack(inputs, run) {
      count += inputs.length;
      const before = treeCpuSeconds(daemon.pid);
      const problem = await findProblem(daemon, run);
      const cpuSeconds = treeCpuSeconds(daemon.pid) - before;
      const stalls = daemon.stalls(MAX_STALL_MS).slice(seenStalls);
      seenStalls += stalls.length;
      const problems = [
        ...(problem === undefined ? [] : [problem]),
        ...(cpuSeconds > MAX_CPU_SECONDS * inputs.length
          ? [`cost ${cpuSeconds.toFixed(1)} s of processor time`]
          : []),
        ...stalls.map((ms) => `stalled the event loop for ${ms} ms`),
      ];
      if (problems.length > 0) assert.fail(`${problems.join('; ')}: ${inputs.map(keepFailure).join(', ')}`);
    },
  };
}

async function findProblem(daemon: SoakedDaemon, run: () => Promise<unknown>): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve('no answer came'), MAX_WAIT_MS);
  });
  const ended = daemon.exit.then((code) => `the daemon ended with ${code}`);
  const ran = run().then(
    () => undefined,
    (error: unknown) => (daemon.hasEnded() ? ended : String(error)),
  );
  try {
    return await Promise.race([ran, late, ended]);
  } finally {
    clearTimeout(timer);
  }
}

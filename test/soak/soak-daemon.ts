// The daemon of a soak run: scheduler, catalogue, LanceDB and queue as in the real one. Prints `settled N` for each
// stored result, and `done` with the processor time in ms when nothing is left to do.
import { availableParallelism } from 'node:os';
import { createLocalExecutor } from '../../server/src/adapters/local-executor.ts';
import { openBullTransport } from '../../server/src/adapters/work-queue/bullmq-transport.ts';
import { parseQueueAddress } from '../../server/src/adapters/work-queue/queue-address.ts';
import { createWorkQueue } from '../../server/src/adapters/work-queue/work-queue.ts';
import { silentLog } from '../../server/src/base/log.ts';
import { VideoCatalogue } from '../../server/src/indexing/catalogue.ts';
import { createSchedule, createSchedulerFacade } from '../../server/src/indexing/scheduler.ts';
import type { StageResult, StageRunner } from '../../server/src/indexing/stages/stage-runner.ts';
import {
  openSoakStore,
  pretendToWork,
  readSoakOptions,
  soakBatch,
  soakRecipe,
  soakResult,
} from './soak-world.ts';

const options = readSoakOptions();
const address = parseQueueAddress(options.queue);
if (address === undefined) throw new Error(`${options.queue} is no queue`);
const store = await openSoakStore(options);
if ((await store.videos()).length === 0) await store.commit(soakBatch(options.videos));
const catalogue = await VideoCatalogue.load(store);
const queue =
  options.where === 'here'
    ? undefined
    : createWorkQueue<StageResult>({
        transport: openBullTransport(address),
        library: 'soak',
        build: 'soak',
        lostMs: options.lostMs,
        settings: () => ({}),
        mediaUrl: () => undefined,
        now: () => performance.now(),
        onTrouble: (message) => console.error(`daemon: ${message}`),
      });

const caption: StageRunner = {
  plan: { stage: 'caption', lane: 'deep', after: [], content: () => soakRecipe },
  async run({ record }, _onShare, signal) {
    await pretendToWork(options.where === 'here' ? 0 : options.taskMs, signal);
    return record === undefined ? {} : soakResult(record);
  },
};
let settled = 0;
const schedule = createSchedule({
  catalogue,
  stages: [caption],
  executor: (run, settle) =>
    createLocalExecutor({
      run,
      settle: async (job, outcome) => {
        await settle(job, outcome);
        if (outcome.state !== 'ok') return;
        settled += 1;
        console.log(`settled ${settled}`);
      },
      widths: { now: 1, fast: 1, deep: availableParallelism() },
      now: Date.now,
      restMs: () => 0,
      onError: (job, error) => console.error(`daemon: ${job.key} ${String(error)}`),
      workers: queue && {
        capacity: (role) => queue.capacity(role),
        isExclusive: () => true,
        isReturned: (key) => queue.isReturned(key),
        onChange: (listener) => queue.onChange(listener),
      },
    }),
  online: () => true,
  presence: async () => 'same',
  onMissing: () => undefined,
  onChange: () => {
    if (started && schedule.state.planned.size === 0 && schedule.state.unplanned.size === 0) finish();
  },
  workers: queue && {
    queue,
    toTask: async (job, copy, record) => ({
      job,
      copy,
      copies: [copy],
      record,
      stored: [],
      corrected: [],
      vectors: [],
      lostVectorCount: 0,
      correctionsRevision: '',
    }),
  },
  log: silentLog,
});
const scheduler = createSchedulerFacade(schedule);
// Without a worker the daemon does the work itself. This run measures workers, so it waits for the first.
const started = await whenReady();
const cpuBefore = process.cpuUsage();
scheduler.touchAll();

async function whenReady(): Promise<true> {
  if (queue === undefined) return true;
  while (queue.capacity('captioner') === 0)
    await new Promise<void>((resolve) => {
      const stop = queue.onChange(() => {
        stop();
        resolve();
      });
    });
  return true;
}

let isFinished = false;
function finish(): void {
  if (isFinished) return;
  isFinished = true;
  const { user, system } = process.cpuUsage(cpuBefore);
  // Another turn of the event loop: the last result is written.
  catalogue.whenIdle().then(() => console.log(`done ${Math.round((user + system) / 1000)}`));
}

process.on('SIGTERM', async () => {
  await queue?.close();
  await scheduler.close();
  await store.close();
  process.exit(0);
});

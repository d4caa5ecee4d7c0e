// A worker of a soak run: the real loop, and a stage that only waits. Prints `ready`, and
// `start KEY` for each task that it begins.
import { randomUUID } from 'node:crypto';
import { openBullTransport } from '../../server/src/adapters/work-queue/bullmq-transport.ts';
import { parseQueueAddress } from '../../server/src/adapters/work-queue/queue-address.ts';
import { startWorkerLoop } from '../../server/src/adapters/work-queue/worker-loop.ts';
import type { StageResult } from '../../server/src/indexing/stages/stage-runner.ts';
import { pretendToWork, readSoakOptions, soakResult } from './soak-world.ts';

const options = readSoakOptions();
const address = parseQueueAddress(options.queue);
if (address === undefined) throw new Error(`${options.queue} is no queue`);
const transport = openBullTransport(address);
const loop = startWorkerLoop<StageResult>({
  transport,
  id: randomUUID(),
  host: `soak ${process.pid}`,
  build: 'soak',
  roles: new Map([['captioner', options.width]]),
  async run({ job, record }, _events, signal) {
    console.log(`start ${job.key}`);
    await pretendToWork(options.taskMs, signal);
    if (signal.aborted) return { state: 'cancelled' };
    return { state: 'ok', value: soakResult(record) };
  },
  onAnnouncement: () => undefined,
  findLack: () => undefined,
  onTrouble: (message) => console.error(`worker ${process.pid}: ${message}`),
  load: () => 0,
  now: () => performance.now(),
});
console.log('ready');
process.on('SIGTERM', async () => {
  await loop.drain(options.taskMs * 2);
  await transport.close();
  process.exit(0);
});

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { TestContext } from 'node:test';
import { openBullTransport } from '../../server/src/adapters/work-queue/bullmq-transport.ts';
import { parseQueueAddress } from '../../server/src/adapters/work-queue/queue-address.ts';
import type { WorkTransport } from '../../server/src/adapters/work-queue/transport.ts';
import { createWorkQueue } from '../../server/src/adapters/work-queue/work-queue.ts';
import { startWorkerLoop, type WorkerLoop } from '../../server/src/adapters/work-queue/worker-loop.ts';
import type { Job, JobLane } from '../../server/src/core/pipeline/job.ts';
import type { WorkTask } from '../../server/src/core/pipeline/work-task.ts';
import type { WorkerRole } from '../../server/src/core/pipeline/worker-role.ts';
import type { TaskEvents, TaskOutcome, WorkQueue } from '../../server/src/ports/work-queue.ts';
import { MemoryEngine } from '../fakes/memory-transport.ts';
import { afterTest } from './after-test.ts';
import { startPostgres } from './postgres.ts';
import { startRedis } from './redis.ts';
import { copyOf, videoOf } from './store-rows.ts';

/** A queue engine that tests may flush, and transports to it. All transports are closed with the test. */
export interface EngineWorld {
  connect(): WorkTransport;
  flush(): Promise<void>;
  /** Ends the server until `restart`. Absent if the engine is none. */
  readonly stop?: () => Promise<void>;
  readonly restart?: () => Promise<void>;
}

function connectBull(t: TestContext, url: string): () => WorkTransport {
  const address = parseQueueAddress(url);
  assert.ok(address);
  return () => {
    const transport = openBullTransport(address);
    afterTest(t, () => transport.close());
    return transport;
  };
}

/** The engines that every contract of the queue is tested with. */
export const engineWorlds = {
  memory: async (_t: TestContext): Promise<EngineWorld> => {
    const engine = new MemoryEngine();
    return { connect: () => engine.connect(), flush: async () => engine.flush() };
  },
  redis: async (t: TestContext): Promise<EngineWorld> => {
    const redis = await startRedis();
    afterTest(t, redis.stop);
    return { connect: connectBull(t, redis.url), ...redis };
  },
  postgres: async (t: TestContext): Promise<EngineWorld> => {
    const postgres = await startPostgres();
    afterTest(t, postgres.stop);
    return { connect: connectBull(t, postgres.url), ...postgres };
  },
} satisfies Readonly<Record<string, (t: TestContext) => Promise<EngineWorld>>>;

export const testJob = (key: string, rank = 0, lane: JobLane = 'deep'): Job => ({
  key,
  stage: 'facts',
  videoId: key,
  uri: `file:///${key}`,
  path: false,
  recipe: 'r',
  lane,
  rank,
});

export function taskOf(job: Job): WorkTask {
  const copy = copyOf(job.uri, job.videoId);
  return {
    job,
    copy,
    copies: [copy],
    record: videoOf(job.videoId),
    stored: [],
    corrected: [],
    vectors: [],
    lostVectorCount: 0,
    correctionsRevision: '',
  };
}

/** Short enough that lost workers are noticed soon, long enough for a busy machine, ms. */
const LOST_MS = 3000;

export function openQueue(
  transport: WorkTransport,
  {
    library = 'l',
    onTrouble = () => undefined,
  }: { library?: string; onTrouble?: (message: string) => void } = {},
): WorkQueue<string> {
  return createWorkQueue<string>({
    transport,
    library,
    build: 'test',
    lostMs: LOST_MS,
    settings: () => ({}),
    mediaUrl: () => undefined,
    now: () => performance.now(),
    onTrouble,
  });
}

export type RunTask = (
  task: WorkTask,
  events: TaskEvents,
  signal: AbortSignal,
) => Promise<TaskOutcome<string>>;

export function startWorker(
  transport: WorkTransport,
  run: RunTask,
  { role = 'decoder', width = 1, host = 'host' }: { role?: WorkerRole; width?: number; host?: string } = {},
): WorkerLoop {
  return startWorkerLoop<string>({
    transport,
    id: randomUUID(),
    host,
    build: 'test',
    roles: new Map([[role, width]]),
    run,
    onAnnouncement: () => undefined,
    findLack: () => undefined,
    onTrouble: () => undefined,
    load: () => 0,
    now: () => performance.now(),
  });
}

/** Resolves when the condition holds. It is looked at after each change that the queue reports. */
export async function untilQueue(queue: WorkQueue<string>, holds: () => boolean): Promise<void> {
  while (!holds())
    await new Promise<void>((resolve) => {
      const stop = queue.onChange(() => {
        stop();
        resolve();
      });
    });
}

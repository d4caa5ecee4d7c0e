// needs: redis-server
import assert from 'node:assert/strict';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { afterTest } from '../support/after-test.ts';
import { startRedis } from '../support/redis.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { startSoakProcess } from './soak-process.ts';
import type { SoakOptions } from './soak-world.ts';

const TASK_MS = 1000;
const TASKS_PER_WORKER = 120;
const WIDTH = 4;

interface Measured {
  readonly seconds: number;
  /** Processor time of the daemon while workers ran tasks, s. */
  readonly daemonSeconds: number;
}

async function measure(t: TestContext, workers: number): Promise<Measured> {
  const redis = await startRedis();
  afterTest(t, redis.stop);
  const options: SoakOptions = {
    queue: redis.url,
    data: join(tempFolder(), 'index'),
    videos: workers * TASKS_PER_WORKER,
    taskMs: TASK_MS,
    lostMs: 30_000,
    width: WIDTH,
    where: 'workers',
  };
  const first = Promise.withResolvers<number>();
  const done = Promise.withResolvers<number>();
  const ready = Array.from({ length: workers }, () => Promise.withResolvers<void>());
  const programs = ready.map(({ resolve }) =>
    startSoakProcess('soak-worker', options, [], (line) => {
      resolve();
      if (line.startsWith('start ')) first.resolve(performance.now());
    }),
  );
  // All have started, and say so, before there is work.
  await Promise.all(ready.map(({ promise }) => promise));
  const daemon = startSoakProcess('soak-daemon', options, [], (line) => {
    if (line.startsWith('done ')) done.resolve(Number(line.slice(5)));
  });
  const daemonMs = await done.promise;
  const seconds = (performance.now() - (await first.promise)) / 1000;
  await Promise.all([daemon, ...programs].map((program) => program.kill('SIGTERM')));
  return { seconds, daemonSeconds: daemonMs / 1000 };
}

test('given a stage that waits as on a GPU, when 1, 2 and 4 workers run it, then the pace grows nearly with their number', async (t) => {
  const measured = new Map<number, Measured>();
  for (const workers of [1, 2, 4]) {
    const result = await measure(t, workers);
    measured.set(workers, result);
    const ideal = (TASKS_PER_WORKER * TASK_MS) / 1000 / WIDTH;
    t.diagnostic(
      `${workers} workers: ${result.seconds.toFixed(1)} s (ideal ${ideal} s), daemon ${((100 * result.daemonSeconds) / result.seconds).toFixed(0)} % of a core`,
    );
  }
  const alone = measured.get(1);
  assert.ok(alone);
  for (const [workers, { seconds, daemonSeconds }] of measured) {
    // Work grows with the workers, so equal times are linear.
    assert.ok(
      alone.seconds / seconds >= 0.95,
      `${workers} workers reach ${(alone.seconds / seconds).toFixed(2)} of linear`,
    );
    if (workers === 4)
      assert.ok(daemonSeconds / seconds < 0.2, `the daemon takes ${daemonSeconds.toFixed(1)} s`);
  }
});

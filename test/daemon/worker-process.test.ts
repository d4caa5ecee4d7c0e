// needs: pg_ctlcluster
// needs: redis-server
import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { openBullTransport } from '../../server/src/adapters/work-queue/bullmq-transport.ts';
import { parseQueueAddress } from '../../server/src/adapters/work-queue/queue-address.ts';
import { afterTest } from '../support/after-test.ts';
import { sandbox } from '../support/daemon.ts';
import { startPostgres } from '../support/postgres.ts';
import { startRedis } from '../support/redis.ts';
import { runWorkerProcess } from '../support/worker-process.ts';

const engines = { redis: startRedis, postgres: startPostgres };

/** Resolves with the first report of a worker on a queue. */
async function firstReport(t: TestContext, url: string): Promise<unknown> {
  const address = parseQueueAddress(url);
  assert.ok(address);
  const transport = openBullTransport(address);
  afterTest(t, () => transport.close());
  for (;;) {
    const written = new Promise<void>((resolve) => transport.onWrite('reports', resolve));
    const [report] = await transport.list('reports');
    if (report !== undefined) return JSON.parse(report.text);
    await written;
  }
}

for (const [name, start] of Object.entries(engines)) {
  test(`${name}: given the built command, when a worker starts, then it reports its roles, and SIGTERM ends it well`, async (t) => {
    const engine = await start();
    afterTest(t, engine.stop);
    const worker = runWorkerProcess(sandbox(), [
      '--queue',
      engine.url,
      '--roles',
      'decoder,captioner',
      '--cpu',
      '3',
    ]);
    const report = (await firstReport(t, engine.url)) as { roles: readonly object[]; isDraining: boolean };
    assert.deepEqual(report.roles, [
      { role: 'decoder', width: 3, paused: 'waits for the daemon' },
      { role: 'captioner', width: 1, paused: 'waits for the daemon' },
    ]);
    assert.equal(await worker.end(), 0, worker.lines());
    assert.match(worker.lines(), /^Working for .* as decoder, captioner\./m);
  });
}

test('given a wrong password, when a worker starts, then it ends and says what to check, without the password', async (t) => {
  const redis = await startRedis({ password: 'right' });
  afterTest(t, redis.stop);
  const worker = runWorkerProcess(sandbox(), ['--queue', redis.url.replace('right', 'mistaken')]);
  assert.equal(await worker.exit, 1);
  assert.match(
    worker.lines(),
    /Cannot use the queue at redis:\/\/127\.0\.0\.1:\d+\/0: .*WRONGPASS.*Check the address, user and password/,
  );
  assert.doesNotMatch(worker.lines(), /mistaken/);
});

test('given wrong options, when a worker starts, then it says which and what to write instead', async () => {
  const cases = [
    [[], /needs the address of a queue.*--queue redis:\/\//s],
    [['--queue', 'http://host'], /needs the address of a queue/],
    [['--queue', 'redis://h', '--roles', 'captioner,cook'], /cook is not a role.*decoder, captioner/s],
    [['--queue', 'redis://h', '--map', 'media'], /media does not map a folder.*--map \/folder/s],
  ] as const;
  for (const [args, pattern] of cases) {
    const worker = runWorkerProcess(sandbox(), args);
    assert.equal(await worker.exit, 2, worker.lines());
    assert.match(worker.lines(), pattern);
  }
});

// needs: pg_ctlcluster
// needs: redis-server
// needs: ip
// needs: moto_server
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { afterTest } from '../support/after-test.ts';
import { createHosts, type TestHost } from '../support/hosts.ts';
import { readIndexTables } from '../support/index-tables.ts';
import { startMoto } from '../support/object-storage.ts';
import { startPostgres } from '../support/postgres.ts';
import { startRedis } from '../support/redis.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { type SoakProcess, startSoakProcess } from './soak-process.ts';
import type { SoakOptions } from './soak-world.ts';

const VIDEOS = 1500;
const WORKERS = 3;
/** Of wasted work, and of rows: each clip once. */
const MAX_WASTE = 0.05;

type Chaos = 'worker' | 'engine' | 'flush' | 'daemon' | 'network';

/** 10 workers killed, the engine killed and flushed 5 times, the daemon killed 5 times, the network cut 5 times, mixed. */
const PLAN: readonly Chaos[] = Array.from({ length: 5 }, (): readonly Chaos[] => [
  'worker',
  'engine',
  'daemon',
  'worker',
  'flush',
  'network',
]).flat();

/** Runs a daemon without workers to the end and returns its tables. */
async function indexAlone(options: SoakOptions): Promise<Readonly<Record<string, readonly string[]>>> {
  const done = Promise.withResolvers<void>();
  const daemon = startSoakProcess('soak-daemon', { ...options, where: 'here' }, [], (line) => {
    if (line.startsWith('done')) done.resolve();
  });
  await done.promise;
  await daemon.kill('SIGTERM');
  return readIndexTables(options.data);
}

interface EngineServer {
  readonly url: string;
  restart(): Promise<void>;
  flush(): Promise<void>;
}

/** Kills, flushes and cuts at even shares of the work, and returns how often tasks were started. */
async function runChaos(
  t: TestContext,
  options: SoakOptions,
  engine: EngineServer,
  server: TestHost,
  hosts: readonly TestHost[],
): Promise<number> {
  let starts = 0;
  let settled = 0;
  const done = Promise.withResolvers<void>();
  const changed = new Set<() => void>();
  const startWorker = (index: number) =>
    startSoakProcess('soak-worker', options, hosts[index]?.prefix ?? [], (line) => {
      if (line.startsWith('start ')) starts += 1;
    });
  const startDaemon = () =>
    startSoakProcess('soak-daemon', options, server.prefix, (line) => {
      if (line.startsWith('done')) done.resolve();
      if (!line.startsWith('settled')) return;
      settled += 1;
      for (const look of [...changed]) look();
    });
  const settledCount = (count: number) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (settled < count) return;
        changed.delete(look);
        resolve();
      };
      changed.add(look);
      look();
    });
  const workers: SoakProcess[] = hosts.map((_, index) => startWorker(index));
  let daemon = startDaemon();
  afterTest(t, () => Promise.all([daemon, ...workers].map((program) => program.kill())));
  const share = Math.floor((VIDEOS * 0.9) / PLAN.length);
  for (const [index, chaos] of PLAN.entries()) {
    await settledCount((index + 1) * share);
    const victim = index % WORKERS;
    if (chaos === 'worker') {
      await workers[victim]?.kill();
      workers[victim] = startWorker(victim);
    } else if (chaos === 'engine') await engine.restart();
    else if (chaos === 'flush') await engine.flush();
    else if (chaos === 'daemon') {
      await daemon.kill();
      daemon = startDaemon();
    } else {
      hosts[victim]?.setConnected(false);
      // The others go on: the cut ends after so much of their work.
      await settledCount(settled + 10);
      hosts[victim]?.setConnected(true);
    }
  }
  await done.promise;
  await daemon.kill('SIGTERM');
  return starts;
}

const engines = {
  redis: async (t: TestContext, { address, prefix }: TestHost): Promise<EngineServer> => {
    const redis = await startRedis({ host: address, port: 6379, prefix, password: 'secret' });
    afterTest(t, redis.stop);
    return redis;
  },
  postgres: async (t: TestContext, { address, prefix }: TestHost): Promise<EngineServer> => {
    const postgres = await startPostgres({ host: address, port: 5432, prefix });
    afterTest(t, postgres.stop);
    return postgres;
  },
};

/** Reads the tables that a run left, wherever they are. */
async function readTables(
  options: SoakOptions,
  { prefix }: TestHost,
): Promise<Readonly<Record<string, readonly string[]>>> {
  if (options.endpoint === undefined) return await readIndexTables(options.data);
  let text = '';
  const printing = startSoakProcess('soak-index', options, prefix, (line) => {
    text += line;
  });
  await once(printing.child, 'close');
  return JSON.parse(text) as Readonly<Record<string, readonly string[]>>;
}

const RUNS = [
  { name: 'redis', start: engines.redis, onStorage: false },
  { name: 'postgres', start: engines.postgres, onStorage: false },
  { name: 'redis, index on S3', start: engines.redis, onStorage: true },
];

for (const { name, start, onStorage } of RUNS) {
  test(`${name}: given workers, queue, daemon and network that fail again and again, then every clip is there once, and little work was wasted`, async (t) => {
    const [server, ...hosts] = createHosts(t, WORKERS + 1);
    assert.ok(server);
    const engine = await start(t, server);
    const storage = onStorage ? await startMoto(5000, server.prefix) : undefined;
    if (storage !== undefined) afterTest(t, storage.stop);
    const folder = tempFolder();
    const alone: SoakOptions = {
      queue: engine.url,
      data: join(folder, 'chaos'),
      videos: VIDEOS,
      taskMs: 300,
      lostMs: 5000,
      width: 2,
      where: 'workers',
    };
    const options: SoakOptions = { ...alone, ...(storage && { endpoint: storage.endpoint }) };
    const expected = await indexAlone({ ...alone, data: join(folder, 'alone') });
    const startedMs = performance.now();
    const starts = await runChaos(t, options, engine, server, hosts);
    const seconds = Math.round((performance.now() - startedMs) / 1000);
    const actual = await readTables(options, server);
    assert.deepEqual(Object.keys(actual).sort(), Object.keys(expected).sort());
    for (const [table, rows] of Object.entries(expected)) {
      assert.equal(actual[table]?.length, rows.length, `rows of ${table}`);
      assert.deepEqual(actual[table], rows, table);
    }
    const waste = (starts - VIDEOS) / VIDEOS;
    t.diagnostic(`${VIDEOS} tasks, ${starts} started, ${(100 * waste).toFixed(1)} % wasted, ${seconds} s`);
    assert.ok(waste <= MAX_WASTE, `${starts} starts for ${VIDEOS} tasks`);
  });
}

// needs: redis-server
// needs: ip
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { WorkersResult } from '../../server/protocol/workers.ts';
import { afterTest } from '../support/after-test.ts';
import { type Sandbox, sandbox, startDaemon } from '../support/daemon.ts';
import { createHosts } from '../support/hosts.ts';
import type { IndependentClient } from '../support/independent-client.ts';
import { readIndexTables } from '../support/index-tables.ts';
import { startRedis } from '../support/redis.ts';
import { tinyModel } from '../support/tiny-models.ts';
import { scenes, sceneVideo, TINY_HOST } from '../support/tiny-scenes.ts';
import { atRest, statusWhen, until } from '../support/watched.ts';
import { runWorkerProcess, type WorkerProcess } from '../support/worker-process.ts';

const VIDEOS = 5;
const SCENES = 6;
const SECONDS = 5;

const models = {
  'models.captioner': TINY_HOST.folder,
  'models.textEmbedder': tinyModel('tiny-embedder').host.folder,
  'models.frameEmbedder': tinyModel('tiny-clip').host.folder,
  'models.transcriber': tinyModel('tiny-whisper').host.folder,
  'clips.seconds': SECONDS,
  'work.cpuShare': 100,
};

function writeSettings({ dataDir }: Sandbox, settings: Readonly<Record<string, unknown>>): void {
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(join(dataDir, 'settings.json'), JSON.stringify(settings));
}

async function makeVideos(folder: string): Promise<void> {
  mkdirSync(folder);
  const all = scenes(VIDEOS * SCENES);
  for (let i = 0; i < VIDEOS; i += 1)
    await sceneVideo(join(folder, `${i}.mp4`), all.slice(i * SCENES, (i + 1) * SCENES), { seconds: SECONDS });
}

/** Indexes a folder to its end, with what `meanwhile` does, and returns all tables. */
async function indexFolder(
  t: TestContext,
  box: Sandbox,
  folder: string,
  prefix: readonly string[],
  meanwhile: (client: IndependentClient) => Promise<void>,
) {
  const daemon = await startDaemon({ ...box, prefix });
  afterTest(t, () => daemon.child.kill());
  const client = await daemon.client();
  await client.result('goldfish/folders/add', { uri: pathToFileURL(folder).href });
  await meanwhile(client);
  const status = await statusWhen(
    client,
    (now) => atRest(now) && now.videos === VIDEOS && now.planning !== true,
  );
  assert.deepEqual(status.work.failed, []);
  daemon.child.kill('SIGTERM');
  await daemon.exit;
  return readIndexTables(join(box.dataDir, 'index'));
}

const workersOf = async (client: IndependentClient) =>
  (await client.result('goldfish/workers', {})) as unknown as WorkersResult;

/** The workers once they are as wanted. They are looked at after each change of the status. */
const workersWhen = (client: IndependentClient, fits: (workers: WorkersResult['workers']) => boolean) =>
  until(
    client,
    () => workersOf(client),
    ({ workers }) => fits(workers),
  );

test('given two hosts, when a worker is killed and Redis is killed and flushed meanwhile, then the index equals one made without workers', async (t) => {
  const [server, far] = createHosts(t, 2);
  assert.ok(server && far);
  const redis = await startRedis({
    host: server.address,
    port: 6379,
    prefix: server.prefix,
    password: 'secret',
  });
  afterTest(t, redis.stop);
  const alone = sandbox();
  const folder = join(alone.folder, 'videos');
  await makeVideos(folder);
  writeSettings(alone, models);
  const expected = await indexFolder(t, alone, folder, server.prefix, async () => undefined);

  const box = sandbox();
  writeSettings(box, {
    ...models,
    'work.queue': redis.url,
    'work.where': 'workers',
    'work.lostSeconds': 6,
    'work.listen': `${server.address}:8080`,
  });
  // The token is made by the first daemon; workers get it from their administrator.
  const first = await startDaemon({ ...box, prefix: server.prefix });
  first.child.kill('SIGTERM');
  await first.exit;
  const token = readFileSync(join(box.dataDir, 'worker-token'), 'utf8').trim();
  const started: WorkerProcess[] = [];
  /** One has the folder; the other reads media from the daemon. */
  const startWorker = (hasFolder: boolean) => {
    const map = hasFolder ? [] : ['--map', `${folder}=${join(box.folder, 'nowhere')}`];
    const cache = ['--cache', join(box.folder, `cache${started.length}`)];
    const worker = runWorkerProcess(
      box,
      ['--queue', redis.url, '--cpu', '1', '--drain-seconds', '1', ...map, ...cache],
      { prefix: far.prefix, token },
    );
    started.push(worker);
    return worker;
  };
  const shared = startWorker(true);
  const remote = startWorker(false);
  const seen = new Set<string>();
  const actual = await indexFolder(t, box, folder, server.prefix, async (client) => {
    const { workers } = await workersWhen(
      client,
      (all) => all.length === 2 && all.every(({ done }) => done > 0),
    );
    for (const { running } of workers) for (const { stage } of running) seen.add(stage);
    await workersWhen(client, (all) => all.some(({ running }) => running.length > 0));
    await shared.kill();
    const next = startWorker(true);
    await workersWhen(client, (all) => all.some(({ done, running }) => done + running.length > 0));
    await redis.restart();
    await redis.flush();
    await workersWhen(client, (all) => all.some(({ running }) => running.length > 0));
    await redis.flush();
    void next;
  });
  for (const [name, rows] of Object.entries(expected)) {
    assert.equal(actual[name]?.length, rows.length, `rows of ${name}`);
    assert.deepEqual(actual[name], rows, name);
  }
  assert.deepEqual(Object.keys(actual).sort(), Object.keys(expected).sort());
  assert.equal(await remote.end(), 0, remote.lines());
  for (const worker of started)
    if (worker.child.exitCode === null && worker.child.signalCode === null) await worker.end();
});

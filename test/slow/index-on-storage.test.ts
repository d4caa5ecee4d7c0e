// needs: moto_server
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { watch as watchFolder } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import test, { after, type TestContext } from 'node:test';
import { bundle, goldfish, type Sandbox, sandbox, startDaemon } from '../support/daemon.ts';
import { listKeys, newLocation, startS3 } from '../support/object-storage.ts';
import { connectPage } from '../support/page-client.ts';
import { endWithTests } from '../support/started.ts';
import { atRest, hitsOf, render, search, statusOf, statusWhen, uriOf } from '../support/watched.ts';

const server = await startS3();
after(() => server.stop());

const LEASE_SECONDS = 3;
const SECRET = server.env.AWS_SECRET_ACCESS_KEY ?? '';

/** A machine of its own whose daemon uses the index at an address. */
function machine(address: string, settings: object = {}): Sandbox {
  const box = sandbox();
  Object.assign(box.env, server.env);
  mkdirSync(box.dataDir, { recursive: true });
  const all = {
    'index.location': address,
    'index.options': server.options,
    'index.leaseSeconds': LEASE_SECONDS,
    ...settings,
  };
  writeFileSync(join(box.dataDir, 'settings.json'), JSON.stringify(all));
  return box;
}

async function start(t: TestContext, box: Sandbox) {
  const daemon = await startDaemon(box);
  t.after(() => daemon.child.kill('SIGKILL'));
  return { daemon, client: await daemon.client() };
}

async function makeFolder(box: Sandbox, words: readonly string[]): Promise<string> {
  const folder = join(box.folder, 'videos');
  mkdirSync(folder, { recursive: true });
  for (const [at, word] of words.entries())
    await render(join(folder, `${word}.mp4`), at * 20, `Here grows ${word} in the garden.`);
  return folder;
}

test('given an index on S3, when videos are indexed, then search, a restart and kill -9 lose none, and nothing is on the disk', async (t) => {
  const { address, location } = newLocation(server);
  const box = machine(address);
  const folder = await makeFolder(box, ['apple', 'birch']);
  const first = await start(t, box);
  await first.client.result('goldfish/folders/add', { uri: uriOf(folder) });
  await hitsOf(first.client, 'birch', (hits) => hits.length === 1);
  await statusWhen(first.client, atRest);
  const status = await statusOf(first.client);
  assert.ok(status.indexBytes > 0);
  assert.ok(!readdirSync(box.dataDir).includes('index'));
  assert.ok((await listKeys(server, `${location.prefix}/passages.lance`)).length > 0);
  first.daemon.child.kill('SIGTERM');
  assert.equal(await first.daemon.exit, 0);

  const second = await start(t, box);
  assert.equal((await search(second.client, 'apple')).length, 1);
  for (const word of ['cedar', 'daisy', 'elder'])
    await render(join(folder, `${word}.mp4`), 90, `Here grows ${word} in the garden.`);
  await second.client.notice(
    ({ method, params }) =>
      method === 'window/logMessage' && /^stage done .*stage=facts/.test(String(params.message)),
  );
  second.daemon.child.kill('SIGKILL');
  await second.daemon.exit;

  const third = await start(t, box);
  for (const word of ['apple', 'birch', 'cedar', 'daisy', 'elder']) {
    const [hit, ...others] = await hitsOf(third.client, word, (hits) => hits.length > 0);
    assert.equal(hit?.uri, uriOf(join(folder, `${word}.mp4`)));
    assert.deepEqual(others, []);
  }
  const log = readFileSync(
    join(box.dataDir, 'logs', readdirSync(join(box.dataDir, 'logs'))[0] ?? ''),
    'utf8',
  );
  assert.ok(!log.includes(SECRET));
});

test('given an owner, when a second daemon starts on the index, then it says who owns it and what to do, and takes over once the owner is gone', async (t) => {
  const { address } = newLocation(server);
  const owner = machine(address);
  const folder = await makeFolder(owner, ['fern']);
  const first = await start(t, owner);
  await first.client.result('goldfish/index', { uris: [uriOf(folder)] });
  const other = machine(address);
  const { code, stderr } = await goldfish(other, 'daemon');
  assert.notEqual(code, 0);
  assert.match(
    stderr,
    new RegExp(`in use by the daemon on ${hostname()} \\(process ${first.daemon.child.pid}`),
  );
  assert.match(stderr, /goldfish stop.*index\.readOnly/s);
  first.daemon.child.kill('SIGKILL');
  await first.daemon.exit;
  const second = await start(t, other);
  assert.equal((await search(second.client, 'fern')).length, 1);
  await second.client.result('goldfish/index', { uris: [uriOf(folder)] });
});

test('given a daemon that waits for a former owner, when it gets SIGTERM, then it ends well and does not take the index', async (t) => {
  const { address, objects } = newLocation(server);
  const first = await start(t, machine(address, { 'index.leaseSeconds': 600 }));
  first.daemon.child.kill('SIGKILL');
  await first.daemon.exit;
  const lease = await objects.read('goldfish-lease.json');
  const other = machine(address);
  const child = endWithTests(
    spawn(process.execPath, [bundle, 'daemon', '--data-dir', other.dataDir], {
      env: other.env,
      stdio: 'ignore',
    }),
  );
  const exited = once(child, 'exit');
  for await (const _ of watchFolder(other.dataDir)) if (existsSync(join(other.dataDir, 'index-owner'))) break;
  child.kill('SIGTERM');
  assert.deepEqual(await exited, [0, null]);
  assert.deepEqual(await objects.read('goldfish-lease.json'), lease);
});

test('given an owner that was suspended and lost the index, when it goes on, then it writes nothing more and says so', async (t) => {
  const { address, location } = newLocation(server);
  const box = machine(address);
  const folder = await makeFolder(box, ['grass']);
  const first = await start(t, box);
  await first.client.result('goldfish/folders/add', { uri: uriOf(folder) });
  await hitsOf(first.client, 'grass', (hits) => hits.length === 1);
  await statusWhen(first.client, atRest);
  first.daemon.child.kill('SIGSTOP');
  const second = await start(t, machine(address));
  const versions = () => listKeys(server, `${location.prefix}/copies.lance/_versions`);
  const before = await versions();
  first.daemon.child.kill('SIGCONT');
  await render(join(folder, 'hazel.mp4'), 90, 'Here grows hazel in the garden.');
  const { advice } = await statusWhen(first.client, (status) =>
    status.advice.some((line) => /took over/.test(line)),
  );
  assert.ok(advice.some((line) => line.includes(hostname()) && line.includes('goldfish stop')));
  const report = await first.client.request('goldfish/index', { uris: [uriOf(folder)] });
  assert.ok(report.error, 'it refuses');
  assert.deepEqual(await versions(), before);
  assert.equal((await search(second.client, 'grass')).length, 1);
});

test('given a reader on another host, when the owner indexes more, then search and ask find it there, and every change is refused', async (t) => {
  const { address } = newLocation(server);
  const box = machine(address);
  const folder = await makeFolder(box, ['willow']);
  const owner = await start(t, box);
  await owner.client.result('goldfish/folders/add', { uri: uriOf(folder) });
  await hitsOf(owner.client, 'willow', (hits) => hits.length === 1);
  const reader = await start(t, machine(address, { 'index.readOnly': true }));
  assert.equal((await search(reader.client, 'willow')).length, 1);
  await render(join(folder, 'juniper.mp4'), 60, 'The juniper has blue berries.');
  await hitsOf(reader.client, 'juniper', (hits) => hits.length === 1);
  const answer = await reader.client.result('goldfish/ask', { question: 'What does the juniper have?' });
  assert.equal(answer.grounded, true);
  const uri = uriOf(join(folder, 'willow.mp4'));
  for (const [method, params] of [
    ['goldfish/corrections/line', { uri, kind: 'speech', startMs: 1000, text: 'Willows bend.' }],
    ['goldfish/corrections/tag', { uri, startMs: 0, endMs: 1000, tag: 'garden' }],
    ['goldfish/folders/add', { uri: uriOf(folder) }],
    ['goldfish/folders/remove', { uri: uriOf(folder) }],
    ['goldfish/index', { uris: [uri] }],
    ['goldfish/forget', { uri }],
    ['goldfish/reindex', { uri }],
    ['goldfish/add', { url: 'http://127.0.0.1:9/video.mp4' }],
  ] as const) {
    const { error } = await reader.client.request(method, params);
    assert.match(String(error?.message), /only reads the index in s3:/, method);
  }
  const status = await statusOf(reader.client);
  assert.deepEqual([status.videos, status.work.waiting], [2, 0]);

  // It serves users too: they find what they may see, and not even its owner can change the index from here.
  const { url } = await reader.client.result('goldfish/serve', { listen: '127.0.0.1:0' });
  const userClient = async (name: string, params: object) => {
    const { token } = await reader.client.result('goldfish/users/add', { name, ...params });
    const client = await connectPage(String(url), { headers: { authorization: `Bearer ${String(token)}` } });
    await client.initialize();
    client.notify('initialized');
    return client;
  };
  const willow = { role: 'corrector', folders: [uriOf(join(folder, 'willow.mp4'))] };
  const corrector = await userClient('cora', willow);
  assert.equal((await search(corrector, 'willow')).length, 1);
  assert.equal((await search(corrector, 'juniper')).length, 0);
  const line = { uri, kind: 'speech', startMs: 1000, text: 'Willows bend.' };
  const network = [
    [corrector, 'goldfish/corrections/line', line],
    [await userClient('olga', { role: 'owner' }), 'goldfish/forget', { uri }],
  ] as const;
  for (const [client, method, params] of network)
    assert.match(
      String((await client.request(method, params)).error?.message),
      /only reads the index/,
      method,
    );
});

test('given storage without the bucket or without keys, when the daemon starts, then the command says what to do', async () => {
  const missing = machine('s3://no-such-bucket/library');
  const noBucket = await goldfish(missing, 'daemon');
  assert.match(noBucket.stderr, /NoSuchBucket.*Create the bucket no-such-bucket/s);
  const box = machine(newLocation(server).address);
  delete box.env.AWS_SECRET_ACCESS_KEY;
  const noKeys = await goldfish(box, 'daemon');
  assert.match(noKeys.stderr, /AWS_SECRET_ACCESS_KEY/);
  assert.notEqual(noKeys.code, 0);
});

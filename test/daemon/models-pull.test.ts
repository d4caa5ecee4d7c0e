import assert from 'node:assert/strict';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { pathToFileURL } from 'node:url';
import type { ModelsListResult } from '../../server/protocol/models.ts';
import type { VideoResult } from '../../server/protocol/videos.ts';
import { bundle, goldfish, sandbox, startDaemon } from '../support/daemon.ts';
import { type HubServer, hubServer } from '../support/hub-server.ts';
import type { IndependentClient } from '../support/independent-client.ts';
import { proxyServer } from '../support/proxy-server.ts';
import { runProgram } from '../support/run-program.ts';
import { captionOf, scenes, sceneVideo, TINY_HOST } from '../support/tiny-scenes.ts';
import { atRest, statusOf, statusWhen, until } from '../support/watched.ts';

const ID = 'tests/tiny';
const SECONDS = 5;

async function open(t: test.TestContext, env: NodeJS.ProcessEnv) {
  const box = sandbox();
  const own = { ...box, env: { ...box.env, ...env } };
  const daemon = await startDaemon(own);
  t.after(() => daemon.child.kill());
  return { box: own, client: await daemon.client() };
}

async function hub(t: test.TestContext): Promise<HubServer> {
  const server = await hubServer({ id: ID, folder: TINY_HOST.folder });
  t.after(() => server.close());
  return server;
}

const set = (client: IndependentClient, key: string, value: unknown) =>
  client.result('goldfish/settings/set', { key, value });
const list = async (client: IndependentClient) =>
  (await client.result('goldfish/models/list')) as unknown as ModelsListResult;

test('given no captioner, when a model is pulled, then indexed clips get captions in the background', async (t) => {
  const server = await hub(t);
  const { box, client } = await open(t, { HF_ENDPOINT: `${server.endpoint}/` });
  const folder = join(box.folder, 'videos');
  mkdirSync(folder);
  const all = scenes(3);
  const video = join(folder, 'a.mp4');
  await sceneVideo(video, all, { seconds: SECONDS });
  const uri = pathToFileURL(video).href;
  await set(client, 'clips.seconds', SECONDS);
  await set(client, 'models.captioner', ID);
  await client.result('goldfish/folders/add', { uri: pathToFileURL(folder).href });
  const before = await statusWhen(client, (status) => status.work.done === 1 && atRest(status));
  assert.match(JSON.stringify(before.advice), /goldfish models pull tests\/tiny/);
  assert.equal(before.captions, undefined, 'without a captioner nothing is foretold');
  const captions = async () => {
    const { lines } = (await client.result('goldfish/video', { uri })) as unknown as VideoResult;
    return lines.filter(({ kind }) => kind === 'caption').map(({ text }) => text);
  };
  assert.deepEqual(await captions(), []);
  assert.deepEqual(await list(client).then((known) => [known.hub, known.offline]), [server.endpoint, false]);

  const { code, stdout, stderr } = await goldfish(box, 'models', 'pull', ID);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /Downloaded tests\/tiny: .* licence apache-2\.0/);
  await until(client, captions, (found) => found.length === all.length);
  assert.deepEqual(
    await captions(),
    all.map((scene) => captionOf(scene)),
  );
  const after = await statusWhen(client, atRest);
  assert.equal(after.captions, undefined, 'nothing is left');

  // What this machine took is known now, and is told before the work is done again.
  await client.result('goldfish/pause');
  await client.result('goldfish/reindex', { uri, stage: 'caption' });
  const { captions: left } = await statusOf(client);
  assert.equal(left?.clipsLeft, all.length);
  assert.ok((left?.clipMs ?? 0) > 0 && (left?.leftMs ?? 0) > 0, JSON.stringify(left));
  assert.ok(existsSync(join(box.dataDir, 'paces.json')), 'also after a restart');
  assert.match((await goldfish(box, 'status')).stdout, /captions: 3 clips left, about \d+ s \(a clip took/);
  assert.deepEqual(client.faults, []);
});

test('given HTTP_PROXY, when a model is pulled, then the hub is reached through it and loopback is not', async (t) => {
  const server = await hub(t);
  const proxy = await proxyServer(server.endpoint);
  t.after(() => proxy.close());
  const { client } = await open(t, { HF_ENDPOINT: 'http://hub.invalid', HTTP_PROXY: proxy.address });
  const pulled = await client.result('goldfish/models/pull', { model: ID });
  assert.equal(pulled.revision, server.revision);
  assert.ok(proxy.asked.length > 0);
  for (const host of proxy.asked)
    assert.match(host, /^hub\.invalid(:80)?$/, 'the second host is on loopback');
});

test('given NO_PROXY, when a model is pulled, then the named host is reached directly', async (t) => {
  const server = await hub(t);
  const proxy = await proxyServer(server.endpoint);
  t.after(() => proxy.close());
  const env = { HF_ENDPOINT: 'http://hub.invalid', HTTP_PROXY: proxy.address, NO_PROXY: 'hub.invalid' };
  const { client } = await open(t, env);
  const { error } = await client.request('goldfish/models/pull', { model: ID });
  assert.match(error?.message ?? '', /hub\.invalid.*(ENOTFOUND|EAI_AGAIN)/);
  assert.deepEqual(proxy.asked, []);
});

test('given downloads that are off, when a model is pulled, then nothing is requested and the offline way is shown', async (t) => {
  const server = await hub(t);
  const { box, client } = await open(t, { HF_ENDPOINT: server.endpoint });
  await set(client, 'models.offline', true);
  for (const method of ['goldfish/models/pull', 'goldfish/models/pin']) {
    const { error } = await client.request(method, method.endsWith('pull') ? { model: ID } : {});
    assert.match(String(error?.data?.remedy), /copy a model folder to this machine/);
  }
  assert.deepEqual(server.requests, []);
  const { stdout } = await goldfish(box, 'doctor');
  assert.match(stdout, /model hub +not used: downloads are off/);
  assert.match(stdout, /captioner +none: .* fix: copy a model folder/);
});

test('given a clone, when pin runs, then it fills the manifest from the hub; elsewhere it prints it', async (t) => {
  const server = await hub(t);
  const box = sandbox();
  const env = { ...box.env, HF_ENDPOINT: server.endpoint };
  // A clone as far as this command can see: the built command, a manifest, and .git.
  const clone = join(box.folder, 'clone');
  cpSync(dirname(bundle), join(clone, 'dist'), { recursive: true });
  symlinkSync(join(dirname(dirname(bundle)), 'node_modules'), join(clone, 'node_modules'));
  cpSync(join(dirname(dirname(bundle)), 'package.json'), join(clone, 'package.json'));
  mkdirSync(join(clone, 'models'));
  const path = join(clone, 'models/manifest.json');
  const budget = { frames: 4, framePx: 32, words: 40, tokens: 20 };
  const common = { role: 'captioner', licence: null, revision: null, files: null, budget };
  const models = [
    { id: ID, default: true, note: 'Tiny.', ...common },
    { id: 'tests/other', default: false, note: 'Not there.', ...common },
  ];
  const text = `${JSON.stringify({ version: 1, models }, null, 2)}\n`;
  writeFileSync(path, text);
  const run = (...args: readonly string[]) =>
    runProgram(process.execPath, [join(clone, 'dist/goldfish.mjs'), ...args, '--data-dir', box.dataDir], {
      cwd: box.folder,
      env,
    });
  t.after(() => run('stop'));
  const printed = await run('models', 'pin', ID);
  assert.equal(printed.code, 0, printed.err);
  const [tiny] = (JSON.parse(printed.out) as { models: Record<string, unknown>[] }).models;
  assert.equal(tiny?.revision, server.revision);
  assert.equal(readFileSync(path, 'utf8'), text, 'no clone, no write');

  mkdirSync(join(clone, '.git'));
  const written = await run('models', 'pin');
  assert.equal(written.code, 1, 'one of them is not on the hub');
  assert.match(written.err, /tests\/other: not pinned\. .*404/);
  assert.match(written.out, /Filled 1 of 2 models in /);
  const now = JSON.parse(readFileSync(path, 'utf8')) as { models: Record<string, unknown>[] };
  assert.equal(now.models[0]?.revision, server.revision);
  assert.equal(now.models[0]?.licence, 'apache-2.0');
  assert.deepEqual(now.models[1], models[1]);
});

test('given a hub that fails and then serves, when a model is pulled, then its entry shows the failure and later its size', async (t) => {
  const server = await hub(t);
  const { client } = await open(t, { HF_ENDPOINT: server.endpoint });
  const entryOf = async () => (await list(client)).models.find(({ id }) => id === ID);
  assert.equal(await entryOf(), undefined);
  const [file] = readdirSync(join(TINY_HOST.folder, 'onnx'));
  server.faults.set(`onnx/${file}`, [{ status: 404 }]);
  const { error } = await client.request('goldfish/models/pull', { model: ID });
  const failed = (await entryOf())?.pull;
  assert.equal(failed?.state, 'failed');
  assert.equal(failed.reason, error?.message);
  assert.equal(failed.remedy, error?.data?.remedy);
  const pulled = await client.result('goldfish/models/pull', { model: ID });
  const entry = await entryOf();
  assert.deepEqual([entry?.pull, entry?.bytes], [undefined, pulled.bytes]);
});

test('given a download that another client started, when models are listed, then its bytes are shown while it runs', async (t) => {
  const server = await hub(t);
  const { client } = await open(t, { HF_ENDPOINT: server.endpoint });
  const [file] = readdirSync(join(TINY_HOST.folder, 'onnx'));
  server.faults.set(`onnx/${file}`, [{ silent: true }]);
  const { id, answer } = client.start('goldfish/models/pull', { model: ID, partialResultToken: 'p' });
  await client.notice(({ method }) => method === '$/progress');
  const running = await list(client);
  const { pull } = running.models.find((entry) => entry.id === ID) ?? {};
  assert.equal(pull?.state, 'running');
  client.notify('$/cancelRequest', { id });
  assert.equal((await answer).error?.code, -32800);
  assert.ok((await list(client)).models.every((entry) => entry.pull === undefined));
});

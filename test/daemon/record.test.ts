// needs: ffmpeg
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { pathToFileURL } from 'node:url';
import { agentOf, callTool } from '../support/agent.ts';
import { goldfish, sandbox, startDaemon } from '../support/daemon.ts';
import { WHISTLE, whistleHost } from '../support/fake-transcription-host.ts';
import type { IndependentClient } from '../support/independent-client.ts';
import { startLiveStream } from '../support/live-stream.ts';
import { fill, makeMedia } from '../support/make-media.ts';
import { PUBLIC_ORIGIN, startPublicWeb } from '../support/public-web.ts';
import { type Said, whistled } from '../support/tone-speech.ts';

const SECRET = 'heron4711stork';
const SAID: readonly Said[] = [
  { startMs: 4000, text: 'rain falls on old stone walls' },
  { startMs: 24_000, text: 'a blue whale sings under water' },
];

interface Recording {
  readonly id: string;
  readonly state: string;
  readonly url: string;
  readonly recordedMs: number;
  readonly reason?: string;
}

async function world(t: TestContext) {
  const box = sandbox();
  const daemon = await startDaemon(box);
  t.after(() => daemon.child.kill());
  const client = await daemon.client();
  const host = await whistleHost();
  t.after(() => host.close());
  const set = (key: string, value: unknown) => client.result('goldfish/settings/set', { key, value });
  await set('models.voiceDetector', 'none');
  await set('models.transcriber', `${host.baseUrl}#${WHISTLE}`);
  const folder = join(box.folder, 'videos');
  const parts = join(box.folder, 'parts');
  for (const path of [folder, parts]) mkdirSync(path);
  const video = join(box.folder, 'lecture.mkv');
  await makeMedia(video, {
    seconds: 40,
    video: { width: 64, height: 64, fps: 10, draw: (canvas) => fill(canvas, [30, 60, 120]) },
    audio: { sample: whistled(SAID) },
  });
  const stream = await startLiveStream(video, parts, SECRET);
  t.after(() => stream.close());
  const record = async (more: Readonly<Record<string, unknown>> = {}) => {
    const params = { url: stream.url, folder: pathToFileURL(folder).href, name: 'Council', ...more };
    return client.request('goldfish/record/start', params);
  };
  return { box, daemon, client, stream, folder, record };
}

/** Asks again after each change until the answer is the one that is waited for. */
async function until<T>(client: IndependentClient, ask: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const seen = client.notices.length;
    const found = await ask();
    if (found !== undefined) return found;
    await client.notice(
      (notice) => notice.method === 'goldfish/didChangeStatus' && client.notices.indexOf(notice) >= seen,
    );
  }
}

const hitFor = (client: IndependentClient, query: string) =>
  until(client, async () => {
    const { hits } = (await client.result('goldfish/search', { query })) as {
      hits: readonly { uri: string; startMs: number }[];
    };
    return hits[0];
  });

test('given a live stream, when it is recorded, then what was said is found while it runs, a lost connection resumes, and no secret is logged', async (t) => {
  const { box, daemon, client, stream, folder, record } = await world(t);
  stream.publish(12);
  const refused = await record();
  assert.match(String(refused.error?.message), /127\.0\.0\.1 is on this machine/);
  assert.deepEqual(readdirSync(folder), []);

  const { result } = await record({ allowPrivate: true });
  const [recording] = (result as { recordings: readonly Recording[] }).recordings;
  assert.equal(recording?.state, 'recording');
  assert.ok(!JSON.stringify(result).includes(SECRET), JSON.stringify(result));
  // A player of a live stream begins near its end.
  stream.publish(30);
  const hit = await hitFor(client, 'whale');
  assert.match(decodeURIComponent(hit.uri), /Council \d{4}-\d\d-\d\d \d\d-\d\d-\d\d\.mkv$/);

  stream.setDown(true);
  const list = async () => (await client.result('goldfish/record/list', {})) as { recordings: Recording[] };
  const reconnecting = await new Promise<Recording>((resolve) => {
    const look = async () => {
      const [found] = (await list()).recordings;
      if (found?.state === 'reconnecting') resolve(found);
      else setImmediate(() => void look());
    };
    void look();
  });
  assert.ok(!JSON.stringify(reconnecting).includes(SECRET), reconnecting.reason);
  stream.setDown(false);
  stream.publish(40, true);
  await stream.requested(39);

  const stopped = await goldfish(box, 'record', 'stop', '--json');
  assert.equal(stopped.code, 0, stopped.stderr);
  assert.ok(readdirSync(folder).length >= 2, readdirSync(folder).join());
  daemon.child.kill();
  await daemon.exit;
  const logs = join(box.dataDir, 'logs');
  for (const name of readdirSync(logs))
    assert.ok(!readFileSync(join(logs, name), 'utf8').includes(SECRET), name);
});

test('given an agent, when it records a stream, then it can only where the user allowed it, and never from this machine', async (t) => {
  const box = sandbox();
  const folder = join(box.folder, 'videos');
  const parts = join(box.folder, 'parts');
  for (const path of [folder, parts]) mkdirSync(path);
  const video = join(box.folder, 'lecture.mkv');
  await makeMedia(video, {
    seconds: 12,
    video: { width: 64, height: 64, fps: 10, draw: (canvas) => fill(canvas, [30, 60, 120]) },
  });
  const stream = await startLiveStream(video, parts, SECRET);
  t.after(() => stream.close());
  stream.publish(12);
  const web = await startPublicWeb((path) => new URL(path, stream.url).href);
  t.after(() => web.close());
  const daemon = await startDaemon({ ...box, env: { ...box.env, HTTP_PROXY: web.proxyUrl } });
  t.after(() => daemon.child.kill());
  const client = await daemon.client();
  await client.result('goldfish/folders/add', { uri: pathToFileURL(folder).href });
  const reader = await agentOf(box);
  t.after(() => reader.close());
  const names = (await reader.listTools()).tools.map(({ name }) => name);
  assert.ok(!names.includes('record_stream'), names.join());
  const agent = await agentOf(box, '--allow-add');
  t.after(() => agent.close());

  const refused = await callTool(agent, 'record_stream', { url: stream.url, minutes: 1 });
  assert.equal(refused.isError, true);
  assert.match(JSON.stringify(refused.content), /127\.0\.0\.1 is on this machine/);
  assert.deepEqual(stream.requests, []);
  const rtsp = await callTool(agent, 'record_stream', { url: 'rtsp://93.184.216.34/a', minutes: 1 });
  assert.match(JSON.stringify(rtsp.content), /cannot be checked/);

  const url = `${PUBLIC_ORIGIN}/live.m3u8?token=${SECRET}`;
  const started = await callTool(agent, 'record_stream', { url, minutes: 1, name: 'Council' });
  assert.match(JSON.stringify(started.content), /Council is being recorded until 20/);
  assert.ok(!JSON.stringify(started).includes(SECRET));
  const listed = await goldfish(box, 'record', 'list');
  assert.match(listed.stdout, /Council {2}recording/);
  assert.equal((await goldfish(box, 'record', 'stop')).code, 0);
  assert.match(readdirSync(folder).join(), /^Council .*\.mkv$/);
});

test('given no ffmpeg on PATH, when a stream is recorded, then it says how to get it', async (t) => {
  const box = sandbox();
  t.after(() => goldfish(box, 'stop'));
  const poor = { ...box, env: { ...box.env, PATH: join(box.folder, 'nowhere') } };
  const { code, stderr } = await goldfish(
    poor,
    ...['record', 'http://127.0.0.1:9/live.m3u8', '--to', box.folder, '--allow-private'],
  );
  assert.equal(code, 4);
  assert.match(stderr, /ffmpeg is not installed/);
  assert.match(stderr, /Install it with your package manager/);
});

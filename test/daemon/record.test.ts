// needs: ffmpeg
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { pathToFileURL } from 'node:url';
import { goldfish, sandbox, startDaemon } from '../support/daemon.ts';
import { WHISTLE, whistleHost } from '../support/fake-transcription-host.ts';
import type { IndependentClient } from '../support/independent-client.ts';
import { startLiveStream } from '../support/live-stream.ts';
import { fill, makeMedia } from '../support/make-media.ts';
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

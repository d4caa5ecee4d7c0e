import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { pathToFileURL } from 'node:url';
import type { VideoResult } from '../../server/protocol/videos.ts';
import { sandbox, startDaemon } from '../support/daemon.ts';
import type { IndependentClient } from '../support/independent-client.ts';
import { captionOf, type Scene, scenes, sceneVideo, TINY_HOST } from '../support/tiny-scenes.ts';

// The inference child is killed at events of its own while a watched folder is captioned (support/die-at-event.mjs). The
// same folder is captioned before by the same model under another name and nobody kills it: what must come out is known.

const SECONDS = 5;
const CLIPS = 10;
const VIDEOS = 3;
const SEED = 20261126;

/** Mulberry32: numbers of 0..1, the same at each run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Work {
  readonly waiting: number;
  readonly running: readonly { readonly stage: string }[];
  readonly done: number;
  readonly failed: readonly { readonly stage: string; readonly reason: string }[];
}

const work = async (client: IndependentClient) =>
  ((await client.result('goldfish/status', {})) as unknown as { work: Work }).work;
const rests = ({ waiting, running }: Work) => waiting === 0 && running.length === 0;
const set = (client: IndependentClient, key: string, value: unknown) =>
  client.result('goldfish/settings/set', { key, value });

/** Reads the status at each change of it until it fits. */
async function until(
  client: IndependentClient,
  fits: (now: Work) => boolean | Promise<boolean>,
): Promise<Work> {
  for (;;) {
    const seen = client.notices.length;
    const now = await work(client);
    if (await fits(now)) return now;
    await client.notice(
      (notice) => notice.method === 'goldfish/didChangeStatus' && client.notices.indexOf(notice) >= seen,
    );
  }
}

async function captionLines(client: IndependentClient, uri: string) {
  const { lines } = (await client.result('goldfish/video', { uri })) as unknown as VideoResult;
  return lines.filter(({ kind }) => kind === 'caption');
}

/** Captions of a video with the place of their clip; a clip with two of them fails the test. */
async function captionsOf(client: IndependentClient, uri: string, describer: string) {
  const captions = await captionLines(client, uri);
  const places = captions.map(({ startMs, endMs }) => `${startMs}-${endMs}`);
  assert.equal(new Set(places).size, places.length, `a clip has two captions: ${places.join(' ')}`);
  for (const { source } of captions) assert.equal(source, describer);
  return captions.toSorted((a, b) => a.startMs - b.startMs).map(({ text }, i) => ({ at: places[i], text }));
}

/**
 * Where children die, in order: each place three times, shuffled. On a processor a clip is a call. A child that dies at its
 * n-th call has captioned n - 1 clips (n where it has replied), and a clip is given up after two deaths. So these kills use
 * up at most 15 + 6 of the 30 clips, and there is work left for each of them.
 */
function plan(): readonly string[] {
  const random = seeded(SEED);
  const upTo = (most: number) => 1 + Math.floor(random() * most);
  const places = [1, 2, 3].flatMap((call) => [
    `loading ${upTo(3)}`,
    `call ${call}`,
    // The shortest caption takes more runs than these: its pictures, its prompt and a token each.
    `running ${call} ${upTo(8)}`,
    `reply ${call}`,
    `replied ${call}`,
  ]);
  return places
    .map((place) => ({ place, at: random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ place }) => place);
}

/** A daemon whose inference children die at the events that a file names, and a watched folder of rendered videos. */
async function open(t: test.TestContext, videos: readonly (readonly Scene[])[]) {
  const box = sandbox();
  const file = join(box.folder, 'kills');
  writeFileSync(file, '');
  const dying = new URL('../support/die-at-event.mjs', import.meta.url).href;
  const env = { ...box.env, NODE_OPTIONS: `--import=${dying}?file=${encodeURIComponent(file)}` };
  const daemon = await startDaemon({ ...box, env });
  t.after(() => daemon.child.kill());
  const client = await daemon.client();
  const folder = join(box.folder, 'videos');
  mkdirSync(folder);
  const uris: string[] = [];
  for (const [i, list] of videos.entries()) {
    const path = join(folder, `${i}.mp4`);
    await sceneVideo(path, list, { seconds: SECONDS });
    uris.push(pathToFileURL(path).href);
  }
  await set(client, 'clips.seconds', SECONDS);
  await set(client, 'screenText.enabled', false);
  await set(client, 'models.device', 'cpu');
  return {
    client,
    uris,
    /** Takes the tiny model under this name: another model, as the daemon sees it. */
    async use(name: string) {
      const model = join(box.folder, name);
      cpSync(TINY_HOST.folder, model, { recursive: true });
      await set(client, 'models.captioner', model);
    },
    /** Resolves when each video has been captioned by this model, or its captions have failed. */
    captioned: (name: string) =>
      until(client, async (now) => {
        if (now.done + now.failed.length < uris.length || !rests(now)) return false;
        const lines = await Promise.all(uris.map((uri) => captionLines(client, uri)));
        const left = lines.filter((all) => all.length === 0 || all.some(({ source }) => source !== name));
        return left.length === now.failed.length;
      }),
    watch: () => client.result('goldfish/folders/add', { uri: pathToFileURL(folder).href }),
    /** The children from here on die at these events. */
    kill: (at: readonly string[]) => writeFileSync(file, at.map((event) => `${event}\n`).join('')),
    killed: () =>
      existsSync(`${file}.killed`) ? readFileSync(`${file}.killed`, 'utf8').trim().split('\n') : [],
  };
}

test('given an inference process killed at 15 points, when captioning ends, then each clip has the one caption it had before', async (t) => {
  const all = scenes(VIDEOS * CLIPS);
  const lists = Array.from({ length: VIDEOS }, (_, i) => all.slice(i * CLIPS, (i + 1) * CLIPS));
  const { client, uris, use, captioned, watch, kill, killed } = await open(t, lists);
  await use('calm');
  await watch();
  await captioned('calm');
  const wanted = await Promise.all(uris.map((uri) => captionsOf(client, uri, 'calm')));
  const right = wanted.flatMap((captions, v) =>
    captions.filter(({ text }, i) => {
      const scene = lists[v]?.[i];
      return scene !== undefined && text === captionOf(scene);
    }),
  );
  assert.ok(right.length >= 0.95 * all.length, JSON.stringify(wanted, null, 1));

  const planned = plan();
  kill(planned);
  await use('stormy');
  const { failed } = await captioned('stormy');
  assert.deepEqual(killed(), planned);
  // A clip that was hit again and again may have failed; it is told then, and `reindex` mends it.
  if (failed.length > 0) {
    for (const { stage, reason } of failed) assert.match(`${stage}: ${reason}`, /^caption: .*crashed/);
    kill([]);
    await client.result('goldfish/reindex', { stage: 'caption' });
    assert.deepEqual((await captioned('stormy')).failed, []);
  }
  const found = await Promise.all(uris.map((uri) => captionsOf(client, uri, 'stormy')));
  assert.deepEqual(found, wanted);
  assert.deepEqual(client.faults, []);
});

test('given a clip at which every inference process is killed, then captioning fails and the old caption stays; reindex mends it', async (t) => {
  const [scene] = scenes(1);
  assert.ok(scene);
  const { client, uris, use, captioned, watch, kill, killed } = await open(t, [[scene]]);
  const [uri = ''] = uris;
  await use('calm');
  await watch();
  await captioned('calm');
  const before = await captionsOf(client, uri, 'calm');
  assert.deepEqual(
    before.map(({ text }) => text),
    [captionOf(scene)],
  );

  kill(Array.from({ length: 50 }, () => 'running 1 2'));
  await use('stormy');
  const { failed } = await until(client, (now) => now.failed.length > 0);
  assert.match(
    failed[0]?.reason ?? '',
    /1 of 1 clips could not be captioned, the first from 0:00 to 0:05: .*crashed/,
  );
  assert.ok(killed().length >= 2, 'it is tried again before it is given up');
  assert.deepEqual(await captionsOf(client, uri, 'calm'), before);

  kill([]);
  await client.result('goldfish/reindex', { uri, stage: 'caption' });
  assert.deepEqual((await captioned('stormy')).failed, []);
  assert.deepEqual(await captionsOf(client, uri, 'stormy'), before);
});

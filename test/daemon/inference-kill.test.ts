import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { pathToFileURL } from 'node:url';
import type { VideoResult } from '../../server/protocol/videos.ts';
import { sandbox, startDaemon } from '../support/daemon.ts';
import type { IndependentClient } from '../support/independent-client.ts';
import { captionOf, type Scene, scenes, sceneVideo, TINY_HOST } from '../support/tiny-scenes.ts';

// The inference child is killed at random moments while a watched folder is captioned. The same folder is captioned
// before by the same model under another name and nobody kills it: what must come out is known.

const SECONDS = 5;
const CLIPS = 10;
const VIDEOS = 3;
const KILLS = 12;
/** Processor time that loading and the first clip take at the least, and a further clip at the most, ms. */
const LOAD_MS = 400;
const CLIP_MS = 40;
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

/** At which call of theirs children die, and after how much processor time: while loading, or at a clip soon after. */
function moments(count: number): readonly string[] {
  const random = seeded(SEED);
  return Array.from({ length: count }, () => {
    const call = 1 + Math.floor(random() * 5);
    return `${call} ${Math.round(random() * (call === 1 ? LOAD_MS : CLIP_MS))}`;
  });
}

/** A daemon whose inference children die as a file says, and a watched folder of rendered videos. */
async function open(t: test.TestContext, videos: readonly (readonly Scene[])[]) {
  const box = sandbox();
  const file = join(box.folder, 'moments');
  writeFileSync(file, '');
  const dying = new URL('../support/die-at-random.mjs', import.meta.url).href;
  const env = { ...box.env, NODE_OPTIONS: `--import=${dying}`, GOLDFISH_TEST_MOMENTS: file };
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
    /** The children from here on die at these moments. */
    kill: (at: readonly string[]) => writeFileSync(file, at.map((moment) => `${moment}\n`).join('')),
    killed: () =>
      existsSync(`${file}.killed`) ? readFileSync(`${file}.killed`, 'utf8').trim().split('\n') : [],
  };
}

test('killed at random again and again: each clip has one caption, the one it would have had', async (t) => {
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

  kill(moments(KILLS));
  await use('stormy');
  const { failed } = await captioned('stormy');
  const times = killed();
  assert.ok(times.length >= KILLS / 2, `killed at ${times.join(', ')}`);
  t.diagnostic(`killed at call and ms ${times.join(', ')}; ${failed.length} videos had a clip that failed`);
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

test('a clip at which every child is killed is told as failed, keeps its caption, and reindex mends it', async (t) => {
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

  kill(Array.from({ length: 50 }, () => '1 10'));
  await use('stormy');
  const { failed } = await until(client, (now) => now.failed.length > 0);
  assert.match(failed[0]?.reason ?? '', /1 of 1 clips have no caption; from 0:00 to 0:05: .*crashed/);
  assert.ok(killed().length >= 2, 'it is tried again before it is given up');
  assert.deepEqual(await captionsOf(client, uri, 'calm'), before);

  kill([]);
  await client.result('goldfish/reindex', { uri, stage: 'caption' });
  assert.deepEqual((await captioned('stormy')).failed, []);
  assert.deepEqual(await captionsOf(client, uri, 'stormy'), before);
});

// needs: goldfish-train-python
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import type { VideoResult } from '../../server/protocol/videos.ts';
import { findProgram } from '../../server/src/base/find-program.ts';
import { goldfish, type Sandbox, sandbox, startDaemon } from '../support/daemon.ts';
import type { IndependentClient } from '../support/independent-client.ts';
import { captionOf, type Scene, sceneVideo, TINY_HOST, variedScenes } from '../support/tiny-scenes.ts';
import { until, uriOf } from '../support/watched.ts';

const SECONDS = 5;
/** Scenes of one video. */
const SCENES = 20;
/** The tiny captioner is 500 times narrower than the smallest real one, so it learns with larger steps. */
const TINY_CONFIG = `
rate = 4e-3
connector_rate = 2e-3
epochs = 6
keep = 4
batch = 16
micro_batch = 16
generate_rows = 20
generate_tokens = 20
`;

interface Film {
  readonly uri: string;
  readonly scenes: readonly Scene[];
}

const set = (client: IndependentClient, key: string, value: unknown) =>
  client.result('goldfish/settings/set', { key, value });

async function makeFilms(folder: string, name: string, count: number, seed: number, colour?: 'teal') {
  const films: Film[] = [];
  for (let i = 0; i < count; i += 1) {
    const path = join(folder, `${name}-${i}.mp4`);
    const scenes = variedScenes(SCENES, seed + i, colour);
    await sceneVideo(path, scenes, { seconds: SECONDS, width: 64, height: 64, fps: 4 });
    films.push({ uri: uriOf(path), scenes });
  }
  return films;
}

const captionsIn = ({ lines }: VideoResult) => lines.filter(({ kind }) => kind === 'caption');

/** Returns the captions of a film in time order, once the model with this name has written all of them. */
async function captionsBy(client: IndependentClient, { uri }: Film, model: string) {
  const video = await until(
    client,
    async () => (await client.result('goldfish/video', { uri })) as unknown as VideoResult,
    (found) => {
      const lines = captionsIn(found);
      // A clip that shows the same as an earlier one has its caption: "model, as at 0:12".
      return lines.length === SCENES && lines.every(({ source }) => source.split(',')[0] === model);
    },
  );
  return captionsIn(video);
}

async function run(box: Sandbox, ...args: readonly string[]): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await goldfish(box, ...args, '--json');
  assert.equal(code, 0, `${args.join(' ')}\n${stdout}\n${stderr}`);
  return JSON.parse(stdout) as Record<string, unknown>;
}

const share = (flags: readonly boolean[]) => flags.filter(Boolean).length / flags.length;

test('given 200 corrections to a colour that the captioner does not know, when it is trained, then the daemon names it, and other captions stay', async (t) => {
  const box = sandbox();
  const python = findProgram('goldfish-train-python', process.env);
  Object.assign(box.env, { GOLDFISH_TRAIN_PYTHON: python, OMP_NUM_THREADS: '1' });
  const daemon = await startDaemon(box);
  t.after(() => daemon.child.kill());
  const client = await daemon.client();
  const folder = join(box.folder, 'videos');
  mkdirSync(folder);
  const lessons = await makeFilms(folder, 'lesson', 10, 100, 'teal');
  const known = await makeFilms(folder, 'known', 15, 200);
  const unseenFolder = join(box.folder, 'unseen');
  mkdirSync(unseenFolder);
  const unseenTeal = await makeFilms(unseenFolder, 'teal', 5, 300, 'teal');
  const unseenKnown = await makeFilms(unseenFolder, 'known', 10, 400);
  await set(client, 'clips.seconds', SECONDS);
  await set(client, 'screenText.enabled', false);
  await set(client, 'models.captioner', TINY_HOST.folder);
  for (const each of [folder, unseenFolder])
    await client.result('goldfish/folders/add', { uri: uriOf(each) });

  // A person corrects every caption of the lessons.
  let corrections = 0;
  for (const film of lessons)
    for (const [i, line] of (await captionsBy(client, film, 'model')).entries()) {
      const scene = film.scenes[i];
      assert.ok(scene);
      const text = captionOf(scene);
      assert.doesNotMatch(line.text, /teal/);
      const params = { uri: film.uri, kind: 'caption', startMs: line.startMs, text };
      await client.result('goldfish/corrections/line', params);
      corrections += 1;
    }
  assert.equal(corrections, 200);
  const before = [];
  for (const film of unseenKnown) before.push(...(await captionsBy(client, film, 'model')));
  for (const film of known) await captionsBy(client, film, 'model');

  const data = join(box.folder, 'lessons');
  const exported = await run(box, 'train', 'export', data, '--in', folder, '--split', '90/10/0');
  assert.deepEqual(exported.sources, { corrections: 200, tags: 0, captions: 300, subtitles: 0, host: 0 });
  await run(box, 'train', 'check', data);
  const config = join(box.folder, 'tiny.toml');
  writeFileSync(config, TINY_CONFIG);
  const runFolder = join(box.folder, 'training');
  await run(box, 'train', 'fit', data, '--base', TINY_HOST.folder, '-o', runFolder, '--config', config);
  const tuned = join(box.folder, 'tuned');
  const written = await run(box, 'train', 'export-model', runFolder, tuned, '--precision', 'fp32');
  const { fp32 } = written.parity as { readonly fp32: { readonly texts: number; readonly prompts: number } };
  assert.deepEqual([fp32.texts, fp32.prompts], [20, 20]);
  assert.match(readFileSync(join(tuned, 'README.md'), 'utf8'), /20 of 20 texts equal/);

  // Words of the lessons cannot show a gain, so a person corrects something that the model has not seen.
  const [unseenFilm] = unseenTeal;
  assert.ok(unseenFilm);
  for (const [i, line] of (await captionsBy(client, unseenFilm, 'model')).entries()) {
    const scene = unseenFilm.scenes[i];
    assert.ok(scene);
    const params = { uri: unseenFilm.uri, kind: 'caption', startMs: line.startMs, text: captionOf(scene) };
    await client.result('goldfish/corrections/line', params);
  }
  const { used, judgement } = await run(box, 'train', 'use', 'captioner', tuned);
  assert.equal(used, true);
  const { comparison } = judgement as { comparison: { items: number; accuracyA: number; accuracyB: number } };
  t.diagnostic(`found ${comparison.accuracyB} of ${comparison.items}, before ${comparison.accuracyA}`);
  assert.equal(comparison.items, SCENES);
  assert.ok(comparison.accuracyB >= comparison.accuracyA);
  const named = [];
  for (const film of unseenTeal.slice(1))
    for (const { text } of await captionsBy(client, film, 'tuned')) named.push(/\bteal\b/.test(text));
  const kept = [];
  for (const film of unseenKnown)
    for (const { text } of await captionsBy(client, film, 'tuned'))
      kept.push(text === before[kept.length]?.text);
  t.diagnostic(`${share(named)} of ${named.length} name teal, ${share(kept)} of ${kept.length} stay`);
  assert.equal(named.length, 80);
  assert.equal(kept.length, 200);
  assert.ok(share(named) >= 0.95, `${share(named)} of the unseen clips are named teal`);
  assert.ok(share(kept) >= 0.99, `${share(kept)} of the other captions stay as they were`);

  await run(box, 'train', 'undo', 'captioner');
  const settings = (await client.result('goldfish/settings/get', { key: 'models.captioner' })) as {
    readonly settings: Record<string, unknown>;
  };
  assert.equal(settings.settings['models.captioner'], TINY_HOST.folder);
});

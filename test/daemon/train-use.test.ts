import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { appendFileSync, cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import type { VideoResult } from '../../server/protocol/videos.ts';
import { goldfish, type Sandbox, sandbox, startDaemon } from '../support/daemon.ts';
import { tinyModel } from '../support/tiny-models.ts';
import { captionOf, scenes, sceneVideo, TINY_HOST } from '../support/tiny-scenes.ts';
import { search, until, uriOf } from '../support/watched.ts';

const GRAPH = 'onnx/model.onnx';

const digestOf = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');

/** Writes a reranker as `train export-model` does, with what it reached on held-out searches. */
function writeTrained(
  box: Sandbox,
  name: string,
  mrr: { readonly before: number; readonly after: number } | undefined,
): string {
  const folder = join(box.folder, name);
  cpSync(tinyModel('tiny-reranker').host.folder, folder, { recursive: true });
  const share = (value: number) => ({ rows: 20, first: value, mrr: value });
  const origin = {
    role: 'reranker',
    contents: [],
    files: { [GRAPH]: digestOf(join(folder, GRAPH)) },
    parity: { fp32: { values: 0 } },
    held_out: mrr ? { before: share(mrr.before), after: share(mrr.after) } : { before: null, after: null },
  };
  writeFileSync(join(folder, 'training.json'), JSON.stringify(origin));
  return folder;
}

test('given trained models, when they are put into use, then only a whole one that found more and passes its exam is, and one command goes back', async (t) => {
  const box = sandbox();
  const daemon = await startDaemon(box);
  t.after(() => daemon.child.kill());
  const client = await daemon.client();
  await client.result('goldfish/settings/set', { key: 'models.offline', value: true });
  const inUse = async () => {
    const { settings } = (await client.result('goldfish/settings/get', { key: 'models.reranker' })) as {
      readonly settings: Record<string, unknown>;
    };
    return settings['models.reranker'];
  };
  const use = (folder: string, ...args: readonly string[]) =>
    goldfish(box, 'train', 'use', 'reranker', folder, ...args);

  const better = writeTrained(box, 'better', { before: 0.5, after: 0.7 });
  // The tiny reranker knows a few dozen words, so the exam refuses it.
  const examined = await use(better);
  assert.equal(examined.code, 1);
  assert.match(examined.stdout, /Exam of reranker better: .* is not used[\s\S]*not put into use/);
  assert.equal(await inUse(), '');
  const used = await use(better, '--force');
  assert.equal(used.code, 0, used.stdout + used.stderr);
  assert.match(used.stdout, /MRR 0\.700, before 0\.500[\s\S]*Exam of reranker[\s\S]*train undo reranker/);
  assert.equal(await inUse(), better);

  for (const [folder, message] of [
    [
      writeTrained(box, 'worse', { before: 0.7, after: 0.6 }),
      /MRR 0\.600, before 0\.700[\s\S]*not put into use/,
    ],
    [writeTrained(box, 'unknown', undefined), /No search was held out[\s\S]*--force/],
  ] as const) {
    const { code, stdout } = await use(folder);
    assert.equal(code, 1);
    assert.match(stdout, message);
    assert.equal(await inUse(), better);
  }
  const changed = writeTrained(box, 'changed', { before: 0.5, after: 0.7 });
  appendFileSync(join(changed, GRAPH), 'x');
  const foreign = tinyModel('tiny-reranker').host.folder;
  for (const [folder, message] of [
    [changed, /has changed since it was exported/],
    [foreign, /was not trained by Goldfish/],
  ] as const) {
    const { code, stderr } = await use(folder, '--force');
    assert.equal(code, 1);
    assert.match(stderr, message);
  }
  const wrongRole = await goldfish(box, 'train', 'use', 'captioner', better);
  assert.match(wrongRole.stderr, /is a reranker, and no captioner/);

  const undone = await goldfish(box, 'train', 'undo', 'reranker');
  assert.match(undone.stdout, /In use again: the default model/);
  assert.equal(await inUse(), '');
  const again = await goldfish(box, 'train', 'undo', 'reranker');
  assert.equal(again.code, 1);
  assert.match(again.stderr, /No trained reranker was put into use/);
});

/** Writes a copy of the tiny captioner as `train export-model` does. `contents`: what it was trained on. */
function writeCaptioner(box: Sandbox, name: string, contents: readonly string[]): string {
  const folder = join(box.folder, name);
  cpSync(TINY_HOST.folder, folder, { recursive: true });
  const files = Object.fromEntries(
    readdirSync(join(folder, 'onnx')).map((graph) => [
      `onnx/${graph}`,
      digestOf(join(folder, 'onnx', graph)),
    ]),
  );
  const origin = { role: 'captioner', contents, files, parity: { fp32: { texts: 20, prompts: 20 } } };
  writeFileSync(join(folder, 'training.json'), JSON.stringify(origin));
  return folder;
}

test('given captions of a model, when a trained one is put into use or taken out, then the old captions answer until all are new', async (t) => {
  const box = sandbox();
  const daemon = await startDaemon(box);
  t.after(() => daemon.child.kill());
  const client = await daemon.client();
  const folder = join(box.folder, 'videos');
  mkdirSync(folder);
  const list = scenes(6);
  const path = join(folder, 'shapes.mp4');
  await sceneVideo(path, list, { seconds: 5, width: 64, height: 64, fps: 4 });
  const uri = uriOf(path);
  const set = (key: string, value: unknown) => client.result('goldfish/settings/set', { key, value });
  await set('clips.seconds', 5);
  await set('screenText.enabled', false);
  await set('models.captioner', TINY_HOST.folder);
  await client.result('goldfish/folders/add', { uri: uriOf(folder) });

  /** The models whose captions the video has, one for each caption. */
  const describers = async () => {
    const { lines } = (await client.result('goldfish/video', { uri })) as unknown as VideoResult;
    return lines.filter(({ kind }) => kind === 'caption').map(({ source }) => source.split(',')[0]);
  };
  /** Waits until all captions are of one model. At no time a clip is without a caption. */
  const captionedBy = async (model: string, before: string) => {
    const counts = new Set<number>();
    await until(
      client,
      async () => {
        const found = await describers();
        counts.add(found.length);
        assert.ok(
          found.every((name) => name === model || name === before),
          found.join(', '),
        );
        return found;
      },
      (found) => found.length === list.length && found.every((name) => name === model),
    );
    return [...counts];
  };
  await until(client, describers, (found) => found.length === list.length);
  const [scene = assert.fail()] = list;
  const query = captionOf(scene);
  const seen = async () =>
    (await search(client, query)).flatMap(({ evidence }) =>
      evidence.filter(({ kind }) => kind === 'caption').map(({ text }) => text),
    );
  assert.ok((await seen()).some((text) => text.includes(query)));
  // Without corrections there is nothing to compare on, and the same if the model was trained on the only ones.
  const { videoId } = (await client.result('goldfish/video', { uri })) as unknown as VideoResult;
  const trained = writeCaptioner(box, 'trained', [videoId]);
  const assertNotCompared = async () => {
    const { code, stdout, stderr } = await goldfish(box, 'train', 'use', 'captioner', trained);
    assert.equal(code, 1);
    assert.match(stdout + stderr, /nothing to compare on[\s\S]*not put into use[\s\S]*--force/);
  };
  await assertNotCompared();
  const text = 'Luna swims to the left.';
  await client.result('goldfish/corrections/line', { uri, kind: 'caption', startMs: 5000, text });
  await assertNotCompared();

  for (const [args, model, before] of [
    [['use', 'captioner', trained, '--force'], 'trained', 'model'],
    [['undo', 'captioner'], 'model', 'trained'],
  ] as const) {
    await client.result('goldfish/pause');
    const { code, stdout, stderr } = await goldfish(box, 'train', ...args);
    assert.equal(code, 0, stdout + stderr);
    assert.deepEqual(
      await describers(),
      Array.from(list, () => before),
    );
    assert.ok(
      (await seen()).some((text) => text.includes(query)),
      'the old captions are found',
    );
    await client.result('goldfish/resume');
    assert.deepEqual(await captionedBy(model, before), [list.length]);
    assert.ok(
      (await seen()).some((text) => text.includes(query)),
      'the new captions are found',
    );
  }
});

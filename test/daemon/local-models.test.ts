import assert from 'node:assert/strict';
import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { pathToFileURL } from 'node:url';
import { sandbox, startDaemon } from '../support/daemon.ts';
import type { IndependentClient } from '../support/independent-client.ts';
import { tinyModel } from '../support/tiny-models.ts';
import { captionOf, scenes, sceneVideo, TINY_HOST } from '../support/tiny-scenes.ts';
import { search, whenModelsAreReady } from '../support/watched.ts';

const SECONDS = 5;

interface Answered {
  readonly answer: string;
  readonly citations: readonly { readonly startMs: number }[];
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

test('given local models only, when a video is dropped into a watched folder, then it is captioned, searchable and answered from', async (t) => {
  const box = sandbox();
  const daemon = await startDaemon(box);
  t.after(() => daemon.child.kill());
  const client = await daemon.client();
  const folder = join(box.folder, 'videos');
  mkdirSync(folder);
  const models = {
    'models.captioner': TINY_HOST.folder,
    'models.textEmbedder': tinyModel('tiny-embedder').host.folder,
    'models.frameEmbedder': tinyModel('tiny-clip').host.folder,
    'models.reranker': tinyModel('tiny-reranker').host.folder,
    'models.answerer': tinyModel('tiny-answerer').host.folder,
  };
  for (const [key, value] of Object.entries(models)) {
    await client.result('goldfish/settings/set', { key, value });
  }
  await client.result('goldfish/folders/add', { uri: pathToFileURL(folder).href });
  const list = scenes(6);
  const ready = join(box.folder, 'shapes.mp4');
  await sceneVideo(ready, list, { seconds: SECONDS });
  const path = join(folder, 'shapes.mp4');
  renameSync(ready, path);
  const uri = pathToFileURL(path).href;
  await client.result('goldfish/settings/set', { key: 'clips.seconds', value: SECONDS });

  const captions = await until(client, async () => {
    const { result } = await client.request('goldfish/video', { uri });
    const told = (result ?? {}) as { lines?: readonly { kind: string; text: string }[]; state?: string };
    const lines = (told.lines ?? []).filter(({ kind }) => kind === 'caption');
    return told.state === 'done' && lines.length === list.length ? lines : undefined;
  });
  assert.deepEqual(
    captions.map(({ text }) => text),
    list.map((scene) => captionOf(scene)),
  );

  // Another word for the colour and another for the shape: nothing of the caption is in the question.
  const [, second] = list;
  assert.ok(second);
  assert.equal(second.colour, 'green');
  const hits = await search(client, 'emerald');
  assert.ok(
    hits.some(({ startMs }) => Math.abs(startMs - SECONDS * 1000) < 1000),
    JSON.stringify(hits),
  );

  const ask = async (question: string) => {
    const answered: unknown = await whenModelsAreReady(client, 'goldfish/ask', { question });
    return answered as Answered;
  };
  const asked = await ask(`What shape is ${second.colour}?`);
  assert.equal(asked.answer, `it is a ${second.shape} [1].`, JSON.stringify(asked));
  assert.deepEqual(
    asked.citations.map(({ startMs }) => Math.round(startMs / 1000)),
    [SECONDS],
  );
  assert.doesNotMatch((await ask('What colour is the doctor?')).answer, /it is \w+ \[/);
  const status = JSON.stringify(await client.result('goldfish/status', {}));
  assert.doesNotMatch(status, /sent there/);
  assert.match(status, /"role":"answerer","inUse":"model"/);
});

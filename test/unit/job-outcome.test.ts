import assert from 'node:assert/strict';
import test from 'node:test';
import type { VideoFile } from '../../server/src/core/domain/video.ts';
import type { Job } from '../../server/src/core/pipeline/job.ts';
import { VideoCatalogue } from '../../server/src/indexing/catalogue.ts';
import { changeToBatch } from '../../server/src/indexing/change-to-batch.ts';
import { outcomeToBatch } from '../../server/src/indexing/job-outcome.ts';
import type { StageResult } from '../../server/src/indexing/stages/stage-runner.ts';
import { createMemoryStore } from '../fakes/memory-store.ts';
import { copyOf, descriptionOf, outlineOf, passageOf, vectorOf, videoOf } from '../support/store-rows.ts';

const never = new AbortController().signal;
const [kept, gone] = ['file:///kept', 'file:///gone'];

const job: Job = {
  key: 'passages v1',
  stage: 'passages',
  videoId: 'v1',
  uri: kept,
  path: false,
  recipe: '1',
  lane: 'fast',
  rank: 0,
};

/** What a stage made of a content at two paths, when both were there. */
const result: StageResult = {
  recutRows: ['', kept, gone].map((uri) => ({
    videoId: 'v1',
    uri,
    stage: 'cues',
    rows: [descriptionOf('v1', uri, 'cues', 0)],
  })),
  passages: ['', kept, gone].map((uri) => ({ videoId: 'v1', uri, rows: [passageOf('v1', uri, 0, 'word')] })),
  outlines: [kept, gone].map((uri) => outlineOf(uri, 'v1', 'word')),
  vectors: [gone].map((uri) => ({
    role: 'text',
    model: 'm',
    videoId: 'v1',
    uri,
    rows: [vectorOf('v1', uri, 'speech', 0, [1, 0])],
  })),
};

/** What became of the second path while the stage ran, with what the catalogue has of it then. */
const changes: Readonly<Record<string, (view: VideoCatalogue) => Promise<unknown>>> = {
  removed: (catalogue) =>
    catalogue.change((view) => changeToBatch(view, { kind: 'removed', uri: gone, videoId: 'v1' })),
  'overwritten by another video': (catalogue) => replace(catalogue, copyOf(gone, 'v2')),
  'overwritten by what cannot be read': (catalogue) => replace(catalogue, copyOf(gone, '')),
  forgotten: (catalogue) =>
    catalogue.change(() => ({ copies: [copyOf(gone, 'v1', { forgotten: true, done: {} })] })),
};

function replace(catalogue: VideoCatalogue, copy: VideoFile) {
  const before = copyOf(gone, 'v1');
  return catalogue.change((view) => changeToBatch(view, { kind: 'modified', copy, before }));
}

for (const [name, change] of Object.entries(changes))
  test(`given a copy that was ${name} while a stage ran, when the result is stored, then no row of that copy is`, async () => {
    const store = createMemoryStore();
    const catalogue = await VideoCatalogue.load(store);
    await catalogue.change(() => ({
      copies: [copyOf(kept, 'v1'), copyOf(gone, 'v1')],
      videos: [videoOf('v1')],
    }));
    await change(catalogue);
    await catalogue.change((view) => outcomeToBatch(view, job, { state: 'ok', value: result }));
    const space = { role: 'text', model: 'm' } as const;
    const rows = [
      ...(await store.descriptions('v1', gone)),
      ...(await store.passages('v1', gone)),
      ...(await store.vectors(space, 'v1', gone)),
      ...(await store.matchOutlines('word', 10, {}, never)).map(({ outline }) => outline),
    ];
    assert.deepEqual(
      rows.map(({ uri }) => uri),
      ['', '', kept],
    );
    assert.equal((await store.passages('v1', kept)).length, 2);
  });

test('given an indexed copy, when another file takes its place, then its outline is not found', async () => {
  const store = createMemoryStore();
  const catalogue = await VideoCatalogue.load(store);
  await catalogue.change(() => ({
    copies: [copyOf(kept, 'v1'), copyOf(gone, 'v1')],
    videos: [videoOf('v1')],
    outlines: [outlineOf(gone, 'v1', 'word')],
  }));
  await replace(catalogue, copyOf(gone, ''));
  assert.deepEqual(await store.matchOutlines('word', 10, {}, never), []);
});

test('given a record without a copy, as a kill between two writes leaves it, when the index is opened, then the content and its rows are removed', async () => {
  const store = createMemoryStore();
  await store.commit({
    copies: [copyOf(kept, 'v1')],
    videos: [videoOf('v1'), videoOf('v2')],
    passages: [{ videoId: 'v2', uri: '', rows: [passageOf('v2', '', 0, 'word')] }],
  });
  const catalogue = await VideoCatalogue.load(store);
  assert.deepEqual(
    [...catalogue.videos()].map(({ videoId }) => videoId),
    ['v1'],
  );
  await catalogue.whenIdle();
  assert.deepEqual(
    (await store.videos()).map(({ videoId }) => videoId),
    ['v1'],
  );
  assert.deepEqual(await store.passages('v2', ''), []);
});

import assert from 'node:assert/strict';
import test from 'node:test';
import type { FileChange } from '../../server/src/core/library/reconcile-file.ts';
import { type CatalogueView, VideoCatalogue } from '../../server/src/indexing/catalogue.ts';
import { changeToBatch } from '../../server/src/indexing/change-to-batch.ts';
import type { Store, WriteBatch } from '../../server/src/ports/store.ts';
import { createMemoryStore } from '../fakes/memory-store.ts';
import { copyOf, videoOf } from '../support/store-rows.ts';

/** Creates a store that records its commits and fails while `fail` is set. */
function counting(): { readonly store: Store; readonly batches: WriteBatch[]; fail: boolean } {
  const inner = createMemoryStore();
  const state = { fail: false, batches: [] as WriteBatch[] };
  const store: Store = {
    ...inner,
    commit: async (batch) => {
      if (state.fail) throw new Error('disk full');
      state.batches.push(batch);
      await inner.commit(batch);
    },
  };
  return Object.assign(state, { store });
}

test('given changes at once, then they go into one write and each sees the ones before it', async () => {
  const { store, batches } = counting();
  const catalogue = await VideoCatalogue.load(store);
  const [first, second] = await Promise.all([
    catalogue.change(() => ({ copies: [copyOf('file:///a', 'v1')] })),
    catalogue.change((view) => {
      const copy = view.copy('file:///a');
      return copy && { copies: [{ ...copy, bytes: 99 }] };
    }),
  ]);
  assert.equal(batches.length, 1);
  assert.deepEqual([...first, ...second], ['v1', 'v1']);
  assert.equal(catalogue.copy('file:///a')?.bytes, 99);
  assert.equal((await VideoCatalogue.load(store)).copy('file:///a')?.bytes, 99);
});

test('given a write that fails, then it is undone in memory and its change rejects', async () => {
  const counted = counting();
  const catalogue = await VideoCatalogue.load(counted.store);
  await catalogue.change(() => ({ copies: [copyOf('file:///a', 'v1')], videos: [videoOf('v1')] }));
  counted.fail = true;
  const failed = catalogue.change(() => ({ removedCopies: ['file:///a'], removedVideos: ['v1'] }));
  await assert.rejects(failed, /disk full/);
  assert.equal(catalogue.copy('file:///a')?.videoId, 'v1');
  assert.equal(catalogue.video('v1')?.videoId, 'v1');
  assert.deepEqual(
    catalogue.copiesOf('v1').map((copy) => copy.uri),
    ['file:///a'],
  );
});

test('given a change that throws, then the others are written', async () => {
  const catalogue = await VideoCatalogue.load(counting().store);
  const bad = catalogue.change(() => {
    throw new Error('mine');
  });
  const good = catalogue.change(() => ({ copies: [copyOf('file:///a', 'v1')] }));
  await assert.rejects(bad, /mine/);
  await good;
  assert.ok(catalogue.copy('file:///a'));
});

test('given a removal and an addition of one path at once, then they are two writes', async () => {
  const { store, batches } = counting();
  const catalogue = await VideoCatalogue.load(store);
  await catalogue.change(() => ({ copies: [copyOf('file:///a', 'v1')] }));
  await Promise.all([
    catalogue.change(() => ({ removedCopies: ['file:///a'] })),
    catalogue.change(() => ({ copies: [copyOf('file:///a', 'v2')] })),
  ]);
  assert.equal(batches.length, 3);
  assert.equal((await VideoCatalogue.load(store)).copy('file:///a')?.videoId, 'v2');
});

test('given a renamed file, then its record stays; when its last path is removed, then the record is too', async () => {
  const { store } = counting();
  const catalogue = await VideoCatalogue.load(store);
  await catalogue.change(() => ({ copies: [copyOf('file:///a', 'v1')], videos: [videoOf('v1')] }));
  const moved = copyOf('file:///b', 'v1');
  await Promise.all([
    catalogue.change((view) =>
      changeToBatch(view, { kind: 'moved', copy: moved, from: 'file:///a', redo: false }),
    ),
    catalogue.change((view) => changeToBatch(view, { kind: 'removed', uri: 'file:///a', videoId: 'v1' })),
  ]);
  assert.deepEqual(
    [...catalogue.copies()].map((copy) => copy.uri),
    ['file:///b'],
  );
  assert.ok(catalogue.video('v1'));
  await catalogue.change((view) => changeToBatch(view, { kind: 'removed', uri: 'file:///b', videoId: 'v1' }));
  assert.equal(catalogue.video('v1'), undefined);
  const again = await VideoCatalogue.load(store);
  assert.deepEqual([[...again.copies()], [...again.videos()]], [[], []]);
});

test('given a path with new content, then the record of the old content is removed', async () => {
  const catalogue = await VideoCatalogue.load(counting().store);
  const before = copyOf('file:///a', 'v1');
  await catalogue.change(() => ({ copies: [before], videos: [videoOf('v1')] }));
  const copy = copyOf('file:///a', 'v2');
  await catalogue.change((view) => changeToBatch(view, { kind: 'modified', copy, before }));
  assert.equal(catalogue.copy('file:///a')?.videoId, 'v2');
  assert.equal(catalogue.video('v1'), undefined);
});

test('given a folder, when its files are listed, then names that only start alike are left out', async () => {
  const catalogue = await VideoCatalogue.load(counting().store);
  const uris = ['file:///a/x', 'file:///a/b/y', 'file:///ab/z'];
  await catalogue.change(() => ({ copies: uris.map((uri) => copyOf(uri, uri)) }));
  const under = (uri: string) => catalogue.under(uri).map((copy) => copy.uri);
  assert.deepEqual(under('file:///a'), ['file:///a/x', 'file:///a/b/y']);
  assert.deepEqual(under('file:///ab/z'), ['file:///ab/z']);
});

test('given moves, copies and a restart, when a former path is looked up, then it leads to the current one', async () => {
  const { store } = counting();
  const catalogue = await VideoCatalogue.load(store);
  const move = async (from: string, to: string) => {
    const copy = copyOf(to, 'v1');
    await Promise.all([
      catalogue.change((view) => changeToBatch(view, { kind: 'moved', copy, from, redo: false })),
      catalogue.change((view) => changeToBatch(view, { kind: 'removed', uri: from, videoId: 'v1' })),
    ]);
  };
  await catalogue.change(() => ({ copies: [copyOf('file:///a', 'v1')], videos: [videoOf('v1')] }));
  await move('file:///a', 'file:///b');
  await move('file:///b', 'file:///c');
  for (const read of [catalogue, await VideoCatalogue.load(store)]) {
    assert.equal(read.findByFormerUri('file:///a')?.uri, 'file:///c');
    assert.equal(read.findByFormerUri('file:///b')?.uri, 'file:///c');
    assert.equal(read.findByFormerUri('file:///c'), undefined);
  }
  // Back at its first path: the other former paths stay.
  await move('file:///c', 'file:///a');
  assert.equal(catalogue.findByFormerUri('file:///a'), undefined);
  assert.equal(catalogue.findByFormerUri('file:///c')?.uri, 'file:///a');
  // One of two copies is deleted: its links lead to the other one.
  await catalogue.change(() => ({ copies: [copyOf('file:///copy', 'v1')] }));
  await catalogue.change((view) => changeToBatch(view, { kind: 'removed', uri: 'file:///a', videoId: 'v1' }));
  assert.equal(catalogue.findByFormerUri('file:///a')?.uri, 'file:///copy');
  assert.equal(catalogue.findByFormerUri('file:///c')?.uri, 'file:///copy');
  // The last copy is deleted: nothing is left.
  await catalogue.change((view) =>
    changeToBatch(view, { kind: 'removed', uri: 'file:///copy', videoId: 'v1' }),
  );
  assert.equal(catalogue.findByFormerUri('file:///a'), undefined);
});

test('given many former paths, when a file moves, then 16 are kept', async () => {
  const catalogue = await VideoCatalogue.load(createMemoryStore());
  const formerUris = Array.from({ length: 40 }, (_, at) => `file:///old${at}`);
  const old = { ...copyOf('file:///a', 'v1'), formerUris };
  await catalogue.change(() => ({ copies: [old], videos: [videoOf('v1')] }));
  const copy = copyOf('file:///b', 'v1');
  await catalogue.change((view) =>
    changeToBatch(view, { kind: 'moved', copy, from: 'file:///a', redo: false }),
  );
  assert.equal(catalogue.copy('file:///b')?.formerUris?.length, 16);
  assert.equal(catalogue.copy('file:///b')?.formerUris?.[0], 'file:///a');
});

/** Moves `copies` files in one write. Resolves with the number of times that their paths are read. */
async function countUriReads(copies: number): Promise<number> {
  let reads = 0;
  const catalogue = await VideoCatalogue.load({ ...createMemoryStore(), commit: async () => {} });
  const move = (i: number): WriteBatch => ({
    copies: [
      {
        ...copyOf(`file:///new/${i}`, `v${i}`),
        get uri() {
          reads += 1;
          return `file:///new/${i}`;
        },
      },
    ],
    removedCopies: [`file:///old/${i}`],
  });
  await Promise.all(Array.from({ length: copies }, (_, i) => catalogue.change(() => move(i))));
  return reads;
}

test('given twice as many files of a renamed folder, when they go into one write, then it takes twice the work', async () => {
  const reads = await countUriReads(100);
  assert.ok(reads >= 100, 'each path is read');
  assert.equal(await countUriReads(200), 2 * reads);
});

/** Counts the reads of a catalogue by the changes of a rename, and the most of them in one turn of the event loop. */
function countReads() {
  const counts = { all: 0, inTurn: 0, maxInTurn: 0, turns: 0 };
  const count = (reads = 1) => {
    counts.all += reads;
    counts.inTurn += reads;
    counts.maxInTurn = Math.max(counts.maxInTurn, counts.inTurn);
  };
  const counted = (view: CatalogueView): CatalogueView => ({
    copy: (uri) => {
      count();
      return view.copy(uri);
    },
    video: (videoId) => {
      count();
      return view.video(videoId);
    },
    copiesOf: (videoId) => {
      const copies = view.copiesOf(videoId);
      count(copies.length);
      return copies;
    },
    copies: () => assert.fail('a change must not read all copies'),
    videos: () => assert.fail('a change must not read all videos'),
    under: () => assert.fail('a change must not search all copies'),
  });
  let immediate: NodeJS.Immediate;
  const nextTurn = () => {
    counts.turns += 1;
    counts.inTurn = 0;
    immediate = setImmediate(nextTurn);
  };
  immediate = setImmediate(nextTurn);
  return { counts, counted, stop: () => clearImmediate(immediate) };
}

test('given a folder of 5,000 files, when it is renamed, then the work is linear and the event loop gets its turns', async () => {
  const files = 5000;
  const catalogue = await VideoCatalogue.load(createMemoryStore());
  const ids = Array.from({ length: files }, (_, at) => `v${at}`);
  await catalogue.change(() => ({
    copies: ids.map((id) => copyOf(`file:///old/${id}`, id)),
    videos: ids.map((id) => videoOf(id)),
  }));
  const { counts, counted, stop } = countReads();
  const changes = [
    ...ids.map((id): FileChange => {
      return { kind: 'moved', copy: copyOf(`file:///new/${id}`, id), from: `file:///old/${id}`, redo: false };
    }),
    ...ids.map((id): FileChange => ({ kind: 'removed', uri: `file:///old/${id}`, videoId: id })),
  ];
  await Promise.all(
    changes.map((change) => catalogue.change((view) => changeToBatch(counted(view), change))),
  );
  stop();
  assert.equal(catalogue.under('file:///new').length, files);
  assert.equal(catalogue.under('file:///old').length, 0);
  assert.ok(counts.all <= 10 * files, `${counts.all} reads`);
  assert.ok(counts.maxInTurn <= 1000, `${counts.maxInTurn} reads in one turn of ${counts.turns}`);
});

test('given changes that can wait, when more follow, then all go into one write; one that cannot wait ends the wait', async () => {
  const { store, batches } = counting();
  const catalogue = await VideoCatalogue.load(store);
  const add = (name: string, canWait: boolean) =>
    catalogue.change(() => ({ copies: [copyOf(`file:///${name}`, name)] }), canWait);
  const first = add('a', true);
  await new Promise((resolve) => setImmediate(resolve));
  const second = add('b', true);
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(batches.length, 0);
  await Promise.all([first, second, add('c', false)]);
  assert.equal(batches.length, 1);
  assert.equal([...catalogue.copies()].length, 3);
});

test('given a change that can wait, when somebody waits for the catalogue, then it is written at once', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { store, batches } = counting();
  const catalogue = await VideoCatalogue.load(store);
  const written = catalogue.change(() => ({ copies: [copyOf('file:///a', 'a')] }), true);
  await catalogue.whenIdle();
  await written;
  assert.equal(batches.length, 1);
});

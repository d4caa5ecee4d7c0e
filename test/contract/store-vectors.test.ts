import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { cp, mkdtemp, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { connect } from '@lancedb/lancedb';
import { openLanceStore } from '../../server/src/adapters/lancedb/open-store.ts';
import type { VectorRow, VectorSpace } from '../../server/src/core/domain/vector.ts';
import type { Store, VectorFilter } from '../../server/src/ports/store.ts';
import { copyOf, vectorOf, videoOf } from '../support/store-rows.ts';
import { STORES } from '../support/stores.ts';

const never = new AbortController().signal;
const A = "file:///videos/Ana's%20%E6%9D%B1.mp4";
const B = 'file:///videos/b.mp4';
const OLD = { role: 'text', model: 'old@1' } as const;
const NEW = { role: 'text', model: 'new@1' } as const;
const LOOKS = { role: 'frame', model: 'old@1' } as const;

const put = (store: Store, space: VectorSpace, videoId: string, uri: string, rows: readonly VectorRow[]) =>
  store.commit({ vectors: [{ ...space, videoId, uri, rows }] });

/** Vector number `n` of `many` in a plane, a quarter turn from first to last. */
const turned = (n: number, many: number) => {
  const angle = (Math.PI / 2) * (n / many);
  return [Math.cos(angle), Math.sin(angle), 0];
};

async function found(store: Store, towards: readonly number[], filter: VectorFilter = {}, limit = 10) {
  const near = await store.nearest(OLD, Float32Array.from(towards), limit, filter, never);
  return near.map(({ row }) => `${row.videoId} ${row.uri === '' ? '' : 'own '}${row.kind} ${row.startMs}`);
}

for (const [name, withStore] of STORES) {
  describe(`vectors in the store: ${name}`, () => {
    test('given no vectors or others of another dimension, when searched, then nothing is found', () =>
      withStore(async ({ store }) => {
        assert.deepEqual(await found(store, [1, 0, 0]), []);
        assert.deepEqual(await store.vectors(OLD, 'v', ''), []);
        assert.equal(store.vectorCount(OLD), 0);
        await put(store, OLD, 'v', '', [vectorOf('v', '', 'speech', 0, [1, 0, 0])]);
        assert.deepEqual(await found(store, [1, 0]), []);
        assert.deepEqual(await found(store, [1, 0, 0], {}, 0), []);
        assert.equal(store.lostVectorCount(), 0);
      }));

    test('given vectors, when written and opened again, then they are read and found whole', () =>
      withStore(async ({ store, reopen }) => {
        const own = [
          vectorOf('v', '', 'caption', 30_000, [0, 1, 1]),
          vectorOf('v', '', 'speech', 0, [1, 2, 3]),
        ];
        await put(store, OLD, 'v', '', own);
        await put(store, OLD, 'v', A, [vectorOf('v', A, 'speech', 0, [3, 2, 1])]);
        for (const pass of ['as written', 'opened again']) {
          const open = pass === 'as written' ? store : await reopen();
          assert.deepEqual(await open.vectors(OLD, 'v', ''), [own[1], own[0]]);
          assert.deepEqual(
            (await open.vectors(OLD, 'v', A)).map(({ uri }) => uri),
            [A],
          );
          assert.equal(open.vectorCount(OLD), 3);
          const [best, next] = await open.nearest(OLD, own[0]?.vector ?? new Float32Array(), 2, {}, never);
          assert.deepEqual(best?.row, {
            id: own[0]?.id,
            videoId: 'v',
            uri: '',
            kind: 'caption',
            startMs: 30_000,
            endMs: 60_000,
          });
          const [whole] = await open.nearest(
            OLD,
            own[1]?.vector ?? new Float32Array(),
            1,
            { vectors: true },
            never,
          );
          assert.deepEqual(whole?.row.vector, own[1]?.vector);
          assert.ok(Math.abs((best?.similarity ?? 0) - 1) < 1e-5);
          assert.ok(Math.abs((next?.similarity ?? 0) - 5 / Math.sqrt(28)) < 1e-5);
        }
      }));

    test('given vectors, when searched, then the nearest come first, up to the limit and within the filter', () =>
      withStore(async ({ store }) => {
        const kinds = ['speech', 'caption', 'screenText'] as const;
        for (let n = 0; n < 6; n += 1) {
          const kind = kinds[n % 3] ?? 'speech';
          await put(store, OLD, `v${n}`, '', [vectorOf(`v${n}`, '', kind, 0, turned(n, 6))]);
        }
        await put(store, OLD, 'v1', A, [vectorOf('v1', A, 'speech', 0, turned(0.5, 6))]);
        await put(store, OLD, 'v1', B, [vectorOf('v1', B, 'speech', 0, turned(0.6, 6))]);
        const towards = [1, 0, 0];
        assert.deepEqual(await found(store, towards, {}, 3), [
          'v0 speech 0',
          'v1 own speech 0',
          'v1 own speech 0',
        ]);
        assert.deepEqual(await found(store, towards, { kinds: ['caption'] }), [
          'v1 caption 0',
          'v4 caption 0',
        ]);
        assert.deepEqual(await found(store, towards, { kinds: ['caption', 'screenText'] }, 2), [
          'v1 caption 0',
          'v2 screenText 0',
        ]);
        assert.deepEqual(await found(store, towards, { kinds: [] }), []);
        assert.deepEqual(await found(store, towards, { videoIds: ['v5', 'v4'] }), [
          'v4 caption 0',
          'v5 screenText 0',
        ]);
        assert.deepEqual(await found(store, towards, { videoIds: [] }), []);
        assert.deepEqual(await found(store, towards, { videoIds: ['v1'], uris: [A] }), [
          'v1 own speech 0',
          'v1 caption 0',
        ]);
        const long = Array.from({ length: 300 }, (_, n) => `v${n + 4}`);
        assert.deepEqual(await found(store, towards, { videoIds: long }), [
          'v4 caption 0',
          'v5 screenText 0',
        ]);
        const reason = new Error('enough');
        await assert.rejects(
          store.nearest(OLD, Float32Array.of(1, 0, 0), 1, {}, AbortSignal.abort(reason)),
          reason,
        );
      }));

    test('given vectors of a video, when written again, then only those of the same copy and role are replaced', () =>
      withStore(async ({ store, reopen }) => {
        const kept = vectorOf('v', '', 'caption', 0, [1, 0, 0]);
        await put(store, OLD, 'v', '', [kept, vectorOf('v', '', 'speech', 0, [0, 1, 0])]);
        await put(store, OLD, 'v', A, [vectorOf('v', A, 'speech', 0, [0, 1, 0])]);
        await put(store, OLD, 'w', '', [vectorOf('w', '', 'speech', 0, [0, 1, 0])]);
        await put(store, LOOKS, 'v', '', [vectorOf('v', '', 'frame', 0, [0, 1, 0])]);
        const batch = [kept, vectorOf('v', '', 'speech', 0, [0, 0, 1])];
        await put(store, OLD, 'v', '', batch);
        await put(store, OLD, 'v', '', batch);
        for (const pass of ['as written', 'opened again']) {
          const open = pass === 'as written' ? store : await reopen();
          assert.deepEqual(
            (await open.vectors(OLD, 'v', '')).map(({ id }) => id).sort(),
            batch.map(({ id }) => id).sort(),
          );
          assert.equal(open.vectorCount(OLD), 4);
          assert.equal(open.vectorCount(LOOKS), 1);
        }
      }));

    test('given vectors of another model, when written, then they replace the old ones video by video', () =>
      withStore(async ({ store, reopen }) => {
        for (const videoId of ['v', 'w']) {
          await put(store, OLD, videoId, '', [vectorOf(videoId, '', 'speech', 0, [1, 0, 0])]);
          await put(store, LOOKS, videoId, '', [vectorOf(videoId, '', 'frame', 0, [1, 0, 0])]);
        }
        await put(store, NEW, 'v', '', [vectorOf('v', '', 'speech', 0, [1, 0])]);
        assert.deepEqual(await found(store, [1, 0, 0]), ['w speech 0']);
        assert.deepEqual(
          [store.vectorCount(OLD), store.vectorCount(NEW), store.vectorCount(LOOKS)],
          [1, 1, 2],
        );
        await put(store, NEW, 'w', '', [vectorOf('w', '', 'speech', 0, [0, 1])]);
        await store.optimize(never);
        const open = await reopen();
        assert.deepEqual([open.vectorCount(OLD), open.vectorCount(NEW), open.vectorCount(LOOKS)], [0, 2, 2]);
        await put(open, { ...NEW, model: '' }, 'w', '', []);
        assert.equal(open.vectorCount(NEW), 1);
        await put(open, OLD, 'w', '', [vectorOf('w', '', 'speech', 0, [0, 1, 0])]);
        assert.deepEqual(await found(open, [1, 0, 0]), ['w speech 0']);
      }));

    test('given vectors of a video, when its copies or the video are removed, then they are removed too', () =>
      withStore(async ({ store }) => {
        await store.commit({ videos: [videoOf('v')], copies: [copyOf(A, 'v'), copyOf(B, 'v')] });
        await put(store, OLD, 'v', '', [vectorOf('v', '', 'speech', 0, [1, 0, 0])]);
        await put(store, OLD, 'v', A, [vectorOf('v', A, 'speech', 0, [1, 0, 0])]);
        await put(store, OLD, 'v', B, [vectorOf('v', B, 'speech', 0, [1, 0, 0])]);
        await put(store, LOOKS, 'v', '', [vectorOf('v', '', 'frame', 0, [1, 0, 0])]);
        await store.commit({ removedCopies: [A, ''] });
        assert.equal(store.vectorCount(OLD), 2);
        await store.commit({ removedCopies: [B], removedVideos: ['v'] });
        assert.deepEqual([store.vectorCount(OLD), store.vectorCount(LOOKS)], [0, 0]);
      }));

    test('given no ids or unknown ones, when passages are read by id, then none are returned', () =>
      withStore(async ({ store }) => {
        assert.deepEqual(await store.passagesById([]), []);
        assert.deepEqual(await store.passagesById(['none']), []);
      }));
  });
}

async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'goldfish-vectors-'));
  try {
    await use(join(home, 'index'));
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

/** Evenly over a sphere of 16 dimensions, the same at every call. */
function scattered(count: number): readonly (readonly number[])[] {
  let seed = 7;
  const next = () => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
    return seed / 0x7fffffff - 0.5;
  };
  return Array.from({ length: count }, () => Array.from({ length: 16 }, next));
}

test('given many vectors, when optimized, then an index finds nearly all of them, and later ones too', () =>
  withFolder(async (folder) => {
    const store = await openLanceStore(folder, { vectorIndexRows: 1_000 });
    const all = scattered(1_500);
    const rows = all.map((towards, n) => vectorOf('v', '', 'speech', n * 1_000, towards));
    await put(store, OLD, 'v', '', rows);
    const probe = async () => {
      let right = 0;
      for (const row of rows.slice(0, 40)) {
        const [best] = await store.nearest(OLD, row.vector, 3, {}, never);
        if (best?.row.id === row.id) right += 1;
      }
      return right;
    };
    assert.equal(await probe(), 40);
    await store.optimize(never);
    const db = await connect(folder);
    const [name = ''] = (await db.tableNames()).filter((one) => one.startsWith('vectors_'));
    const indexes = await (await db.openTable(name)).listIndices();
    assert.ok(indexes.some(({ columns, indexType }) => columns.includes('vector') && indexType === 'IvfRq'));
    db.close();
    assert.ok((await probe()) >= 38, 'nearly all are found through the index');
    const late = vectorOf(
      'late',
      '',
      'caption',
      0,
      Array.from({ length: 16 }, (_, n) => (n === 0 ? 1 : 0)),
    );
    await put(store, OLD, 'late', '', [late]);
    const [best] = await store.nearest(OLD, late.vector, 1, {}, never);
    assert.equal(best?.row.videoId, 'late');
    await store.close();
  }));

test('given a table without vectors, when optimized, then it is dropped', () =>
  withFolder(async (folder) => {
    const store = await openLanceStore(folder);
    await put(store, OLD, 'v', '', [vectorOf('v', '', 'speech', 0, [1, 0, 0])]);
    await put(store, NEW, 'v', '', [vectorOf('v', '', 'speech', 0, [1, 0])]);
    const tables = () => globSync('vectors_*', { cwd: folder });
    assert.equal(tables().length, 2);
    await store.optimize(never);
    assert.equal(tables().length, 1);
    assert.equal(store.vectorCount(NEW), 1);
    await store.close();
  }));

for (const [what, pattern, harm] of [
  ['a cut manifest', '_versions/*.manifest', async (file: string) => truncate(file, 20)],
  ['a missing data file', 'data/*.lance', (file: string) => rm(file)],
  ['a cut data file', 'data/*.lance', async (file: string) => truncate(file, (await stat(file)).size / 2)],
] as const) {
  test(`given vectors with ${what}, when the index is opened, then they are dropped, logged and counted; the rest stays`, () =>
    withFolder(async (folder) => {
      const store = await openLanceStore(folder);
      await store.commit({ videos: [videoOf('v')], copies: [copyOf(A, 'v')] });
      await put(store, OLD, 'v', '', [vectorOf('v', '', 'speech', 0, [1, 0, 0])]);
      await put(store, LOOKS, 'v', '', [vectorOf('v', '', 'frame', 0, [1, 0, 0])]);
      await store.close();
      await cp(folder, `${folder}.whole`, { recursive: true });
      const [broken = ''] = globSync(`vectors_text*/${pattern}`, { cwd: folder }).sort();
      await harm(join(folder, broken));
      const said: string[] = [];
      const open = async () => openLanceStore(folder, { log: (message) => said.push(message) });
      const mended = await open();
      assert.equal(said.length, 1);
      assert.match(said[0] ?? '', /Vectors in the index were damaged .* are being computed again/);
      assert.deepEqual(
        [mended.lostVectorCount(), mended.vectorCount(OLD), mended.vectorCount(LOOKS)],
        [1, 0, 1],
      );
      assert.equal((await mended.copies()).length, 1);
      await put(mended, OLD, 'v', '', [vectorOf('v', '', 'speech', 0, [1, 0, 0])]);
      await mended.close();
      const again = await open();
      assert.deepEqual([said.length, again.lostVectorCount(), again.vectorCount(OLD)], [1, 1, 1]);
      await again.close();
    }));
}

test('given a deleted vector index, when opened, then vectors are still found and none is lost', () =>
  withFolder(async (folder) => {
    const store = await openLanceStore(folder);
    await put(store, OLD, 'v', '', [vectorOf('v', '', 'speech', 0, [1, 0, 0])]);
    await store.optimize(never);
    await store.close();
    const [indexes = ''] = globSync('vectors_text*/_indices', { cwd: folder });
    await rm(join(folder, indexes), { recursive: true });
    const again = await openLanceStore(folder);
    assert.deepEqual(await found(again, [1, 0, 0], { videoIds: ['v'] }), ['v speech 0']);
    assert.equal(again.lostVectorCount(), 0);
    await again.close();
  }));

import assert from 'node:assert/strict';
import { existsSync, globSync, readdirSync, readlinkSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { connect } from '@lancedb/lancedb';
import { openLanceStore } from '../../server/src/adapters/lancedb/open-store.ts';
import type { Store } from '../../server/src/ports/store.ts';
import { copyOf, outlineOf, passageOf } from '../support/store-rows.ts';

const never = new AbortController().signal;

async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'goldfish-fold-'));
  try {
    await use(join(home, 'index'));
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

const write = (store: Store, video: number, passages: number) =>
  store.commit({
    passages: [
      {
        videoId: `v${video}`,
        uri: '',
        rows: Array.from({ length: passages }, (_, at) => passageOf(`v${video}`, '', at, `word at${at}`)),
      },
    ],
    outlines: [outlineOf(`file:///${video}`, `v${video}`, 'word')],
    copies: [copyOf(`file:///${video}`, `v${video}`)],
  });

async function unindexed(folder: string): Promise<number> {
  const db = await connect(folder);
  const stats = await (await db.openTable('passages')).indexStats('terms_idx');
  db.close();
  assert.ok(stats);
  return stats.numUnindexedRows;
}

test('given a large write, when committed, then the full-text index includes it without optimize', () =>
  withFolder(async (folder) => {
    const store = await openLanceStore(folder);
    await write(store, 1, 450);
    // Waits behind the fold.
    await store.commit({});
    assert.equal(await unindexed(folder), 0);
    await store.close();
  }));

test('given unindexed rows of an earlier run, when more are written, then they count towards the limit', () =>
  withFolder(async (folder) => {
    const earlier = await openLanceStore(folder);
    await write(earlier, 1, 250);
    await earlier.close();
    const store = await openLanceStore(folder);
    await write(store, 2, 200);
    await store.commit({});
    assert.equal(await unindexed(folder), 0);
    await store.close();
  }));

test('given a small write, then it is indexed only by optimize', () =>
  withFolder(async (folder) => {
    const store = await openLanceStore(folder);
    await write(store, 1, 20);
    await store.commit({});
    assert.equal(await unindexed(folder), 20);
    await store.optimize(never);
    assert.equal(await unindexed(folder), 0);
    await store.close();
  }));

test('given writes and compactions, when reading at the same time, then all committed rows are found', () =>
  withFolder(async (folder) => {
    const store = await openLanceStore(folder);
    let written = 0;
    let done = false;
    let looks = 0;
    async function look(): Promise<void> {
      while (!done) {
        const before = written;
        const [copies, found, rows] = await Promise.all([
          store.copies(),
          store.matchPassages('word', 1_000, {}, never),
          store.passages('v0', ''),
        ]);
        assert.ok(copies.length >= before, `${copies.length} copies of ${before}`);
        assert.ok(found.length >= before * 10, `${found.length} passages of ${before * 10}`);
        if (before > 0) assert.equal(rows.length, 10);
        looks += 1;
      }
    }
    const looking = [look(), look()];
    for (let video = 0; video < 20; video += 1) {
      await write(store, video, 10);
      written = video + 1;
      if (video % 4 === 3) await store.optimize(never);
    }
    done = true;
    await Promise.all(looking);
    assert.ok(looks > 5, 'looked while it was folded');
    await store.close();
  }));

test('given many small writes and a leftover file of a crash, when optimized, then few files remain and it is gone', () =>
  withFolder(async (folder) => {
    const store = await openLanceStore(folder);
    for (let video = 0; video < 30; video += 1) await write(store, video, 2);
    const files = () => globSync('*.lance/{data,_versions}/*', { cwd: folder }).length;
    const before = files();
    const debris = join(folder, 'passages.lance/data/half-written.lance');
    await writeFile(debris, 'half');
    await store.optimize(never);
    await store.optimize(never);
    await store.optimize(never);
    assert.ok(before > 150, `${before} files before`);
    assert.ok(files() < 60, `${files()} files after`);
    assert.deepEqual(globSync('passages.lance/data/half*', { cwd: folder }), []);
    assert.equal((await store.matchPassages('word', 100, {}, never)).length, 60);
    await store.close();
  }));

test('given an aborted optimize, then it rejects with the reason and writing goes on', () =>
  withFolder(async (folder) => {
    const store = await openLanceStore(folder);
    await write(store, 1, 150);
    const abort = new AbortController();
    const folding = store.optimize(abort.signal);
    abort.abort(new Error('a question came'));
    await assert.rejects(folding, /a question came/);
    await write(store, 2, 1);
    assert.equal((await store.copies()).length, 2);
    await store.close();
  }));

/** Returns the deleted files below a folder that this process still has open. */
function openDeletedFiles(folder: string): readonly string[] {
  return readdirSync('/proc/self/fd').flatMap((name) => {
    try {
      const path = readlinkSync(join('/proc/self/fd', name));
      return path.startsWith(folder) && path.endsWith(' (deleted)') ? [path] : [];
    } catch {
      return [];
    }
  });
}

test(
  'given an index that was compacted again and again, when garbage is collected, then no deleted file is open and reads go on',
  { skip: !existsSync('/proc/self/fd') && 'only Linux lists open files' },
  () =>
    withFolder(async (folder) => {
      setFlagsFromString('--expose-gc');
      const collectGarbage = runInNewContext('gc') as () => void;
      const store = await openLanceStore(folder);
      for (let video = 1; video <= 4; video += 1) {
        await write(store, video, 10);
        const reads = Promise.all([store.matchPassages('word', 5, {}, never), store.copies()]);
        await store.optimize(never);
        const [passages, copies] = await reads;
        assert.equal(passages.length, 5);
        assert.equal(copies.length, video);
      }
      await until(() => {
        collectGarbage();
        return openDeletedFiles(folder).length === 0;
      });
      assert.equal((await store.matchPassages('word', 100, {}, never)).length, 40);
      await store.close();
    }),
);

/** Resolves when a condition holds, looked at in each turn of the event loop for 10 s. */
async function until(holds: () => boolean): Promise<void> {
  const endMs = performance.now() + 10_000;
  while (!holds()) {
    assert.ok(performance.now() < endMs, 'it never holds');
    await new Promise((resolve) => setImmediate(resolve));
  }
}

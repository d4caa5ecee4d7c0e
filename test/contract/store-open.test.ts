import assert from 'node:assert/strict';
import { existsSync, globSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { connect, Index } from '@lancedb/lancedb';
import { openLanceStore } from '../../server/src/adapters/lancedb/open-store.ts';
import { StoreError } from '../../server/src/core/errors/store-error.ts';
import type { Store } from '../../server/src/ports/store.ts';
import { copyOf, descriptionOf, outlineOf, passageOf, videoOf } from '../support/store-rows.ts';

const never = new AbortController().signal;
const now = () => Date.UTC(2026, 10, 23, 14, 30, 36);

async function fill(store: Store): Promise<void> {
  const ids = Array.from({ length: 40 }, (_, at) => `v${at}`);
  await store.commit({
    descriptions: ids.map((videoId) => ({
      videoId,
      uri: '',
      stage: 'cues',
      rows: [descriptionOf(videoId, '', 'cues', 0)],
    })),
    passages: ids.map((videoId) => ({
      videoId,
      uri: '',
      rows: [passageOf(videoId, '', 0, `word only${videoId}`)],
    })),
    outlines: ids.map((videoId) => outlineOf(`file:///${videoId}`, videoId, 'word')),
    videos: ids.map((videoId) => videoOf(videoId)),
    copies: ids.map((videoId) => copyOf(`file:///${videoId}`, videoId)),
  });
}

async function countsOf(store: Store): Promise<readonly number[]> {
  return [
    (await store.copies()).length,
    (await store.videos()).length,
    (await store.descriptions('v7', '')).length,
    (await store.passages('v7', '')).length,
    (await store.matchPassages('word', 100, {}, never)).length,
    (await store.matchPassages('onlyv7', 100, { videoIds: ['v7'] }, never)).length,
    (await store.matchOutlines('word', 100, {}, never)).length,
  ];
}

const FULL = [40, 40, 1, 1, 40, 1, 40];

describe('opening an index', () => {
  let home = '';
  let whole = '';
  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'goldfish-open-'));
    whole = join(home, 'whole');
    const store = await openLanceStore(whole);
    await fill(store);
    await store.optimize(never);
    await store.close();
  });
  after(() => rm(home, { recursive: true, force: true }));

  /** A copy of the whole index in a folder of its own, changed, then opened. */
  async function changed(name: string, change: (folder: string) => Promise<void>) {
    const folder = join(home, name, 'index');
    await cp(whole, folder, { recursive: true });
    await change(folder);
    const said: string[] = [];
    const open = () => openLanceStore(folder, { now, log: (message) => said.push(message) });
    return { folder, said, open };
  }

  test('given a complete index, when opened, then nothing is logged and all rows are found', async () => {
    const { said, open, folder } = await changed('same', async () => {});
    const store = await open();
    assert.deepEqual(await countsOf(store), FULL);
    assert.deepEqual(said, []);
    await store.close();
    assert.deepEqual(await readdir(join(folder, '..')), ['index']);
  });

  test('given an empty folder and a leftover of a crash, when opened, then a new index is created', async () => {
    const folder = join(home, 'empty', 'index');
    await mkdir(folder, { recursive: true });
    await mkdir(`${folder}.new/copies.lance`, { recursive: true });
    const store = await openLanceStore(folder);
    await fill(store);
    assert.deepEqual(await countsOf(store), FULL);
    await store.close();
    assert.deepEqual(await readdir(join(home, 'empty')), ['index']);
  });

  test('given an index without a version file, when opened, then it is migrated and keeps its rows', async () => {
    const { folder, said, open } = await changed('old', async (path) => {
      await rm(join(path, 'goldfish.json'));
      const db = await connect(path);
      for (const name of ['descriptions', 'passages'])
        await (await db.openTable(name)).createIndex('uri', { config: Index.btree() });
      db.close();
    });
    const store = await open();
    const steps = [
      'The index was migrated from layout 0 to 1.',
      'The index was migrated from layout 1 to 2.',
      'The index was migrated from layout 2 to 3.',
    ];
    assert.deepEqual(said, steps);
    assert.deepEqual(await countsOf(store), FULL);
    await store.close();
    assert.deepEqual(JSON.parse(await readFile(join(folder, 'goldfish.json'), 'utf8')), { schema: 3 });
    const db = await connect(folder);
    for (const name of ['descriptions', 'passages']) {
      const indexes = await (await db.openTable(name)).listIndices();
      assert.ok(!indexes.some((index) => index.name === 'uri_idx'), name);
    }
    db.close();
    const again = await open();
    assert.deepEqual(said, steps);
    await again.close();
  });

  test('given a newer index, when opened, then it is refused with a remedy and left unchanged', async () => {
    const { folder, said, open } = await changed('newer', (path) =>
      writeFile(join(path, 'goldfish.json'), '{"schema": 4}'),
    );
    await assert.rejects(open(), (error) => {
      assert.ok(error instanceof StoreError);
      assert.equal(error.kind, 'newer');
      assert.ok(error.message.includes(folder));
      assert.match(error.remedy, /Update Goldfish/);
      return true;
    });
    assert.deepEqual(said, []);
    assert.deepEqual(await readdir(join(folder, '..')), ['index']);
  });

  const newest = (folder: string, pattern: string): string => {
    const [first] = globSync(pattern, { cwd: folder }).sort();
    assert.ok(first, pattern);
    return join(folder, first);
  };
  const cut = async (file: string) => truncate(file, Math.floor((await stat(file)).size / 2));
  const blank = async (file: string) => writeFile(file, Buffer.alloc((await stat(file)).size));
  const remove = (file: string) => rm(file, { recursive: true });

  // File names of manifests count down, so the newest comes first.
  for (const [what, table, pattern, harm, left] of [
    ['a cut manifest', 'passages', '_versions/*.manifest', cut, [40, 40, 1, 0, 0, 0, 40]],
    ['a blank manifest', 'copies', '_versions/*.manifest', blank, [0, 40, 1, 1, 40, 1, 40]],
    ['a missing data file', 'videos', 'data/*.lance', remove, [40, 0, 1, 1, 40, 1, 40]],
    ['a cut data file', 'descriptions', 'data/*.lance', cut, [40, 40, 0, 1, 40, 1, 40]],
    ['a blank data file', 'passages', 'data/*.lance', blank, [40, 40, 1, 0, 0, 0, 40]],
    ['a missing table', 'outlines', '', remove, [40, 40, 1, 1, 40, 1, 0]],
  ] as const) {
    test(`given an index with ${what}, when opened, then only that table is set aside`, async () => {
      const { folder, said, open } = await changed(what, (path) =>
        harm(newest(path, `${table}.lance/${pattern}`.replace(/\/$/, ''))),
      );
      const store = await open();
      const aside = `${folder}.damaged-2026-11-23T14-30-36`;
      assert.equal(said.length, 1);
      assert.ok(said[0]?.includes(aside) && said[0].includes(table), said[0]);
      assert.equal(existsSync(join(aside, `${table}.lance`)), what !== 'a missing table');
      assert.deepEqual(await countsOf(store), left);
      const remade = (await store.videos()).flatMap(({ done }) => Object.keys(done));
      assert.ok(remade.every((stage) => stage === 'probe'));
      assert.equal(store.damage().length, 1);
      assert.ok(store.damage()[0]?.includes(aside));
      await fill(store);
      assert.deepEqual(await countsOf(store), FULL);
      await store.close();
      await (await open()).close();
      assert.equal(said.length, 1);
    });
  }

  test('given an index with a cut version file, when opened, then it keeps its rows', async () => {
    const { folder, said, open } = await changed('mark', (path) => cut(join(path, 'goldfish.json')));
    const store = await open();
    assert.deepEqual(await countsOf(store), FULL);
    assert.equal(said.length, 1);
    assert.deepEqual(JSON.parse(await readFile(join(folder, 'goldfish.json'), 'utf8')), { schema: 3 });
    await store.close();
  });

  test('given an index damaged twice in a second, when opened, then it is set aside under two names', async () => {
    const { folder, open } = await changed('twice', (path) =>
      remove(newest(path, 'videos.lance/data/*.lance')),
    );
    const store = await open();
    await fill(store);
    await store.close();
    await remove(newest(folder, 'videos.lance/data/*.lance'));
    await (await open()).close();
    const aside = 'index.damaged-2026-11-23T14-30-36';
    assert.deepEqual((await readdir(join(folder, '..'))).sort(), ['index', aside, `${aside}-2`]);
  });

  for (const [what, pattern, harm] of [
    ['a missing full-text index', 'passages.lance/_indices/*/part_*_tokens.lance', remove],
    ['a cut full-text index', 'outlines.lance/_indices/*/part_*_invert.lance', cut],
    ['blank documents in its full-text index', 'passages.lance/_indices/*/part_*_docs.lance', blank],
    ['all index files gone', 'passages.lance/_indices', remove],
  ] as const) {
    test(`given an index with ${what}, when opened, then it is rebuilt from its rows`, async () => {
      const { folder, said, open } = await changed(what, (path) => harm(newest(path, pattern)));
      const store = await open();
      assert.equal(said.length, 1);
      assert.match(said[0] ?? '', /damaged and is being rebuilt/);
      assert.deepEqual(await countsOf(store), FULL);
      await store.close();
      assert.deepEqual(await readdir(join(folder, '..')), ['index']);
      await (await open()).close();
      assert.equal(said.length, 1);
    });
  }

  test('given a table with other columns, when opened, then it is set aside and the index can be written', async () => {
    const { folder, said, open } = await changed('shape', async (path) => {
      const db = await connect(path);
      await db.dropTable('copies');
      await db.createTable('copies', [{ other: 1 }]);
      db.close();
    });
    const store = await open();
    assert.equal(said.length, 1);
    assert.match(said[0] ?? '', /copies/);
    await fill(store);
    assert.deepEqual(await countsOf(store), FULL);
    await store.close();
    assert.deepEqual((await readdir(join(folder, '..'))).sort(), [
      'index',
      'index.damaged-2026-11-23T14-30-36',
    ]);
  });
});

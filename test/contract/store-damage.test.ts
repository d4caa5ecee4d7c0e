import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { connect } from '@lancedb/lancedb';
import { openLanceStore } from '../../server/src/adapters/lancedb/open-store.ts';
import { TABLE_LAYOUTS, TABLE_NAMES } from '../../server/src/adapters/lancedb/tables.ts';
import type { ForgottenWork } from '../../server/src/core/pipeline/forgotten-work.ts';
import { createRandom } from '../soak/random.ts';
import {
  checkFlippedBits,
  DONE,
  fillIndex,
  findWholeRows,
  toVideoUri,
  VECTOR_SPACE,
} from '../support/damaged-index.ts';

const never = new AbortController().signal;
const VIDEOS = 40;
const ids = Array.from({ length: VIDEOS }, (_, at) => `video${at}`);
const parts = [ids.slice(0, VIDEOS / 2), ids.slice(VIDEOS / 2)];

describe('damage in an index', () => {
  let home = '';
  let whole = '';
  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'goldfish-damage-'));
    whole = join(home, 'whole', 'index');
    const store = await openLanceStore(whole);
    await fillIndex(store, parts[0] ?? []);
    await store.optimize(never);
    await fillIndex(store, parts[1] ?? []);
    await store.close();
  });
  after(() => rm(home, { recursive: true, force: true }));

  async function copied(): Promise<string> {
    const folder = join(await mkdtemp(join(home, 'case-')), 'index');
    await cp(whole, folder, { recursive: true });
    return folder;
  }

  /** Changes one byte of a value that stands as it is in the data files of a table. */
  async function spoil(
    folder: string,
    table: string,
    value: string,
    at: number,
    byte: number,
  ): Promise<void> {
    let spoilt = 0;
    for (const name of globSync(`${table}.lance/data/*.lance`, { cwd: folder })) {
      const bytes = await readFile(join(folder, name));
      const found = bytes.indexOf(value);
      if (found < 0) continue;
      bytes[found + at] = byte;
      await writeFile(join(folder, name), bytes);
      spoilt += 1;
    }
    assert.ok(spoilt > 0, `${value} stands in ${table}`);
  }

  const json = { videos: '{"videoId":"video7"', copies: '{"uri":"file:///videos/video7.mp4"' } as const;
  const bodies = {
    ...json,
    descriptions: '{"id":"video7||cues|0"',
    passages: '[{"kind":"speech","text":"word onlyvideo7"',
  } as const;

  for (const [table, value] of Object.entries(bodies))
    for (const [what, byte] of [
      ['not UTF-8', 0xff],
      ['not JSON', 0x20],
    ] as const)
      test(`given a value in ${table} that is ${what}, when the index is opened twice, then the rest is found and the row is redone`, async () => {
        const folder = await copied();
        await spoil(folder, table, value, 1, byte);
        const said: string[] = [];
        const open = () => openLanceStore(folder, { log: (message) => said.push(message) });
        const store = await open();
        const rest = ids.filter((videoId) => videoId !== 'video7').sort();
        const found = await findWholeRows(store, ids);
        for (const name of TABLE_NAMES)
          assert.deepEqual([...found[name]].sort(), name === table ? rest : [...ids].sort(), name);
        const video = (await store.videos()).find(({ videoId }) => videoId === 'video7');
        const lost = { descriptions: 'cues', passages: 'passages' }[table];
        if (lost !== undefined) assert.equal(Object.hasOwn(video?.done ?? {}, lost), false);
        if (table === 'copies') {
          const copy = (await store.copies()).find(({ uri }) => uri === toVideoUri('video7'));
          assert.deepEqual([copy?.videoId, copy?.bytes], ['video7', -1]);
        }
        const others = (await store.videos()).filter(({ videoId }) => videoId !== 'video7');
        assert.ok(others.every((record) => JSON.stringify(record.done) === JSON.stringify(DONE)));
        assert.equal(store.damage().length, 1);
        assert.ok(said.some((message) => message.includes(`1 of ${VIDEOS} rows of ${table}`)));
        await fillIndex(store, ['video7']);
        await store.close();
        const again = await open();
        const healed = await findWholeRows(again, ids);
        for (const name of TABLE_NAMES) assert.deepEqual([...healed[name]].sort(), [...ids].sort(), name);
        await again.close();
      });

  test('given an open index, when a value turns out to be damaged, then the listener gets the video and the stage to redo', async () => {
    const folder = await copied();
    await spoil(folder, 'descriptions', bodies.descriptions, 1, 0x20);
    const store = await openLanceStore(folder);
    const heard: ForgottenWork[] = [];
    store.onDamage((work) => heard.push(work));
    assert.deepEqual(await store.descriptions('video7', ''), []);
    assert.deepEqual(heard, [{ everywhere: new Set(), byVideo: new Map([['video7', new Set(['cues'])]]) }]);
    assert.equal((await store.descriptions('video8', '')).length, 1);
    await store.close();
  });

  test('given an open index, when a write meets a damaged row, then the damaged row is set aside and the write succeeds', async () => {
    const folder = await copied();
    const store = await openLanceStore(folder);
    const heard: ForgottenWork[] = [];
    store.onDamage((work) => heard.push(work));
    // The first of its occurrences is the id itself, which a write compares.
    await spoil(folder, 'descriptions', 'video7||cues|0', 1, 0xff);
    await fillIndex(store, ['video7', 'video8']);
    assert.equal(heard.length, 1);
    assert.equal(store.damage().length, 1);
    const found = await findWholeRows(store, ids);
    for (const name of TABLE_NAMES) assert.deepEqual([...found[name]].sort(), [...ids].sort(), name);
    await store.close();
  });

  test('given an open index, when a data file is truncated, then a write succeeds and the loss is reported', async () => {
    const folder = await copied();
    const store = await openLanceStore(folder);
    const heard: ForgottenWork[] = [];
    store.onDamage((work) => heard.push(work));
    for (const name of globSync('descriptions.lance/data/*.lance', { cwd: folder })) {
      const bytes = await readFile(join(folder, name));
      await writeFile(join(folder, name), bytes.subarray(0, bytes.length / 2));
    }
    await fillIndex(store, ['video7']);
    assert.equal(heard.length, 1);
    const found = await findWholeRows(store, ids);
    assert.deepEqual(found.descriptions, ['video7']);
    for (const name of ['videos', 'copies', 'passages', 'outlines'] as const)
      assert.deepEqual([...found[name]].sort(), [...ids].sort(), name);
    await store.close();
  });

  test('given damaged vectors, when the index is opened, then they are set aside and their recipe changes', async () => {
    const folder = await copied();
    await spoil(folder, 'vectors_*', 'video7', 1, 0xff);
    const store = await openLanceStore(folder);
    assert.deepEqual(
      [store.lostVectorCount(), store.vectorCount(VECTOR_SPACE), store.damage().length],
      [1, 0, 1],
    );
    await store.close();
  });

  test('given 200 flipped bits spread over every column of every table, when it is opened, then all intact rows are found', async () => {
    const folder = await copied();
    let seed = 20_261_123;
    const random = (below: number) => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      return Math.floor((seed / 2 ** 32) * below);
    };
    const values = TABLE_NAMES.flatMap((table) =>
      TABLE_LAYOUTS[table].text.map((column) => [table, column] as const),
    );
    const db = await connect(folder);
    const stored = new Map<string, readonly string[]>();
    for (const [table, column] of values) {
      const rows = await (await db.openTable(table)).query().select([column]).toArray();
      stored.set(
        `${table} ${column}`,
        rows.map((row) => String(row[column])).filter((value) => value.length > 3),
      );
    }
    db.close();
    const hit = new Set<string>();
    for (let flip = 0; flip < 200; flip += 1) {
      const [table, column] = values[flip % values.length] ?? (['videos', 'body'] as const);
      const known = stored.get(`${table} ${column}`) ?? [];
      // The same eighth of the videos over and over: what is intact must stay findable.
      const some = known.filter((value) => /video[05](?!\d)/.test(value));
      const value = some[random(some.length)];
      if (value === undefined) continue;
      for (const name of globSync(`${table}.lance/data/*.lance`, { cwd: folder })) {
        const bytes = await readFile(join(folder, name));
        const found = bytes.indexOf(value);
        if (found < 0) continue;
        const at = found + random(value.length);
        bytes[at] = (bytes[at] ?? 0) ^ (1 << random(8));
        await writeFile(join(folder, name), bytes);
        hit.add(`${table} ${column}`);
      }
    }
    // All but `uri` of rows of content, which is empty, and `stage`, which is short and the same everywhere.
    assert.equal(hit.size, values.length - 3);
    for (let start = 0; start < 2; start += 1) {
      const store = await openLanceStore(folder);
      const found = await findWholeRows(store, ids);
      for (const name of TABLE_NAMES)
        for (const videoId of ids)
          if (!/video[05]$/.test(videoId)) assert.ok(found[name].includes(videoId), `${name} ${videoId}`);
      await store.close();
    }
  });

  test('given one flipped bit in a data file, a manifest or an index file, when it is opened and read, then every start succeeds', async () => {
    let seed = 7;
    const random = (below: number) => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      return Math.floor((seed / 2 ** 32) * below);
    };
    const all = globSync('*.lance/{data,_versions,_indices/*}/*.{lance,manifest}', { cwd: whole }).sort();
    const files = all.filter((_, at) => at % 4 === 0);
    for (const name of files) {
      const folder = await copied();
      const bytes = await readFile(join(folder, name));
      const at = random(bytes.length);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random(8));
      await writeFile(join(folder, name), bytes);
      for (let start = 0; start < 2; start += 1) {
        const store = await openLanceStore(folder);
        await findWholeRows(store, ['video1', 'video21']);
        await store.close();
      }
      await rm(join(folder, '..'), { recursive: true });
    }
  });

  test('given one flipped bit at a random place of a column, for columns of every table, when it is opened, then all other rows are found', async () => {
    const { below } = createRandom(20_261_130);
    const { columns } = await checkFlippedBits(whole, parts, below, (flips) => flips === 12);
    assert.equal(columns.size, 12);
  });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RowCache, type RowCodec } from '../../server/src/adapters/lancedb/row-cache.ts';

/** Room for two blocks. */
const CAPACITY = 1024 * 1024;

type Row = readonly [string, string];

const codec: RowCodec<Row> = {
  toFields: (row) => row,
  fromFields: (packed) => [packed.text(0), packed.text(1)],
};

/** Adds a row that a search returned before. */
function addAgain(cache: RowCache<Row>, rowId: number, row: Row): void {
  cache.add(rowId, row);
  cache.add(rowId, row);
}

test('given a row returned once, when asked for, then it is not kept; returned twice, it is', () => {
  const cache = new RowCache(codec, CAPACITY);
  cache.add(7, ['a', 'b']);
  assert.equal(cache.get(7), undefined);
  cache.add(7, ['a', 'b']);
  assert.deepEqual(cache.get(7), ['a', 'b']);
  assert.equal(cache.get(8), undefined);
});

test('given text of any script and empty fields, when kept, then it is returned unchanged', () => {
  const cache = new RowCache(codec, CAPACITY);
  const rows: readonly Row[] = [
    ['', ''],
    ['Größe', '发电机 🐟'],
    ['', 'line\nbreak "quoted" \\ and \u0000'],
  ];
  rows.forEach((row, id) => {
    addAgain(cache, id, row);
  });
  rows.forEach((row, id) => {
    assert.deepEqual(cache.get(id), row);
  });
});

test('given ids beyond 32 bits that share their low bits, when kept, then each has its own row', () => {
  const cache = new RowCache(codec, CAPACITY);
  const ids = [1, 2 ** 32 + 1, 2 ** 33 + 1];
  for (const id of ids) addAgain(cache, id, [`${id}`, 'x']);
  for (const id of ids) assert.deepEqual(cache.get(id), [`${id}`, 'x']);
});

test('given more rows than fit, of many sizes, when kept, then the newest are there and every row is its own', () => {
  const cache = new RowCache(codec, CAPACITY);
  const rowOf = (id: number): Row => [`row ${id}`, 'é'.repeat((id * 37) % 500)];
  const rows = 5_000;
  for (let id = 0; id < rows; id += 1) {
    addAgain(cache, id, rowOf(id));
    assert.deepEqual(cache.get(id), rowOf(id));
  }
  const kept = Array.from({ length: rows }, (_, id) => id).filter((id) => cache.get(id) !== undefined);
  for (const id of kept) assert.deepEqual(cache.get(id), rowOf(id));
  assert.equal(kept.at(-1), rows - 1);
  assert.ok(kept.length > 1_000 && kept.length < 3_000, `${kept.length} rows are kept`);
});

test('given a row read before its room was given away, when its bytes are read later, then they are unchanged', () => {
  const lazyCodec: RowCodec<() => string> = {
    toFields: (row) => [Buffer.from(row())],
    fromFields: (packed) => {
      const kept = packed.bytes(0);
      return () => Buffer.from(kept).toString();
    },
  };
  const cache = new RowCache(lazyCodec, 1);
  const add = (id: number) => {
    for (let times = 0; times < 2; times += 1) cache.add(id, () => `row ${id} `.repeat(1_000));
  };
  add(1);
  const row = cache.get(1);
  for (let id = 2; cache.get(1) !== undefined; id += 1) add(id);
  assert.equal(row?.(), 'row 1 '.repeat(1_000));
});

test('given a row that is larger than a block, when added, then the others stay', () => {
  const cache = new RowCache(codec, CAPACITY);
  addAgain(cache, 1, ['a', 'b']);
  addAgain(cache, 2, ['x'.repeat(1_000_000), '']);
  assert.equal(cache.get(2), undefined);
  assert.deepEqual(cache.get(1), ['a', 'b']);
});

test('given a cache that keeps all rows, when a row is returned once, then it is kept', () => {
  const cache = new RowCache(codec, CAPACITY, { keepsAll: true });
  cache.add(7, ['a', 'b']);
  assert.deepEqual(cache.get(7), ['a', 'b']);
});

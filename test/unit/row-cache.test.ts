import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RowCache, type RowCodec } from '../../server/src/adapters/lancedb/row-cache.ts';

type Row = readonly [string, string];

const codec: RowCodec<Row> = {
  fieldCount: 2,
  toFields: (row) => row,
  fromFields: ([first = '', second = '']) => [first, second],
};

/** Adds a row that a search returned before. */
function addAgain(cache: RowCache<Row>, rowId: number, row: Row): void {
  cache.add(rowId, row);
  cache.add(rowId, row);
}

test('given a row returned once, when asked for, then it is not kept; returned twice, it is', () => {
  const cache = new RowCache(codec, 1_000);
  cache.add(7, ['a', 'b']);
  assert.equal(cache.get(7), undefined);
  cache.add(7, ['a', 'b']);
  assert.deepEqual(cache.get(7), ['a', 'b']);
  assert.equal(cache.get(8), undefined);
});

test('given text of any script and empty fields, when kept, then it is returned unchanged', () => {
  const cache = new RowCache(codec, 10_000);
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
  const cache = new RowCache(codec, 1_000);
  const ids = [1, 2 ** 32 + 1, 2 ** 33 + 1];
  for (const id of ids) addAgain(cache, id, [`${id}`, 'x']);
  for (const id of ids) assert.deepEqual(cache.get(id), [`${id}`, 'x']);
});

test('given more rows than fit, of many sizes, when kept, then the newest are there and every row is its own', () => {
  const capacity = 2_000;
  const cache = new RowCache(codec, capacity);
  const rowOf = (id: number): Row => [`row ${id}`, 'é'.repeat((id * 37) % 50)];
  const rows = 5_000;
  for (let id = 0; id < rows; id += 1) {
    addAgain(cache, id, rowOf(id));
    assert.deepEqual(cache.get(id), rowOf(id));
  }
  let kept = 0;
  for (let id = 0; id < rows; id += 1) {
    const row = cache.get(id);
    if (row === undefined) continue;
    assert.deepEqual(row, rowOf(id));
    kept += 1;
  }
  assert.ok(kept >= capacity / 125 && kept < 200, `${kept} rows are kept`);
});

test('given a row that would take most of the room, when added, then the others stay', () => {
  const cache = new RowCache(codec, 1_000);
  addAgain(cache, 1, ['a', 'b']);
  addAgain(cache, 2, ['x'.repeat(500), '']);
  assert.equal(cache.get(2), undefined);
  assert.deepEqual(cache.get(1), ['a', 'b']);
});

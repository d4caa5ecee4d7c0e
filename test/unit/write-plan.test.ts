import assert from 'node:assert/strict';
import test from 'node:test';
import { inCondition, toParts } from '../../server/src/adapters/lancedb/sql.ts';
import { canMeanDamage, toStoreError } from '../../server/src/adapters/lancedb/store-errors.ts';
import {
  countMergeableBatches,
  createWritePlan,
  toDistinctRows,
} from '../../server/src/adapters/lancedb/write-plan.ts';
import { StoreError } from '../../server/src/core/errors/store-error.ts';
import { copyOf, passageOf, videoOf } from '../support/store-rows.ts';

const writing = { copies: [copyOf('file:///a', 'v1')] };
const removing = { removedCopies: ['file:///a'] };

test('given queued batches, then they merge up to the limit, and no write after a removal', () => {
  const cases: [Parameters<typeof countMergeableBatches>[0], number, number][] = [
    [[], 10, 0],
    [[writing, writing, writing], 10, 3],
    [[writing, writing, writing], 2, 2],
    [[writing, writing], 0, 1],
    [[writing, removing, removing], 10, 3],
    [[writing, removing, writing], 10, 2],
    [[removing, {}, removing, writing], 10, 3],
    [[{ ...writing, ...removing }, writing], 10, 1],
    [[{ copies: [], ...removing }, { copies: [] }], 10, 2],
  ];
  for (const [batches, limit, expected] of cases)
    assert.equal(countMergeableBatches(batches, limit), expected, JSON.stringify(batches));
});

test('given batches with the same keys, when planned, then the last wins', () => {
  const first = passageOf('v1', '', 0, 'first');
  const second = passageOf('v1', '', 30_000, 'second');
  const plan = createWritePlan([
    {
      passages: [{ videoId: 'v1', uri: '', rows: [first] }],
      videos: [videoOf('v1', { done: { probe: '1' } })],
    },
    {
      passages: [{ videoId: 'v1', uri: '', rows: [second] }],
      videos: [videoOf('v1', { done: { probe: '2' } })],
    },
    { passages: [{ videoId: 'v1', uri: 'file:///a', rows: [first] }], removedCopies: ['', 'file:///b'] },
  ]);
  assert.deepEqual(
    [...plan.passages.values()].map(({ uri, rows }) => [uri, rows.map(({ terms }) => terms)]),
    [
      ['', ['second']],
      ['file:///a', ['first']],
    ],
  );
  assert.deepEqual(
    [...plan.videos.values()].map(({ done }) => done),
    [{ probe: '2' }],
  );
  assert.deepEqual([...plan.removedCopies], ['file:///b']);
});

test('given a row twice, when deduplicated, then the last is kept', () => {
  const rows = toDistinctRows([{ rows: [passageOf('v', '', 0, 'old'), passageOf('v', '', 0, 'new')] }]);
  assert.deepEqual(
    rows.map(({ terms }) => terms),
    ['new'],
  );
});

test('given values with quotes, when put into SQL, then they are escaped', () => {
  assert.equal(
    inCondition('uri', ["file:///it's", '\\', '"; --']),
    `uri IN ('file:///it''s', '\\', '"; --')`,
  );
  assert.equal(inCondition('uri', []), 'false');
  assert.deepEqual(toParts([1, 2, 3, 4, 5], 2), [[1, 2], [3, 4], [5]]);
  assert.deepEqual(toParts([], 2), []);
});

test('given an error of the file system, then it has kind and remedy, and only broken files can mean damage', () => {
  for (const [text, kind, damage] of [
    ['LanceError(IO): No space left on device (os error 28), /src/x.rs:1:2', 'noSpace', false],
    ['Quota exceeded (os error 122)', 'noSpace', false],
    ["EACCES: permission denied, open 'x'", 'noPermission', false],
    ['Unable to open file: Read-only file system (os error 30)', 'noPermission', false],
    ['Too many open files (os error 24)', 'failed', false],
    ['Input/output error (os error 5)', 'failed', false],
    ['lance error: Not found: /index/passages.lance/data/1.lance', 'failed', true],
    ['file does not appear to be a Lance file (invalid magic: [0, 0, 0, 0])', 'failed', true],
  ] as const) {
    const error = toStoreError(new Error(text), 'writing', '/data/index');
    assert.equal(error.kind, kind, text);
    assert.ok(error.message.includes('/data/index') && error.remedy.length > 20, error.message);
    assert.ok(!error.message.includes('.rs:'), error.message);
    assert.equal(canMeanDamage(new Error(text)), damage, text);
  }
  const known = new StoreError('newer', 'newer', 'update');
  assert.equal(toStoreError(known, 'opening', '/data/index'), known);
  assert.equal(canMeanDamage(known), false);
});

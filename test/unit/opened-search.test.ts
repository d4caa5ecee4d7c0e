import assert from 'node:assert/strict';
import test from 'node:test';
import type { Hit } from '../../server/protocol/search.ts';
import type { OpenedSearch } from '../../server/src/core/training/opened-search.ts';
import { findOpened, splitOfSearch, toSearchRows } from '../../server/src/core/training/opened-search.ts';
import { DEFAULT_SPLIT } from '../../server/src/core/training/training-row.ts';
import { createSearchLog } from '../../server/src/library/search-log.ts';

const uri = 'file:///a.mp4';
const hit = (startMs: number, text: string, kind = 'speech') =>
  ({
    uri,
    startMs,
    endMs: startMs + 10_000,
    evidence: [{ kind, text, startMs, endMs: startMs + 10_000, source: 's' }],
  }) as unknown as Hit;
const hits = [hit(0, 'one'), hit(50_000, 'two'), hit(90_000, 'three')];

test('given hits, when one is opened, then better ones are passed over, and a player may begin a little early', () => {
  const search = { query: 'what', hits, at: 5 };
  assert.deepEqual(findOpened(search, uri, 88_000), {
    at: 5,
    query: 'what',
    opened: 'three',
    skipped: ['one', 'two'],
  });
  assert.deepEqual(findOpened(search, uri, 0)?.skipped, []);
  assert.equal(findOpened(search, uri, 75_000), undefined);
  assert.equal(findOpened(search, 'file:///b.mp4', 0), undefined);
  // A picture without words teaches a text model nothing.
  assert.equal(findOpened({ ...search, hits: [hit(0, 'x', 'frame')] }, uri, 0), undefined);
});

test('given searches, when rows are made, then what was ever opened is no mistake, and equal queries share a split', () => {
  const searches: OpenedSearch[] = [
    { at: 1, query: 'Red car', opened: 'a', skipped: ['b', 'c'] },
    { at: 2, query: ' red  CAR ', opened: 'b', skipped: ['c'] },
    { at: 3, query: 'red car', opened: 'a', skipped: [] },
    { at: 4, query: 'boat', opened: 'd', skipped: [] },
  ];
  const rows = toSearchRows(searches);
  assert.deepEqual(
    rows.map(({ query, positive, negatives }) => [query, positive, negatives]),
    [
      ['Red car', 'a', ['c']],
      ['Red car', 'b', ['c']],
      ['boat', 'd', []],
    ],
  );
  assert.equal(new Set(rows.map(({ id }) => id)).size, 3);
  const [first, second] = rows;
  assert.ok(first && second);
  assert.equal(
    splitOfSearch(first, DEFAULT_SPLIT),
    splitOfSearch({ ...second, query: 'RED car' }, DEFAULT_SPLIT),
  );
});

test('given a log, when moments are opened, then each counts once, late ones and those of a log that is off not at all', async () => {
  const kept: OpenedSearch[] = [];
  let on = false;
  let now = 1000;
  const book = { add: async (search: OpenedSearch) => void kept.push(search), read: async () => kept };
  const log = createSearchLog(
    book,
    () => on,
    () => now,
  );
  log.shown('before', hits);
  on = true;
  await log.opened(uri, 0);
  assert.deepEqual(kept, [], 'what was shown while the log was off is not remembered');
  log.shown('first', hits);
  log.shown('second', hits.slice(0, 1));
  // Playing goes on; the newest search that found the moment counts.
  for (const ms of [1000, 2000, 3000]) await log.opened(uri, ms);
  await log.opened(uri, 51_000);
  assert.deepEqual(
    kept.map(({ query, opened, skipped }) => [query, opened, skipped]),
    [
      ['second', 'one', []],
      ['first', 'two', ['one']],
    ],
  );
  now += 11 * 60_000;
  await log.opened(uri, 91_000);
  assert.equal(kept.length, 2);
  on = false;
  log.shown('off', hits);
  on = true;
  await log.opened(uri, 91_000);
  assert.equal(kept.length, 2);
});

import assert from 'node:assert/strict';
import test from 'node:test';
import { createGroupedRead } from '../../server/src/adapters/lancedb/grouped-read.ts';

test('given reads of one turn, then they are one query, at most 64 contents each; a later read is another', async () => {
  const queries: (readonly string[])[] = [];
  const read = createGroupedRead(async (videoIds) => {
    queries.push([...videoIds]);
    return [...videoIds].map((videoId) => ({ videoId }));
  });
  const ids = Array.from({ length: 100 }, (_, at) => `v${at}`);
  const rows = await Promise.all([...ids, 'v0'].map(read));
  assert.deepEqual(
    rows.flat(),
    [...ids, 'v0'].map((videoId) => ({ videoId })),
  );
  assert.deepEqual(
    queries.map(({ length }) => length),
    [64, 37],
  );
  await read('v0');
  assert.deepEqual(queries.at(-1), ['v0']);
});

test('given a query that fails, then each of its reads rejects, and the next read is a new query', async () => {
  let isBroken = true;
  const read = createGroupedRead(async (videoIds) => {
    if (isBroken) throw new Error('damaged');
    return [...videoIds].map((videoId) => ({ videoId }));
  });
  const results = await Promise.allSettled([read('a'), read('b')]);
  assert.deepEqual(
    results.map(({ status }) => status),
    ['rejected', 'rejected'],
  );
  isBroken = false;
  assert.deepEqual(await read('a'), [{ videoId: 'a' }]);
});

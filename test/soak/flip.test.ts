import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import { openLanceStore } from '../../server/src/adapters/lancedb/open-store.ts';
import { checkFlippedBits, fillIndex } from '../support/damaged-index.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { soakBudget } from './soak-budget.ts';

const VIDEOS = 40;

test('given an index with one flipped bit, in each column of each table in turn, when it is opened, then all other rows are found', async (t) => {
  const { random, hasTime } = soakBudget(t);
  const folder = join(tempFolder(), 'index');
  const ids = Array.from({ length: VIDEOS }, (_, at) => `video${at}`);
  const parts = [ids.slice(0, VIDEOS / 2), ids.slice(VIDEOS / 2)];
  const store = await openLanceStore(folder);
  for (const part of parts) await fillIndex(store, part);
  await store.close();
  const report = await checkFlippedBits(folder, parts, random.below, () => !hasTime());
  const { flips, columns, lostRows } = report;
  t.diagnostic(`${flips} flips in ${columns.size} columns damaged ${lostRows} rows`);
  assert.ok(flips > 0);
});

import assert from 'node:assert/strict';
import test from 'node:test';
import { KnownCopies } from '../../server/src/indexing/known-copies.ts';
import { copyOf } from '../support/store-rows.ts';

test('given old recordings that were copied to a drive later, when its empty mount point is older than that, then they count as newer', async () => {
  const recording = copyOf('file:///v/drive/a.mp4', 'a', { modifiedMs: 1_000, changeStamp: '3000.25:42' });
  const knownCopies = await KnownCopies.from([recording, copyOf('file:///v/b.mp4', 'b')]);
  // The mount point was made between the recording and the copy.
  assert.equal(knownCopies.hasNewerBelow('file:///v/drive', 2_000), true);
  // A folder from which the file was deleted was changed after the copy.
  assert.equal(knownCopies.hasNewerBelow('file:///v/drive', 4_000), false);
  assert.equal(knownCopies.hasNewerBelow('file:///v/other', 0), false);
});

test('given a copy without a change time, as older versions stored it, then its own time decides', async () => {
  const recording = copyOf('file:///v/a.mp4', 'a', { modifiedMs: 1_000 });
  const knownCopies = await KnownCopies.from([recording]);
  assert.deepEqual(
    [500, 2_000].map((modifiedMs) => knownCopies.hasNewerBelow('file:///v', modifiedMs)),
    [true, false],
  );
});

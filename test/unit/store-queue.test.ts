import assert from 'node:assert/strict';
import test from 'node:test';
import { createWriteQueue } from '../../server/src/adapters/lancedb/write-queue.ts';
import type { WriteBatch } from '../../server/src/ports/store.ts';

const remove = (...uris: string[]): WriteBatch => ({ removedCopies: uris });

/** A writer that notes what it is given, waits for `open` before each write, and refuses what names `bad`. */
function writer() {
  const written: string[][] = [];
  const gates: (() => void)[] = [];
  return {
    written,
    open: () => gates.shift()?.(),
    write: async (batches: readonly WriteBatch[]) => {
      const names = batches.flatMap(({ removedCopies }) => removedCopies ?? []);
      written.push(names);
      await new Promise<void>((go) => gates.push(go));
      if (names.includes('bad')) throw new Error(`refused ${names.join()}`);
    },
  };
}

/** Lets every settled promise go on. */
const settle = () => new Promise<void>((done) => setImmediate(done));

test('given batches behind a write, then they are written as one', async () => {
  const { written, open, write } = writer();
  const queue = createWriteQueue(write, 100);
  const all = Promise.all(['a', 'b', 'c'].map((uri) => queue.push(remove(uri))));
  await settle();
  const late = queue.push(remove('d'));
  assert.deepEqual(written, [['a', 'b', 'c']]);
  open();
  await all;
  await settle();
  assert.deepEqual(written, [['a', 'b', 'c'], ['d']]);
  open();
  await late;
});

test('given a batch that cannot be written, then only it fails', async () => {
  const { written, open, write } = writer();
  const queue = createWriteQueue(write, 100);
  const results = Promise.allSettled(['a', 'bad', 'c'].map((uri) => queue.push(remove(uri))));
  for (let writes = 0; writes < 4; writes += 1) {
    await settle();
    open();
  }
  assert.deepEqual(
    (await results).map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  );
  assert.deepEqual(written, [['a', 'bad', 'c'], ['a'], ['bad'], ['c']]);
});

test('given an exclusive task, when it throws, then it ran without a write and writing goes on', async () => {
  const { written, open, write } = writer();
  const queue = createWriteQueue(write, 100);
  const order: string[] = [];
  const first = queue.push(remove('a')).then(() => order.push('a'));
  const task = assert
    .rejects(
      queue.runExclusive(async () => {
        order.push('task');
        await settle();
        throw new Error('no');
      }),
    )
    .then(() => order.push('task ended'));
  const second = queue.push(remove('b')).then(() => order.push('b'));
  await settle();
  // Both were queued before the first write began, so it takes both.
  assert.deepEqual(written, [['a', 'b']]);
  open();
  await Promise.all([first, task, second]);
  assert.deepEqual(order, ['a', 'b', 'task', 'task ended']);
  const third = queue.push(remove('c'));
  await settle();
  open();
  await third;
  assert.deepEqual(written, [['a', 'b'], ['c']]);
});

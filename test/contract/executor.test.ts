import assert from 'node:assert/strict';
import test from 'node:test';
import { createLocalExecutor } from '../../server/src/adapters/local-executor.ts';
import type { Job, Lane, Outcome } from '../../server/src/core/job.ts';

const job = (key: string, rank = 0, lane: Lane = 'deep'): Job => ({
  key,
  stage: 'facts',
  videoId: key,
  uri: `file:///${key}`,
  path: false,
  recipe: 'r',
  lane,
  rank,
});

/** An executor whose jobs end when told to, and a log of what happened. */
function setUp(widths = { now: 1, fast: 1, deep: 1 }) {
  const log: string[] = [];
  const ends = new Map<string, (outcome: Outcome<string>) => void>();
  const seen = new Map<string, () => void>();
  const executor = createLocalExecutor<string>({
    widths,
    now: () => 0,
    restMs: () => 0,
    run: ({ key }, onShare, signal) => {
      log.push(`run ${key}`);
      onShare(0.5);
      return new Promise((resolve) => {
        ends.set(key, resolve);
        signal.addEventListener('abort', () => resolve({ state: 'cancelled' }));
      });
    },
    settle: async ({ key }, outcome) => {
      log.push(`${outcome.state} ${key}`);
      seen.get(key)?.();
    },
    onError: ({ key }, error) => {
      log.push(`error ${key} ${String(error)}`);
      seen.get(key)?.();
    },
  });
  const settled = (key: string) => new Promise<void>((resolve) => seen.set(key, resolve));
  const end = async (key: string) => {
    const done = settled(key);
    ends.get(key)?.({ state: 'ok', value: key });
    await done;
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { executor, log, end, settled };
}

test('the greatest rank runs first, one a lane, and a repeat changes nothing', async () => {
  const { executor, log, end } = setUp();
  executor.offer([job('a', 1), job('b', 3), job('c', 2)]);
  executor.offer([job('a', 1), job('b', 3)]);
  assert.equal(executor.waiting(), 2);
  await end('b');
  await end('c');
  await end('a');
  assert.deepEqual(log, ['run b', 'ok b', 'run c', 'ok c', 'run a', 'ok a']);
  await executor.close();
});

test('a waiting job that is offered again takes its new rank and lane', async () => {
  const { executor, log, end } = setUp();
  executor.offer([job('a', 9), job('b', 1), job('c', 2), job('d', 0)]);
  executor.offer([job('b', 5), job('d', 0, 'now')]);
  assert.deepEqual(log, ['run a', 'run d']);
  await end('a');
  await end('b');
  assert.deepEqual(log.slice(2), ['ok a', 'run b', 'ok b', 'run c']);
  await executor.close();
});

test('whole passes wait until nothing quick is left, and what runs goes on', async () => {
  const { executor, log, end } = setUp({ now: 1, fast: 2, deep: 2 });
  executor.offer([job('deep 1', 9), job('deep 2', 8)]);
  executor.offer([job('deep 3', 9), job('quick 1', 1, 'fast'), job('quick 2', 1, 'fast')]);
  await end('deep 1');
  assert.deepEqual(log.splice(0), ['run deep 1', 'run deep 2', 'run quick 1', 'run quick 2', 'ok deep 1']);
  executor.offer([job('quick 3', 0, 'fast')]);
  await end('quick 1');
  await end('quick 2');
  assert.deepEqual(log.splice(0), ['ok quick 1', 'run quick 3', 'ok quick 2']);
  await end('quick 3');
  assert.deepEqual(log.splice(0), ['ok quick 3', 'run deep 3']);
  executor.offer([job('asked', 0, 'now')]);
  assert.deepEqual(log.splice(0), ['run asked']);
  await executor.close();
});

test('a paused lane starts nothing new, other lanes go on, and pauses nest', async () => {
  const { executor, log, end } = setUp();
  executor.pause('deep');
  executor.pause('deep');
  executor.offer([job('a'), job('b', 0, 'fast')]);
  assert.deepEqual(log, ['run b']);
  executor.resume('deep');
  assert.deepEqual(log, ['run b']);
  await end('b');
  assert.deepEqual(log, ['run b', 'ok b']);
  executor.resume('deep');
  assert.deepEqual(log, ['run b', 'ok b', 'run a']);
  await end('a');
  await executor.close();
});

test('cancel drops what waits and aborts what runs; what is wanted again runs again', async () => {
  const { executor, log, end, settled } = setUp();
  executor.offer([job('a', 2), job('b', 1)]);
  const cancelled = settled('a');
  executor.cancel(['a', 'b']);
  executor.offer([job('a', 2)]);
  await cancelled;
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(log, ['run a', 'cancelled a', 'run a']);
  await end('a');
  assert.equal(executor.waiting(), 0);
  await executor.close();
});

test('running jobs tell how far they are', async () => {
  const { executor } = setUp({ now: 1, fast: 1, deep: 2 });
  executor.offer([job('a'), job('b')]);
  assert.deepEqual(
    executor.running().map(({ job: { key }, share }) => [key, share]),
    [
      ['a', 0.5],
      ['b', 0.5],
    ],
  );
  await executor.close();
});

test('close aborts, waits for the end and starts nothing more', async () => {
  const { executor, log } = setUp();
  executor.offer([job('a', 1), job('b')]);
  await executor.close();
  executor.offer([job('c')]);
  assert.deepEqual(log, ['run a', 'cancelled a']);
  assert.deepEqual(executor.running(), []);
});

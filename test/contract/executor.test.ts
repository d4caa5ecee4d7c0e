import assert from 'node:assert/strict';
import test from 'node:test';
import { createLocalExecutor } from '../../server/src/adapters/local-executor.ts';
import type { Job, JobLane, JobOutcome } from '../../server/src/core/pipeline/job.ts';

const job = (key: string, rank = 0, lane: JobLane = 'deep'): Job => ({
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
  const ends = new Map<string, (outcome: JobOutcome<string>) => void>();
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

test('given offered jobs, then the highest rank runs first, one per lane, and a repeated offer changes nothing', async () => {
  const { executor, log, end } = setUp();
  executor.offer([job('a', 1), job('b', 3), job('c', 2)]);
  executor.offer([job('a', 1), job('b', 3)]);
  assert.equal(executor.waiting().size, 2);
  await end('b');
  await end('c');
  await end('a');
  assert.deepEqual(log, ['run b', 'ok b', 'run c', 'ok c', 'run a', 'ok a']);
  await executor.close();
});

test('given a waiting job, when offered again, then it has its new rank and lane', async () => {
  const { executor, log, end } = setUp();
  executor.offer([job('a', 9), job('b', 1), job('c', 2), job('d', 0)]);
  executor.offer([job('b', 5), job('d', 0, 'now')]);
  assert.deepEqual(log, ['run a', 'run d']);
  await end('a');
  await end('b');
  assert.deepEqual(log.slice(2), ['ok a', 'run b', 'ok b', 'run c']);
  await executor.close();
});

test('given deep and fast jobs, then deep ones wait until no fast one is left, and running ones go on', async () => {
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

test('given a lane paused twice, then it starts nothing until both are resumed, and other lanes go on', async () => {
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

test('given waiting and running jobs, when cancelled, then they end; when offered again, then they run', async () => {
  const { executor, log, end, settled } = setUp();
  executor.offer([job('a', 2), job('b', 1)]);
  const cancelled = settled('a');
  executor.cancel(['a', 'b']);
  executor.offer([job('a', 2)]);
  await cancelled;
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(log, ['run a', 'cancelled a', 'run a']);
  await end('a');
  assert.equal(executor.waiting().size, 0);
  await executor.close();
});

test('given running jobs, then each reports its progress', async () => {
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

test('given running and waiting jobs, when closed, then the running one is aborted and no other starts', async () => {
  const { executor, log } = setUp();
  executor.offer([job('a', 1), job('b')]);
  await executor.close();
  executor.offer([job('c')]);
  assert.deepEqual(log, ['run a', 'cancelled a']);
  assert.deepEqual(executor.running(), []);
});

/** Collects the URI that each run reads; a test ends runs and settlings by itself. */
function setUpEnding() {
  const log: string[] = [];
  const run = { ends: new Map<string, (outcome: JobOutcome<string>) => void>() };
  const settling = { ends: new Map<string, () => void>() };
  const changed = new Set<() => void>();
  const note = (line: string) => {
    log.push(line);
    for (const look of [...changed]) look();
  };
  const executor = createLocalExecutor<string>({
    widths: { now: 1, fast: 1, deep: 1 },
    now: () => 0,
    restMs: () => 0,
    run: ({ key, uri }) => {
      note(`run ${uri}`);
      return new Promise((resolve) => run.ends.set(key, resolve));
    },
    settle: ({ key }, outcome) => {
      note(`${outcome.state} ${key}`);
      return new Promise((resolve) => settling.ends.set(key, resolve));
    },
    onError: ({ key }, error) => note(`error ${key} ${String(error)}`),
  });
  const logged = (line: string) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (!log.includes(line)) return;
        changed.delete(look);
        resolve();
      };
      changed.add(look);
      look();
    });
  return { executor, log, logged, run, settling };
}

test('given a waiting job, when it is offered with another URI, then the newest URI is read', async () => {
  const { executor, log, logged } = setUpEnding();
  executor.pause('deep');
  executor.offer([job('a')]);
  executor.offer([{ ...job('a'), uri: 'file:///moved' }]);
  assert.equal(executor.waiting().size, 1);
  executor.resume('deep');
  await logged('run file:///moved');
  assert.deepEqual(log, ['run file:///moved']);
});

test('given a job whose outcome is being settled, when it is offered, then it runs again with the newest data', async () => {
  const { executor, log, logged, run, settling } = setUpEnding();
  executor.offer([job('a')]);
  run.ends.get('a')?.({ state: 'cancelled' });
  await logged('cancelled a');
  executor.offer([{ ...job('a'), uri: 'file:///once' }]);
  executor.offer([{ ...job('a'), uri: 'file:///twice' }]);
  assert.equal(executor.requeued().get('a')?.uri, 'file:///twice');
  settling.ends.get('a')?.();
  await logged('run file:///twice');
  assert.deepEqual(log, ['run file:///a', 'cancelled a', 'run file:///twice']);
  assert.equal(executor.requeued().size, 0);
});

test('given a job offered while it ends, when it is cancelled, then it does not run again', async () => {
  const { executor, log, logged, run, settling } = setUpEnding();
  executor.offer([job('a', 2), job('b', 1)]);
  run.ends.get('a')?.({ state: 'ok', value: '' });
  await logged('ok a');
  executor.offer([job('a', 2)]);
  executor.cancel(['a']);
  settling.ends.get('a')?.();
  await logged('run file:///b');
  assert.deepEqual(log, ['run file:///a', 'ok a', 'run file:///b']);
});

test('given a run that rejects, then the error is reported and the job settles as unavailable', async () => {
  const log: string[] = [];
  const settled = Promise.withResolvers<void>();
  const executor = createLocalExecutor<string>({
    widths: { now: 1, fast: 1, deep: 1 },
    now: () => 0,
    restMs: () => 0,
    run: () => Promise.reject(new Error('broken')),
    settle: async ({ key }, outcome) => {
      log.push(`${key} ${outcome.state} ${outcome.state === 'unavailable' ? outcome.reason : ''}`);
      settled.resolve();
    },
    onError: ({ key }, error) => log.push(`${key} ${String(error)}`),
  });
  executor.offer([job('a')]);
  await settled.promise;
  assert.deepEqual(log, ['a Error: broken', 'a unavailable The job stopped unexpectedly: broken']);
  await executor.close();
});

// needs: redis-server
import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { createLocalExecutor, type LocalExecutorOptions } from '../../server/src/adapters/local-executor.ts';
import type { JobLane, JobOutcome } from '../../server/src/core/pipeline/job.ts';
import type { Executor, RunJob } from '../../server/src/ports/executor.ts';
import { afterTest } from '../support/after-test.ts';
import {
  engineWorlds,
  testJob as job,
  openQueue,
  startWorker,
  taskOf,
  untilQueue,
} from '../support/worker-worlds.ts';

type Widths = Readonly<Record<JobLane, number>>;
type Options = Omit<LocalExecutorOptions<string>, 'widths' | 'now' | 'restMs' | 'workers'>;

/** An executor, and what resolves after a change of it that no event of a job reports. */
interface ExecutorWorld {
  readonly executor: Executor;
  readonly changed: () => Promise<void>;
}

const timing = { now: () => 0, restMs: () => 0 };

/** Runs jobs on a worker behind a queue, as many per lane as `widths` says. */
async function openRemote(
  t: TestContext,
  engine: keyof typeof engineWorlds,
  { run, ...options }: Options,
  widths: Widths,
): Promise<ExecutorWorld> {
  const { connect } = await engineWorlds[engine](t);
  const queue = openQueue(connect());
  const width = widths.now + widths.fast + widths.deep;
  const worker = startWorker(
    connect(),
    async ({ job: task }, { onShare }, signal) => run(task, onShare, signal, 'workers'),
    { width },
  );
  await untilQueue(queue, () => queue.capacity('decoder') > 0);
  const runRemotely: RunJob<string> = (task, onShare, signal, place) => {
    assert.equal(place, 'workers');
    return queue.run(taskOf(task), { onShare, save: async () => undefined }, signal);
  };
  const executor = createLocalExecutor<string>({
    ...options,
    ...timing,
    run: runRemotely,
    settle: async (task, outcome) => {
      await options.settle(task, outcome);
      queue.settled(task.key);
    },
    widths,
    workers: {
      // One width for all lanes: the suite uses the same in each.
      capacity: (role) => (queue.capacity(role) > 0 ? widths.deep : 0),
      isExclusive: () => true,
      isReturned: (key) => queue.isReturned(key),
      onChange: queue.onChange.bind(queue),
    },
  });
  afterTest(t, async () => {
    await executor.close();
    await worker.drain(0);
    await queue.close();
  });
  return {
    executor,
    changed: () =>
      new Promise((resolve) => {
        const stop = queue.onChange(() => {
          stop();
          resolve();
        });
      }),
  };
}

type OpenExecutor = (t: TestContext, options: Options, widths: Widths) => Promise<ExecutorWorld>;

const executors: Readonly<Record<string, OpenExecutor>> = {
  local: async (_t, options, widths) => ({
    executor: createLocalExecutor<string>({ ...options, ...timing, widths }),
    changed: () => new Promise((resolve) => setImmediate(resolve)),
  }),
  'queue in memory': (t, options, widths) => openRemote(t, 'memory', options, widths),
  'queue on Redis': (t, options, widths) => openRemote(t, 'redis', options, widths),
};

const SINGLE = { now: 1, fast: 1, deep: 1 };

/** An executor whose runs and settlings end when a test says so, and a log of what happened. */
async function setUp(t: TestContext, open: OpenExecutor, widths: Widths = SINGLE) {
  const log: string[] = [];
  const ends = new Map<string, (outcome: JobOutcome<string>) => void>();
  const settlings = new Map<string, () => void>();
  const heldKeys = new Set<string>();
  const looks = new Set<() => void>();
  const note = (line: string) => {
    log.push(line);
    for (const look of [...looks]) look();
  };
  const { executor, changed } = await open(
    t,
    {
      run: ({ key, uri }, onShare, signal) => {
        onShare(0.5);
        return new Promise((resolve) => {
          ends.set(key, resolve);
          signal.addEventListener('abort', () => resolve({ state: 'cancelled' }));
          note(`run ${uri.replace('file:///', '')}`);
        });
      },
      settle: ({ key }, outcome) => {
        note(`${outcome.state} ${key}`);
        if (!heldKeys.has(key)) return Promise.resolve();
        return new Promise((resolve) => settlings.set(key, resolve));
      },
      onError: ({ key }, error) => note(`error ${key} ${String(error)}`),
    },
    widths,
  );
  /** Resolves when the log has so many of these lines. */
  const logged = (line: string, count = 1) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (log.filter((entry) => entry === line).length < count) return;
        looks.delete(look);
        resolve();
      };
      looks.add(look);
      look();
    });
  return {
    executor,
    log,
    logged,
    changed,
    /** Ends the run of a job well, once it runs. */
    async end(key: string, uri = key) {
      await logged(`run ${uri}`);
      ends.get(key)?.({ state: 'ok', value: key });
      await logged(`ok ${key}`);
    },
    endRun: (key: string, outcome: JobOutcome<string>) => ends.get(key)?.(outcome),
    /** Settlings of this job end only with `endSettling`. */
    holdSettling: (key: string) => heldKeys.add(key),
    endSettling: (key: string) => settlings.get(key)?.(),
  };
}

for (const [name, open] of Object.entries(executors)) {
  test(`${name}: given jobs of one lane, then the greatest rank runs first, one at a time, and a repeat changes nothing`, async (t) => {
    const { executor, log, end } = await setUp(t, open);
    executor.offer([job('af', 1), job('bf', 3), job('cf', 2)]);
    executor.offer([job('af', 1), job('bf', 3)]);
    // The first job offered starts at once.
    assert.equal(executor.waiting().size, 2);
    await end('bf');
    await end('cf');
    await end('af');
    assert.deepEqual(log, ['run bf', 'ok bf', 'run cf', 'ok cf', 'run af', 'ok af']);
    await executor.close();
  });

  test(`${name}: given a waiting job, when it is offered again, then it takes its new rank and lane`, async (t) => {
    const { executor, log, end, logged } = await setUp(t, open);
    executor.offer([job('af', 9), job('bf', 1), job('cf', 2), job('df', 0)]);
    await logged('run af');
    executor.offer([job('bf', 5), job('df', 0, 'now')]);
    await logged('run df');
    await end('af');
    await end('bf');
    await logged('run cf');
    assert.deepEqual(log, ['run af', 'run df', 'ok af', 'run bf', 'ok bf', 'run cf']);
    await executor.close();
  });

  test(`${name}: given a paused lane, then it starts nothing new, other lanes go on, and pauses nest`, async (t) => {
    const { executor, log, end, logged } = await setUp(t, open);
    executor.pause('deep');
    executor.pause('deep');
    executor.offer([job('af'), job('bf', 0, 'fast')]);
    await logged('run bf');
    executor.resume('deep');
    await end('bf');
    assert.deepEqual(log, ['run bf', 'ok bf']);
    executor.resume('deep');
    await end('af');
    assert.deepEqual(log, ['run bf', 'ok bf', 'run af', 'ok af']);
    await executor.close();
  });

  test(`${name}: given a waiting and a running job, when they are cancelled, then what is wanted again runs again`, async (t) => {
    const { executor, log, end, logged, changed } = await setUp(t, open);
    executor.offer([job('af', 2), job('bf', 1)]);
    await logged('run af');
    while (executor.running()[0]?.share !== 0.5) await changed();
    executor.cancel(['af', 'bf']);
    executor.offer([job('af', 2)]);
    await logged('cancelled af');
    await end('af');
    assert.equal(executor.waiting().size, 0);
    assert.ok(!log.includes('run bf'));
    await executor.close();
  });

  test(`${name}: given running jobs, then they report their share`, async (t) => {
    const { executor, changed } = await setUp(t, open, { now: 2, fast: 2, deep: 2 });
    executor.offer([job('af'), job('bf')]);
    const shares = () => executor.running().map(({ job: { key }, share }) => [key, share]);
    while (shares().some(([, share]) => share !== 0.5)) await changed();
    assert.deepEqual(shares(), [
      ['af', 0.5],
      ['bf', 0.5],
    ]);
    await executor.close();
  });

  test(`${name}: given jobs, when the executor closes, then it waits for their end and starts nothing more`, async (t) => {
    const { executor, log, logged } = await setUp(t, open);
    executor.offer([job('af', 1), job('bf')]);
    await logged('run af');
    await executor.close();
    executor.offer([job('cf')]);
    assert.deepEqual(log, ['run af', 'cancelled af']);
    assert.deepEqual(executor.running(), []);
  });

  test(`${name}: given a waiting job, when it is offered with another URI, then the newest URI is read`, async (t) => {
    const { executor, log, end } = await setUp(t, open);
    executor.pause('deep');
    executor.offer([job('af')]);
    executor.offer([{ ...job('af'), uri: 'file:///moved' }]);
    assert.equal(executor.waiting().size, 1);
    executor.resume('deep');
    await end('af', 'moved');
    assert.deepEqual(log, ['run moved', 'ok af']);
    await executor.close();
  });

  test(`${name}: given a job whose outcome is being settled, when it is offered, then it runs again with the newest data`, async (t) => {
    const { executor, log, end, logged, holdSettling, endSettling } = await setUp(t, open);
    holdSettling('af');
    executor.offer([job('af')]);
    await end('af');
    executor.offer([{ ...job('af'), uri: 'file:///once' }]);
    executor.offer([{ ...job('af'), uri: 'file:///twice' }]);
    assert.equal(executor.requeued().get('af')?.uri, 'file:///twice');
    endSettling('af');
    await logged('run twice');
    assert.deepEqual(log, ['run af', 'ok af', 'run twice']);
    assert.equal(executor.requeued().size, 0);
    executor.cancel(['af']);
    await logged('cancelled af');
    endSettling('af');
    await executor.close();
  });

  test(`${name}: given a job offered while it ends, when it is cancelled, then it does not run again`, async (t) => {
    const { executor, log, end, logged, holdSettling, endSettling } = await setUp(t, open);
    holdSettling('af');
    executor.offer([job('af', 2), job('bf', 1)]);
    await end('af');
    executor.offer([job('af', 2)]);
    executor.cancel(['af']);
    endSettling('af');
    await logged('run bf');
    assert.deepEqual(log, ['run af', 'ok af', 'run bf']);
    await executor.close();
  });
}

test('local: given quick jobs, then whole passes wait until none is left, and what runs goes on', async (t) => {
  const open = executors.local;
  assert.ok(open);
  const { executor, log, logged, endRun } = await setUp(t, open, { now: 1, fast: 2, deep: 2 });
  const end = async (key: string) => {
    endRun(key, { state: 'ok', value: key });
    await logged(`ok ${key}`);
    await new Promise((resolve) => setImmediate(resolve));
  };
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

test('local: given an outcome that is being stored, then its slot runs the next job, and whole passes wait until it is stored', async (t) => {
  const open = executors.local;
  assert.ok(open);
  const { executor, log, logged, end, holdSettling, endSettling } = await setUp(t, open);
  holdSettling('quick 1');
  executor.offer([job('quick 1', 2, 'fast'), job('quick 2', 1, 'fast'), job('deep', 9)]);
  await end('quick 1');
  assert.deepEqual(log, ['run quick 1', 'ok quick 1', 'run quick 2']);
  assert.deepEqual(
    executor.running().map((run) => [run.job.key, run.ending]),
    [
      ['quick 1', true],
      ['quick 2', false],
    ],
  );
  await end('quick 2');
  assert.equal(log.at(-1), 'ok quick 2');
  endSettling('quick 1');
  await logged('run deep');
  await executor.close();
});

test('local: given many outcomes that are being stored, then slots wait for them, so that results do not pile up', async (t) => {
  const open = executors.local;
  assert.ok(open);
  const { executor, log, end, logged, holdSettling, endSettling } = await setUp(t, open);
  const keys = Array.from({ length: 270 }, (_, at) => `job ${at}`);
  for (const key of keys) holdSettling(key);
  executor.offer(keys.map((key, at) => job(key, -at, 'fast')));
  for (const key of keys.slice(0, 257)) await end(key);
  assert.equal(log.filter((line) => line.startsWith('run ')).length, 257);
  endSettling('job 256');
  await logged('run job 257');
  const closed = executor.close();
  await logged('cancelled job 257');
  for (const key of keys) endSettling(key);
  await closed;
});

test('local: given rows to derive, then whole passes do not wait for them', async (t) => {
  const open = executors.local;
  assert.ok(open);
  const { executor, log } = await setUp(t, open);
  executor.offer([{ ...job('derived', 1, 'fast'), stage: 'passages' }, job('deep')]);
  assert.deepEqual(log, ['run derived', 'run deep']);
  await executor.close();
});

test('local: given a run that rejects, then the error is reported and the job settles as unavailable', async () => {
  const log: string[] = [];
  const settled = Promise.withResolvers<void>();
  const executor = createLocalExecutor<string>({
    widths: SINGLE,
    ...timing,
    run: () => Promise.reject(new Error('broken')),
    settle: async ({ key }, outcome) => {
      log.push(`${key} ${outcome.state} ${outcome.state === 'unavailable' ? outcome.reason : ''}`);
      settled.resolve();
    },
    onError: ({ key }, error) => log.push(`${key} ${String(error)}`),
  });
  executor.offer([job('af')]);
  await settled.promise;
  assert.deepEqual(log, ['af Error: broken', 'af unavailable The job stopped unexpectedly: broken']);
  await executor.close();
});

test('given workers and slots here, when jobs are offered, then both places take the greatest ranks, and returned jobs stay here', async () => {
  const log: string[] = [];
  const ends: (() => void)[] = [];
  let wake = () => undefined as unknown;
  let capacity = 0;
  let isExclusive = false;
  const executor = createLocalExecutor<string>({
    widths: SINGLE,
    ...timing,
    run: ({ key }, _onShare, _signal, place) => {
      log.push(`${key} ${place}`);
      return new Promise((resolve) => ends.push(() => resolve({ state: 'ok', value: key })));
    },
    settle: async () => undefined,
    onError: () => undefined,
    workers: {
      capacity: () => capacity,
      isExclusive: () => isExclusive,
      isReturned: (key) => key === 'returned',
      onChange: (listener) => {
        wake = listener;
        return () => undefined;
      },
    },
  });
  executor.offer([job('a', 9), job('b', 8), job('c', 7), job('d', 6), job('returned', 5)]);
  assert.deepEqual(log.splice(0), ['a here']);
  capacity = 2;
  wake();
  assert.deepEqual(log.splice(0), ['b workers', 'c workers']);
  isExclusive = true;
  ends.shift()?.();
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(log.splice(0), ['returned here'], 'd waits for workers');
  capacity = 0;
  ends.pop()?.();
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(log.splice(0), ['d here'], 'no worker is left');
  for (const end of ends) end();
  await executor.close();
});

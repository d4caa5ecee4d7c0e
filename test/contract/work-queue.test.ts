// needs: pg_ctlcluster
// needs: redis-server
import assert from 'node:assert/strict';
import test from 'node:test';
import { parseQueueAddress } from '../../server/src/adapters/work-queue/queue-address.ts';
import type { WorkTask } from '../../server/src/core/pipeline/work-task.ts';
import type { TaskEvents, TaskOutcome } from '../../server/src/ports/work-queue.ts';
import { descriptionOf } from '../support/store-rows.ts';
import {
  engineWorlds,
  openQueue,
  type RunTask,
  startWorker,
  taskOf,
  testJob,
  untilQueue,
} from '../support/worker-worlds.ts';

interface ParkedTask {
  readonly key: string;
  readonly task: WorkTask;
  readonly events: TaskEvents;
  readonly end: (outcome: TaskOutcome<string>) => void;
}

/** Runs that end only when a test says so. */
function parkTasks() {
  const parked: ParkedTask[] = [];
  let wake: (() => void) | undefined;
  const run: RunTask = (task, events, signal) =>
    new Promise((resolve) => {
      signal.addEventListener('abort', () => resolve({ state: 'cancelled' }));
      parked.push({ key: task.job.key, task, events, end: resolve });
      wake?.();
    });
  return {
    run,
    parked,
    async next(index: number): Promise<ParkedTask> {
      for (;;) {
        const found = parked[index];
        if (found !== undefined) return found;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}

const noEvents: TaskEvents = { onShare: () => undefined, save: async () => undefined };
const never = new AbortController().signal;

for (const [name, open] of Object.entries(engineWorlds)) {
  test(`${name}: given a worker, when a task runs, then its share, rows and result arrive`, async (t) => {
    const { connect } = await open(t);
    const queue = openQueue(connect());
    const tasks = parkTasks();
    const worker = startWorker(connect(), tasks.run);
    await untilQueue(queue, () => queue.capacity('decoder') > 0);
    assert.equal(queue.capacity('captioner'), 0);
    const shares: number[] = [];
    const saved = Promise.withResolvers<unknown>();
    const events: TaskEvents = {
      onShare: (share) => shares.push(share),
      save: async (rows) => saved.resolve(rows),
    };
    const outcome = queue.run(taskOf(testJob('af')), events, never);
    const { end, events: sent, task } = await tasks.next(0);
    assert.deepEqual(task, taskOf(testJob('af')));
    sent.onShare(0.25);
    const rows = [descriptionOf('af', '', 'facts', 0)];
    await sent.save(rows);
    assert.deepEqual(await saved.promise, rows);
    assert.ok(shares.includes(0.25));
    assert.equal(queue.workers()[0]?.state, 'working');
    end({ state: 'ok', value: 'done' });
    assert.deepEqual(await outcome, { state: 'ok', value: 'done' });
    queue.settled('af');
    await worker.drain(0);
    await untilQueue(queue, () => queue.workers().length === 0);
    await queue.close();
  });

  test(`${name}: given a running and a waiting task, when the engine loses everything, then each still runs once`, async (t) => {
    const { connect, flush } = await open(t);
    const queue = openQueue(connect());
    const tasks = parkTasks();
    const worker = startWorker(connect(), tasks.run);
    await untilQueue(queue, () => queue.capacity('decoder') > 0);
    const first = queue.run(taskOf(testJob('af')), noEvents, never);
    await tasks.next(0);
    const second = queue.run(taskOf(testJob('bf')), noEvents, never);
    await untilQueue(queue, () => queue.workers()[0]?.running.length === 1);
    await flush();
    (await tasks.next(0)).end({ state: 'ok', value: 'a' });
    assert.deepEqual(await first, { state: 'ok', value: 'a' });
    (await tasks.next(1)).end({ state: 'ok', value: 'b' });
    assert.deepEqual(await second, { state: 'ok', value: 'b' });
    assert.deepEqual(
      tasks.parked.map(({ key }) => key),
      ['af', 'bf'],
    );
    await worker.drain(0);
    await queue.close();
  });

  test(`${name}: given a task whose model a worker lacks, then another worker runs it, and the first takes no more`, async (t) => {
    const { connect } = await open(t);
    const queue = openQueue(connect());
    let asked = 0;
    const lacking = startWorker(
      connect(),
      async () => {
        asked += 1;
        return { state: 'unavailable', reason: 'no model' };
      },
      { host: 'lacking' },
    );
    await untilQueue(queue, () => queue.capacity('decoder') > 0);
    const outcome = queue.run(taskOf(testJob('af')), noEvents, never);
    await untilQueue(queue, () => queue.workers()[0]?.roles[0]?.paused === 'no model');
    assert.equal(queue.capacity('decoder'), 0);
    assert.equal((await outcome).state, 'cancelled', 'the daemon takes it back where no worker is left');
    const tasks = parkTasks();
    const able = startWorker(connect(), tasks.run, { host: 'able' });
    await untilQueue(queue, () => queue.capacity('decoder') > 0);
    const again = queue.run(taskOf(testJob('bf')), noEvents, never);
    (await tasks.next(0)).end({ state: 'ok', value: 'b' });
    assert.deepEqual(await again, { state: 'ok', value: 'b' });
    assert.equal(asked, 1);
    await Promise.all([lacking.drain(0), able.drain(0)]);
    await queue.close();
  });

  test(`${name}: given a result that no index contains, when the daemon starts again, then nobody runs the task again`, async (t) => {
    const { connect } = await open(t);
    const before = openQueue(connect());
    const tasks = parkTasks();
    const first = startWorker(connect(), tasks.run);
    await untilQueue(before, () => before.capacity('decoder') > 0);
    const lost = before.run(taskOf(testJob('af')), noEvents, never);
    const { end } = await tasks.next(0);
    await before.close();
    assert.equal((await lost).state, 'cancelled');
    end({ state: 'ok', value: 'kept' });
    // A worker that has drained has stored its results.
    await first.drain(60_000);
    const after = openQueue(connect());
    const second = startWorker(connect(), tasks.run);
    await untilQueue(after, () => after.capacity('decoder') > 0);
    assert.deepEqual(await after.run(taskOf(testJob('af')), noEvents, never), { state: 'ok', value: 'kept' });
    assert.equal(tasks.parked.length, 1);
    await second.drain(0);
    await after.close();
  });

  test(`${name}: given a task that is cancelled, then its worker stops, and may run it again later`, async (t) => {
    const { connect } = await open(t);
    const queue = openQueue(connect());
    const tasks = parkTasks();
    const worker = startWorker(connect(), tasks.run);
    await untilQueue(queue, () => queue.capacity('decoder') > 0);
    const abort = new AbortController();
    const cancelled = queue.run(taskOf(testJob('af')), noEvents, abort.signal);
    await tasks.next(0);
    await untilQueue(queue, () => queue.workers()[0]?.state === 'working');
    abort.abort();
    assert.equal((await cancelled).state, 'cancelled');
    await untilQueue(queue, () => queue.workers()[0]?.state === 'idle');
    const again = queue.run(taskOf(testJob('af')), noEvents, never);
    (await tasks.next(1)).end({ state: 'ok', value: 'again' });
    assert.deepEqual(await again, { state: 'ok', value: 'again' });
    await worker.drain(0);
    await queue.close();
  });

  test(`${name}: given a worker that drains, then it gives its task back, and another runs it`, async (t) => {
    const { connect } = await open(t);
    const queue = openQueue(connect());
    const tasks = parkTasks();
    const first = startWorker(connect(), tasks.run);
    await untilQueue(queue, () => queue.capacity('decoder') > 0);
    const outcome = queue.run(taskOf(testJob('af')), noEvents, never);
    await tasks.next(0);
    const second = startWorker(connect(), tasks.run);
    await untilQueue(queue, () => queue.workers().length === 2);
    await first.drain(0);
    (await tasks.next(1)).end({ state: 'ok', value: 'second' });
    assert.deepEqual(await outcome, { state: 'ok', value: 'second' });
    await second.drain(0);
    await queue.close();
  });

  test(`${name}: given the daemon of another library on the same queue, then it hands over nothing`, async (t) => {
    const { connect } = await open(t);
    const queue = openQueue(connect());
    const worker = startWorker(connect(), parkTasks().run);
    await untilQueue(queue, () => queue.capacity('decoder') > 0);
    const rival = openQueue(connect(), { library: 'other' });
    await untilQueue(rival, () => rival.problem() !== undefined);
    assert.match(rival.problem() ?? '', /another library/);
    assert.equal(rival.capacity('decoder'), 0);
    await worker.drain(0);
    await Promise.all([queue.close(), rival.close()]);
  });
}

test('memory: given media that workers cannot read, when three tried, then the job returns to the daemon', async (t) => {
  const { connect } = await engineWorlds.memory(t);
  const troubles: string[] = [];
  const queue = openQueue(connect(), { onTrouble: (message) => troubles.push(message) });
  let tries = 0;
  const worker = startWorker(connect(), async () => {
    tries += 1;
    return { state: 'unreachable', reason: 'no such folder' };
  });
  await untilQueue(queue, () => queue.capacity('decoder') > 0);
  const outcome = await queue.run(taskOf(testJob('af')), noEvents, never);
  assert.equal(outcome.state, 'cancelled');
  assert.ok(tries >= 3);
  assert.equal(queue.isReturned('af'), true);
  assert.equal(queue.isReturned('bf'), false);
  assert.deepEqual(troubles, ['workers cannot read file:///af: no such folder']);
  await untilQueue(queue, () => queue.workers()[0]?.errors[0] === 'no such folder');
  await worker.drain(0);
  await queue.close();
});

test('redis: given a task whose workers end without a word, when the third does, then it is refused with a reason', async (t) => {
  const { connect } = await engineWorlds.redis(t);
  const queue = openQueue(connect());
  const tasks = parkTasks();
  const begin = async (host: string) => {
    const transport = connect();
    startWorker(transport, tasks.run, { host });
    await untilQueue(queue, () =>
      queue.workers().some((worker) => worker.host === host && worker.roles[0]?.paused === undefined),
    );
    return { host, transport };
  };
  let worker = await begin('host 0');
  const outcome = queue.run(taskOf(testJob('af')), noEvents, never);
  for (let losses = 0; losses < 3; losses += 1) {
    await tasks.next(losses);
    const { host } = worker;
    await untilQueue(queue, () => queue.workers().some((it) => it.host === host && it.running.length === 1));
    const next = await begin(`host ${losses + 1}`);
    await worker.transport.close();
    worker = next;
  }
  const refused = await outcome;
  assert.ok(refused.state === 'refused');
  assert.match(refused.failure.reason, /^3 workers ended, one after the other, while they ran facts/);
  await queue.close();
});

test('given an address of a queue with a password, when it is shown, then the password is left out', () => {
  assert.deepEqual(
    parseQueueAddress('redis://user:secret@queue.local:6379/2')?.label,
    'redis://queue.local:6379/2',
  );
  assert.equal(parseQueueAddress('postgres://u:p@host/goldfish')?.engine, 'postgres');
  for (const text of ['', 'queue', 'http://host', 'redis:', 'redis:///0'])
    assert.equal(parseQueueAddress(text), undefined, text);
});

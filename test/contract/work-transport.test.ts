// needs: pg_ctlcluster
// needs: redis-server
import assert from 'node:assert/strict';
import test from 'node:test';
import type { Delivery, WorkTransport } from '../../server/src/adapters/work-queue/transport.ts';
import { engineWorlds } from '../support/worker-worlds.ts';

const LOCK_MS = 10_000;

/** Collects delivered tasks; a test ends them by itself. */
function collect() {
  const seen: string[] = [];
  const ends: ((delivery: Delivery) => void)[] = [];
  const waits: (() => void)[] = [];
  return {
    seen,
    onTask: ({ key, text }: { readonly key: string; readonly text: string }) => {
      seen.push(`${key}=${text}`);
      for (const wake of waits.splice(0)) wake();
      return new Promise<Delivery>((resolve) => ends.push(resolve));
    },
    end: (delivery: Delivery) => ends.shift()?.(delivery),
    async until(count: number) {
      while (seen.length < count) await new Promise<void>((resolve) => waits.push(resolve));
    },
  };
}

/** Resolves once a transport has noticed that its engine cannot be reached. */
async function untilProblem(transport: WorkTransport): Promise<void> {
  while (transport.problem() === undefined) await new Promise((resolve) => setImmediate(resolve));
}

for (const [name, open] of Object.entries(engineWorlds)) {
  test(`${name}: given a task, when it is put twice, then the newer text is delivered once`, async (t) => {
    const { connect } = await open(t);
    const [daemon, worker] = [connect(), connect()];
    await daemon.put('q', { key: 'af', text: 'old' }, false);
    await daemon.put('q', { key: 'af', text: 'new' }, false);
    assert.equal(await daemon.has('q', 'af'), true);
    assert.equal(await daemon.depth('q'), 1);
    const tasks = collect();
    const consumer = worker.consume('q', { width: 1, lockMs: LOCK_MS, onTask: tasks.onTask });
    await tasks.until(1);
    await daemon.put('q', { key: 'af', text: 'newest' }, false);
    assert.equal(await daemon.has('q', 'af'), true, 'a consumer has it');
    tasks.end('done');
    await consumer.close();
    assert.deepEqual(tasks.seen, ['af=new']);
    assert.equal(await daemon.has('q', 'af'), false);
  });

  test(`${name}: given tasks that wait, when an urgent one is put, then it is delivered next`, async (t) => {
    const { connect } = await open(t);
    const [daemon, worker] = [connect(), connect()];
    await daemon.put('q', { key: 'af', text: '1' }, false);
    await daemon.put('q', { key: 'bf', text: '2' }, false);
    await daemon.put('q', { key: 'cf', text: '3' }, true);
    const tasks = collect();
    const consumer = worker.consume('q', { width: 1, lockMs: LOCK_MS, onTask: tasks.onTask });
    for (let count = 1; count <= 3; count += 1) {
      await tasks.until(count);
      tasks.end('done');
    }
    await consumer.close();
    assert.deepEqual(tasks.seen, ['cf=3', 'af=1', 'bf=2']);
  });

  test(`${name}: given a task that a consumer gives back, then another consumer gets it`, async (t) => {
    const { connect } = await open(t);
    const [daemon, first, second] = [connect(), connect(), connect()];
    await daemon.put('q', { key: 'af', text: '1' }, false);
    const tasks = collect();
    const consumer = first.consume('q', { width: 1, lockMs: LOCK_MS, onTask: tasks.onTask });
    await tasks.until(1);
    const closing = consumer.close();
    tasks.end('back');
    await closing;
    const others = collect();
    const other = second.consume('q', { width: 1, lockMs: LOCK_MS, onTask: others.onTask });
    await others.until(1);
    others.end('done');
    await other.close();
    assert.deepEqual(others.seen, ['af=1']);
  });

  test(`${name}: given a task that waits, when it is removed, then nobody gets it`, async (t) => {
    const { connect } = await open(t);
    const [daemon, worker] = [connect(), connect()];
    await daemon.put('q', { key: 'af', text: '1' }, false);
    await daemon.put('q', { key: 'bf', text: '2' }, false);
    await daemon.remove('q', 'af');
    await daemon.remove('q', 'zf');
    const tasks = collect();
    const consumer = worker.consume('q', { width: 1, lockMs: LOCK_MS, onTask: tasks.onTask });
    await tasks.until(1);
    tasks.end('done');
    await consumer.close();
    assert.deepEqual(tasks.seen, ['bf=2']);
  });

  test(`${name}: given a shelf, when documents are written, replaced and erased, then the others stay`, async (t) => {
    const { connect } = await open(t);
    const [daemon, worker] = [connect(), connect()];
    const written = new Promise<void>((resolve) => daemon.onWrite('s', resolve));
    await worker.write('s', { id: 'a', text: '1' });
    await worker.write('s', { id: 'b', text: '2' });
    await written;
    await worker.write('s', { id: 'a', text: '3' });
    assert.equal(await daemon.read('s', 'a'), '3');
    assert.equal(await daemon.read('s', 'z'), undefined);
    const listed = [...(await daemon.list('s'))].sort((x, y) => x.id.localeCompare(y.id));
    assert.deepEqual(listed, [
      { id: 'a', text: '3' },
      { id: 'b', text: '2' },
    ]);
    await daemon.erase('s', 'a');
    await daemon.erase('s', 'a');
    assert.deepEqual(await worker.list('s'), [{ id: 'b', text: '2' }]);
  });

  test(`${name}: given a document that was written before anybody listened, then the listener hears of it`, async (t) => {
    const { connect } = await open(t);
    const [daemon, worker] = [connect(), connect()];
    await worker.write('s', { id: 'a', text: '1' });
    await new Promise<void>((resolve) => daemon.onWrite('s', resolve));
  });

  // Memory has no server that could be away.
  if (name === 'memory') continue;
  test(`${name}: given an engine that does not run yet, when it starts, then tasks and documents arrive`, async (t) => {
    const { connect, stop, restart } = await open(t);
    assert.ok(stop !== undefined && restart !== undefined);
    await stop();
    const [daemon, worker] = [connect(), connect()];
    const tasks = collect();
    const consumer = worker.consume('q', { width: 1, lockMs: LOCK_MS, onTask: tasks.onTask });
    const heard = new Promise<void>((resolve) => daemon.onWrite('s', resolve));
    const early = daemon.put('q', { key: 'af', text: '1' }, false);
    await untilProblem(daemon);
    await restart();
    await early;
    await tasks.until(1);
    tasks.end('done');
    await consumer.close();
    assert.deepEqual(tasks.seen, ['af=1']);
    await worker.write('s', { id: 'a', text: '1' });
    await heard;
  });
}

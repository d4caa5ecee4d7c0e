import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { takeLease } from '../../server/src/adapters/object-storage/write-lease.ts';
import { StoreError } from '../../server/src/core/errors/store-error.ts';
import type { WriteLease } from '../../server/src/ports/write-lease.ts';
import { createMemoryObjects, type MemoryObjects } from '../fakes/memory-objects.ts';

const TERM_MS = 30_000;
const LEASE = 'goldfish-lease.json';

/** A machine with clocks of its own; the clocks of two machines differ, and each can sleep. */
interface Machine {
  monotonic: number;
  wall: number;
  readonly lost: string[];
  readonly troubles: string[];
  take(): Promise<WriteLease>;
}

/** Lets promises go on that wait for nothing but each other. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

function createMachine(
  objects: MemoryObjects,
  host: string,
  { ownerId = host, wall = 1_000_000, onWait = async (_: number) => undefined as unknown } = {},
): Machine {
  const machine: Machine = {
    monotonic: 5_000,
    wall,
    lost: [],
    troubles: [],
    take: () =>
      takeLease({
        storage: objects,
        ownerId,
        owner: { host, pid: 7, since: '2026-11-30T20:00:00.000Z' },
        termMs: TERM_MS,
        monotonicMs: () => machine.monotonic,
        wallMs: () => machine.wall,
        async wait(ms) {
          advance(machine, ms);
          await onWait(ms);
        },
        onLost: (message) => machine.lost.push(message),
        onTrouble: (message) => machine.troubles.push(message),
      }),
  };
  return machine;
}

function advance(machine: Machine, ms: number): void {
  machine.monotonic += ms;
  machine.wall += ms;
}

const isError =
  (kind: StoreError['kind'], message = /./) =>
  (error: unknown) =>
    error instanceof StoreError && error.kind === kind && message.test(error.message) && error.remedy !== '';

/** Renewals run only when a test says so. */
function withTimers(t: TestContext): void {
  t.mock.timers.enable({ apis: ['setInterval'] });
}

const leaseIn = (objects: MemoryObjects) => JSON.parse(objects.stored.get(LEASE)?.text ?? '{}');

test('given no lease, when taken, then this machine may write and the object names it', async (t) => {
  withTimers(t);
  const objects = createMemoryObjects();
  const lease = await createMachine(objects, 'studio').take();
  await lease.check();
  assert.equal(lease.token, 1);
  const { token, host, pid, released } = leaseIn(objects);
  assert.deepEqual({ token, host, pid, released }, { token: 1, host: 'studio', pid: 7, released: false });
});

test('given a released lease, when taken by another, then at once and with a higher token', async (t) => {
  withTimers(t);
  const objects = createMemoryObjects();
  const first = await createMachine(objects, 'studio').take();
  await first.release();
  await assert.rejects(first.check(), isError('failed', /closed/));
  const second = await createMachine(objects, 'newsroom', {
    onWait: () => assert.fail('it waits'),
  }).take();
  assert.equal(second.token, 2);
});

test('given a lease whose owner renews, when another wants it, then the error names owner and remedy', async (t) => {
  withTimers(t);
  const objects = createMemoryObjects();
  await createMachine(objects, 'studio').take();
  const other = createMachine(objects, 'newsroom', {
    async onWait() {
      t.mock.timers.tick(TERM_MS / 3);
      await settle();
    },
  });
  await assert.rejects(other.take(), isError('notOwner', /in use by the daemon on studio \(process 7/));
});

test('given a silent owner whose clock is a year off, when its term has passed here, then it is taken over', async (t) => {
  withTimers(t);
  const objects = createMemoryObjects();
  const year = 365 * 86_400_000;
  await createMachine(objects, 'studio', { wall: 1_000_000 + year }).take();
  let waitedMs = 0;
  const other = createMachine(objects, 'newsroom', {
    async onWait(ms) {
      waitedMs += ms;
    },
  });
  const lease = await other.take();
  assert.equal(lease.token, 2);
  assert.ok(waitedMs >= TERM_MS && waitedMs <= 1.2 * TERM_MS, `${waitedMs} ms`);
});

test('given the owner is another process of the same data folder, when taken, then at once', async (t) => {
  withTimers(t);
  const objects = createMemoryObjects();
  await createMachine(objects, 'studio', { ownerId: 'folder' }).take();
  const again = createMachine(objects, 'studio', {
    ownerId: 'folder',
    onWait: () => assert.fail('it waits'),
  });
  assert.equal((await again.take()).token, 2);
});

test('given two that wait for a silent owner, when its term has passed, then one gets it and the other hears who', async (t) => {
  withTimers(t);
  const objects = createMemoryObjects();
  await createMachine(objects, 'studio').take();
  const results = await Promise.allSettled([
    createMachine(objects, 'left').take(),
    createMachine(objects, 'right').take(),
  ]);
  const winners = results.filter(({ status }) => status === 'fulfilled');
  assert.equal(winners.length, 1);
  const loser = results.find((result) => result.status === 'rejected');
  assert.ok(isError('notOwner', /left|right/)(loser?.reason), String(loser?.reason));
});

test('given another took over, when checked after a renewal, then writing is refused for good and it says by whom', async (t) => {
  withTimers(t);
  const objects = createMemoryObjects();
  const machine = createMachine(objects, 'studio');
  const lease = await machine.take();
  await createMachine(objects, 'newsroom').take();
  // It was suspended: only the system's clock went on.
  machine.wall += TERM_MS;
  await assert.rejects(lease.check(), isError('notOwner', /newsroom/));
  const written = objects.stored.get(LEASE);
  await assert.rejects(lease.check(), isError('notOwner', /newsroom/));
  await lease.release();
  assert.deepEqual(objects.stored.get(LEASE), written, 'it leaves the lease of the other alone');
  assert.equal(machine.lost.length, 1);
  assert.match(lease.problem() ?? '', /newsroom/);
});

test('given a renewal in time, when checked, then the storage is not asked', async (t) => {
  withTimers(t);
  const objects = createMemoryObjects();
  const machine = createMachine(objects, 'studio');
  const lease = await machine.take();
  advance(machine, TERM_MS / 3);
  t.mock.timers.tick(TERM_MS / 3);
  await settle();
  advance(machine, TERM_MS / 2);
  objects.fault = () => assert.fail('it asks');
  await lease.check();
});

test('given storage that cannot be reached, when the safe part of the term is over, then writing waits until it can', async (t) => {
  withTimers(t);
  const objects = createMemoryObjects();
  const machine = createMachine(objects, 'studio');
  const lease = await machine.take();
  objects.fault = () => {
    throw new StoreError('failed', 'no network', 'wait');
  };
  advance(machine, TERM_MS / 2);
  await lease.check();
  advance(machine, TERM_MS / 4);
  await assert.rejects(lease.check(), isError('failed', /no network/));
  t.mock.timers.tick(TERM_MS / 3);
  await settle();
  assert.deepEqual(machine.troubles, ['no network']);
  assert.equal(lease.problem(), undefined);
  objects.fault = () => undefined;
  await lease.check();
});

test('given renewals that arrive but are not answered, when tried again, then the lease is kept', async (t) => {
  withTimers(t);
  const objects = createMemoryObjects();
  const machine = createMachine(objects, 'studio');
  const lease = await machine.take();
  for (let round = 0; round < 3; round += 1) {
    advance(machine, TERM_MS);
    objects.answerFault = () => {
      throw new StoreError('failed', 'the answer was lost', 'wait');
    };
    await assert.rejects(lease.check(), isError('failed', /the answer was lost/));
    objects.answerFault = () => undefined;
    await lease.check();
  }
  assert.deepEqual(machine.lost, []);
});

test('given a deleted lease, when renewed, then this machine stops writing', async (t) => {
  withTimers(t);
  const objects = createMemoryObjects();
  const machine = createMachine(objects, 'studio');
  const lease = await machine.take();
  objects.stored.clear();
  advance(machine, TERM_MS);
  await assert.rejects(lease.check(), isError('notOwner', /deleted/));
});

test('given a damaged lease, when another wants it, then it is taken over after a term', async (t) => {
  withTimers(t);
  const objects = createMemoryObjects();
  await objects.write(LEASE, '{"token":');
  const machine = createMachine(objects, 'studio');
  const startedMs = machine.monotonic;
  const lease = await machine.take();
  assert.ok(machine.monotonic - startedMs >= TERM_MS);
  await lease.check();
});

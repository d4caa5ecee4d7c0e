import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { silentLog } from '../../server/src/base/log.ts';
import { findDefects, findStalePlans } from '../../server/src/indexing/invariant.ts';
import { createJobs } from '../../server/src/indexing/planner.ts';
import { type RunEnd, rounds, SchedulerWorld } from '../support/scheduler-world.ts';

/** One event that reaches the daemon. Numbers choose among what there is. */
type Step =
  | { readonly kind: 'add' | 'copy' | 'move' | 'replace' | 'remove'; readonly n: number; readonly to: number }
  | { readonly kind: 'end'; readonly n: number; readonly how: RunEnd }
  | { readonly kind: 'record' | 'closeFile'; readonly n: number }
  | { readonly kind: 'boost' | 'wait'; readonly ids: readonly number[] }
  | { readonly kind: 'start' | 'stopWaiting' | 'endQuestion'; readonly n: number }
  | { readonly kind: 'look' | 'pause' | 'resume' | 'question' | 'recipe' | 'crash' | 'retry' | 'rest' }
  | { readonly kind: 'full'; readonly isFull: boolean };

const SEED = 20_261_130;
const index = fc.nat(5);
const only = <K extends string>(...kinds: readonly K[]) => fc.constantFrom(...kinds);
const ends: readonly RunEnd[] = ['ok', 'ok', 'ok', 'ok', 'damaged', 'missing', 'unavailable', 'crash'];
const weighted: readonly (readonly [number, fc.Arbitrary<Step>])[] = [
  [
    4,
    fc.record({ kind: only('add', 'add', 'copy', 'move', 'move', 'replace', 'remove'), n: index, to: index }),
  ],
  [5, fc.record({ kind: only('look') })],
  [5, fc.record({ kind: only('record', 'record', 'record', 'closeFile'), n: index })],
  [9, fc.record({ kind: only('end'), n: index, how: only(...ends) })],
  [9, fc.record({ kind: only('start'), n: index })],
  [4, fc.record({ kind: only('boost', 'wait'), ids: fc.array(index, { maxLength: 3 }) })],
  [2, fc.record({ kind: only('stopWaiting', 'endQuestion'), n: index })],
  [4, fc.record({ kind: only('pause', 'resume', 'question', 'recipe', 'crash', 'retry') })],
  [3, fc.record({ kind: only('rest') })],
  [1, fc.record({ kind: only('full'), isFull: fc.boolean() })],
];
const step = fc.oneof(...weighted.map(([weight, arbitrary]) => ({ weight, arbitrary })));

const uriOf = (n: number) => `file:///v/${n}.mp4`;
const contentOf = (n: number) => `v${n}`;

/** Changes the disk; the catalogue learns of it at the next look. */
function changeDisk(
  { disk }: SchedulerWorld,
  step: Extract<Step, { to: number }>,
  fresh: () => string,
): void {
  const [uri, videoId] = [...disk][step.n % Math.max(1, disk.size)] ?? [];
  if (step.kind === 'add') disk.set(uriOf(step.to), contentOf(step.n));
  if (uri === undefined || videoId === undefined) return;
  if (step.kind === 'copy') disk.set(uriOf(step.to), videoId);
  if (step.kind === 'replace') disk.set(uri, fresh());
  if (step.kind === 'move' || step.kind === 'remove') disk.delete(uri);
  if (step.kind === 'move') disk.set(uriOf(step.to), videoId);
}

async function apply(world: SchedulerWorld, step: Step, fresh: () => string): Promise<void> {
  if ('to' in step) changeDisk(world, step, fresh);
  else if (step.kind === 'record' || step.kind === 'closeFile')
    world.record(contentOf(step.n), step.kind === 'record');
  else if (step.kind === 'look') void world.look();
  else if (step.kind === 'end') world.end(step.n, step.how);
  else if (step.kind === 'start') world.manual?.startNth(step.n);
  else if (step.kind === 'pause' || step.kind === 'resume') world.setPaused(step.kind === 'pause');
  else if (step.kind === 'question') world.question();
  else if (step.kind === 'endQuestion') world.endQuestion(step.n);
  else if (step.kind === 'boost') world.scheduler.boost(step.ids.map(contentOf));
  else if (step.kind === 'wait') world.wait(step.ids.map(contentOf));
  else if (step.kind === 'stopWaiting') world.stopWaiting(step.n);
  else if (step.kind === 'recipe') world.changeRecipe();
  else if (step.kind === 'crash') world.crashNext();
  else if (step.kind === 'full') world.setFull(step.isFull);
  else if (step.kind === 'retry') world.retry();
  else {
    await world.rest();
    world.assertPlanned();
  }
}

async function play(kind: 'local' | 'manual', schedule: readonly (readonly [Step, number])[]): Promise<void> {
  const world = await SchedulerWorld.create(kind);
  let made = 100;
  const fresh = () => {
    made += 1;
    return contentOf(made);
  };
  for (const n of [0, 1, 2]) world.disk.set(uriOf(n), contentOf(n));
  await world.look();
  try {
    for (const [step, pause] of schedule) {
      await apply(world, step, fresh);
      await rounds(pause);
      world.assertNothingLost();
    }
    await world.rest();
    world.assertPlanned();
    await world.finish();
  } finally {
    await world.close();
  }
}

/** Two files swap contents while something is derived from one of them: that result is of a record that is gone. */
const SWAP_WHILE_DERIVING: readonly (readonly [Step, number])[] = [
  [{ kind: 'wait', ids: [0] }, 0],
  [{ kind: 'pause' }, 0],
  [{ kind: 'start', n: 0 }, 0],
  [{ kind: 'end', n: 0, how: 'ok' }, 0],
  [{ kind: 'add', n: 0, to: 0 }, 0],
  [{ kind: 'end', n: 0, how: 'ok' }, 1],
  [{ kind: 'start', n: 0 }, 0],
  [{ kind: 'end', n: 0, how: 'ok' }, 0],
  [{ kind: 'add', n: 1, to: 0 }, 2],
  [{ kind: 'add', n: 0, to: 1 }, 0],
  [{ kind: 'start', n: 3 }, 0],
  [{ kind: 'look' }, 0],
  [{ kind: 'end', n: 0, how: 'ok' }, 0],
];

test('given two files that swap contents while one is derived from, then both are read again', () =>
  play('manual', SWAP_WHILE_DERIVING));

for (const kind of ['local', 'manual'] as const) {
  test(`given any schedule of events, when the ${kind} executor runs it, then nothing planned is lost and all is done in the end`, async () => {
    // How many times the event loop goes round after each step: events meet writes and runs at every stage.
    const schedules = fc.array(fc.tuple(step, fc.nat(3)), { maxLength: 60, size: 'max' });
    await fc.assert(
      fc.asyncProperty(schedules, (schedule) => play(kind, schedule)),
      // The same schedules at each run of the suite; SCHEDULES plays that many others.
      process.env.SCHEDULES === undefined
        ? { numRuns: 300, seed: SEED }
        : { numRuns: Number(process.env.SCHEDULES) },
    );
  });
}

/** A paused world of two planned videos. */
async function plannedWorld(errors: string[] = []) {
  const log = { ...silentLog, error: (event: string) => void errors.push(event) };
  const world = await SchedulerWorld.create('local', log);
  for (const n of [0, 1]) world.disk.set(uriOf(n), contentOf(n));
  world.setPaused(true);
  await world.look();
  await world.rest();
  return world;
}

test('given a job that the executor lost, then the invariant names it', async () => {
  const world = await plannedWorld();
  const { state, executor } = world.schedule;
  assert.deepEqual(findDefects(state, executor), []);
  const [job] = state.planned.get(contentOf(0)) ?? [];
  assert.ok(job);
  executor.cancel([job.key]);
  assert.deepEqual(findDefects(state, executor), [
    { videoId: 'v0', key: job.key, problem: 'probe neither waits, runs nor is requeued' },
  ]);
  executor.offer([{ ...job, uri: uriOf(7) }]);
  assert.deepEqual(
    findDefects(state, executor).map(({ problem }) => problem),
    [`probe is to run on ${uriOf(7)}, planned on ${uriOf(0)}`],
  );
  executor.offer([job, { ...job, key: 'other' }]);
  assert.deepEqual(
    findDefects(state, executor).map(({ problem }) => problem),
    ['probe waits without a plan'],
  );
  state.planned.delete(contentOf(1));
  assert.deepEqual(
    findStalePlans(state, [contentOf(0), contentOf(1)], (id) => createJobs(world.schedule, id)),
    [{ videoId: 'v1', problem: 'the plan is out of date' }],
  );
  await world.close();
});

test('given jobs and plans that were lost, when the daemon is at rest, then it logs that and does them', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const errors: string[] = [];
  const world = await plannedWorld(errors);
  const { state, executor } = world.schedule;
  for (const id of [contentOf(0), contentOf(1)])
    executor.cancel((state.planned.get(id) ?? []).map(({ key }) => key));
  state.planned.delete(contentOf(1));
  t.mock.timers.tick(1000);
  assert.deepEqual(errors, ['schedule defect']);
  // A plan that is out of date may be about to be made: it is a defect when it still is at the next check.
  assert.equal(state.planned.has(contentOf(1)), false);
  t.mock.timers.tick(10_000);
  assert.deepEqual(errors, ['schedule defect', 'schedule defect']);
  world.assertPlanned();
  await world.finish();
  await world.close();
});

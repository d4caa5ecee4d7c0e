import assert from 'node:assert/strict';
import test from 'node:test';
import { createLocalExecutor } from '../../server/src/adapters/local-executor.ts';
import { silentLog } from '../../server/src/base/log.ts';
import { MediaFailureError } from '../../server/src/core/errors/media-failure.ts';
import { ModelUnavailableError } from '../../server/src/core/errors/model-unavailable.ts';
import { PROBE_FINGERPRINT } from '../../server/src/core/pipeline/planner.ts';
import { VideoCatalogue } from '../../server/src/indexing/catalogue.ts';
import { createScheduler } from '../../server/src/indexing/scheduler.ts';
import { createPassagesStage } from '../../server/src/indexing/stages/passages.ts';
import type { StageInput, StageResult, StageRunner } from '../../server/src/indexing/stages/stage-runner.ts';
import type { Store } from '../../server/src/ports/store.ts';
import { createMemoryStore } from '../fakes/memory-store.ts';
import { copyOf, descriptionOf, videoOf } from '../support/store-rows.ts';

const never = new AbortController().signal;

/** Two stages, `probe` and `facts`; `facts` does what the test says. */
function stages(
  ran: string[],
  facts: (turn: StageInput['turn']) => Promise<StageResult>,
): readonly StageRunner[] {
  return [
    {
      plan: { stage: 'probe', lane: 'fast', after: [], content: () => PROBE_FINGERPRINT },
      run: async ({ copy }) => {
        ran.push(`probe ${copy.videoId}`);
        return { recordUpdate: { probe: videoOf('').probe, clips: videoOf('').clips } };
      },
    },
    {
      plan: { stage: 'facts', lane: 'deep', after: [], content: () => 'facts 1' },
      run: async ({ copy, turn }) => {
        ran.push(`facts ${copy.videoId}`);
        return facts(turn);
      },
    },
  ];
}

async function setUp(
  facts: (turn: StageInput['turn']) => Promise<StageResult> = async () => ({}),
  store: Store = createMemoryStore(),
) {
  const ran: string[] = [];
  const missing: string[] = [];
  const catalogue = await VideoCatalogue.load(store);
  const scheduler = createScheduler({
    catalogue,
    stages: stages(ran, facts),
    executor: (run, settle) =>
      createLocalExecutor({
        run,
        settle,
        widths: { now: 1, fast: 1, deep: 1 },
        now: () => 0,
        restMs: () => 0,
        onError: (_job, error) => ran.push(`error ${String(error)}`),
      }),
    online: (copy) => !missing.includes(copy.uri),
    presence: async () => 'same',
    onMissing: (uri) => missing.push(uri),
    onChange: () => {},
    log: silentLog,
  });
  const add = (...ids: readonly string[]) =>
    catalogue.change(() => ({
      copies: ids.map((id, at) => copyOf(`file:///a/${id}`, id, { recordedMs: at })),
    }));
  return { ran, catalogue, scheduler, add, store };
}

test('given two videos, when touched, then all stages run once; when touched again, then none does', async () => {
  const { ran, scheduler, add, catalogue } = await setUp();
  await add('old', 'new');
  scheduler.touch(['old', 'new']);
  await scheduler.settled(['old', 'new'], never);
  assert.equal(ran.length, 4);
  assert.deepEqual(new Set(ran), new Set(['probe new', 'probe old', 'facts new', 'facts old']));
  assert.equal(catalogue.video('new')?.done.facts, 'facts 1');
  scheduler.touchAll();
  await scheduler.settled(['old', 'new'], never);
  assert.equal(ran.length, 4);
  await scheduler.close();
});

test('given bad media, when a stage fails, then its failure is stored and not retried', async () => {
  const failure = { kind: 'truncated', reason: 'It ends early.', remedy: 'Copy it again.' } as const;
  const { ran, scheduler, add, catalogue } = await setUp(async () => {
    throw new MediaFailureError(failure);
  });
  await add('v1');
  await scheduler.settled(['v1'], never);
  assert.deepEqual(catalogue.video('v1')?.failures, { facts: failure });
  scheduler.touchAll();
  await scheduler.settled(['v1'], never);
  assert.deepEqual(ran, ['probe v1', 'facts v1']);
  await scheduler.close();
});

test('given a missing model, when a stage runs, then it is unavailable and not failed', async () => {
  const { scheduler, add, catalogue } = await setUp(async () => {
    throw new ModelUnavailableError('no model', 'Pull one.');
  });
  await add('v1');
  await scheduler.settled(['v1'], never);
  assert.deepEqual([...scheduler.unavailable()], [['facts', 'no model Pull one.']]);
  assert.deepEqual(catalogue.video('v1')?.failures, {});
  assert.equal(catalogue.video('v1')?.done.facts, undefined);
  await scheduler.close();
});

test('given a file that is gone, when a stage runs, then no failure is stored', async () => {
  const { scheduler, add, catalogue } = await setUp(async () => {
    throw new MediaFailureError({ kind: 'missing', reason: 'gone', remedy: '' });
  });
  await add('v1');
  await scheduler.settled(['v1'], never);
  assert.deepEqual(catalogue.video('v1')?.failures, {});
  await scheduler.close();
});

test('given a pause, when one video is waited for, then only that is done, and the rest after resuming', async () => {
  const { ran, scheduler, add } = await setUp();
  await add('v1', 'v2');
  scheduler.pause();
  scheduler.touchAll();
  await scheduler.settled(['v2'], never);
  assert.deepEqual(ran, ['probe v2', 'facts v2']);
  scheduler.resume();
  await scheduler.settled(['v1'], never);
  assert.equal(ran.length, 4);
  await scheduler.close();
});

test('given a video just opened, when work resumes, then it is first', async () => {
  const { ran, scheduler, add } = await setUp();
  await add('v1', 'v2', 'v3');
  scheduler.pause();
  scheduler.touchAll();
  scheduler.boost(['v1']);
  scheduler.resume();
  await scheduler.settled(['v1', 'v2', 'v3'], never);
  assert.equal(ran[0], 'probe v1');
  await scheduler.close();
});

test('given a write that fails, when a video is waited for, then the wait rejects and the stage is not done', async () => {
  const inner = createMemoryStore();
  let full = false;
  const store: Store = {
    ...inner,
    commit: (batch) => (full ? Promise.reject(new Error('disk full')) : inner.commit(batch)),
  };
  const { scheduler, add, catalogue } = await setUp(async () => {
    full = true;
    return {};
  }, store);
  await add('v1');
  await assert.rejects(scheduler.settled(['v1'], never), /disk full/);
  assert.match(String(scheduler.writeError()), /disk full/);
  assert.equal(catalogue.video('v1')?.done.facts, undefined);
  await scheduler.close();
});

test('given a caller who waits, when it aborts, then the wait rejects', async () => {
  const { scheduler, add } = await setUp(() => new Promise(() => {}));
  await add('v1');
  const asker = new AbortController();
  const waiting = scheduler.settled(['v1'], asker.signal);
  asker.abort(new Error('enough'));
  await assert.rejects(waiting, /enough/);
});

test('given a running job, when a question is answered, then no further batch starts until its end', async () => {
  const started = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  let batches = 0;
  const { scheduler, add } = await setUp(async (turn) => {
    for (let i = 0; i < 3; i += 1) {
      await turn(never);
      batches += 1;
      started.resolve();
      await go.promise;
    }
    return {};
  });
  await add('v1');
  scheduler.touchAll();
  await started.promise;
  const during = await scheduler.question(() =>
    scheduler.question(async () => {
      go.resolve();
      for (let i = 0; i < 20; i += 1) await new Promise((resolve) => setImmediate(resolve));
      return batches;
    }),
  );
  assert.equal(during, 1, 'the batch in hand was finished and no other one begun');
  await scheduler.settled(['v1'], never);
  assert.equal(batches, 3);
  await scheduler.close();
});

/** A scheduler whose `facts` are derived into passages; `onSettled` is told of each outcome that is stored. */
async function setUpDeriving(store: Store, facts: StageRunner['run'], onSettled = async () => {}) {
  const catalogue = await VideoCatalogue.load(store);
  const passages = createPassagesStage(store, (videoId) => catalogue.copiesOf(videoId), {
    forVideo: () => [],
    revision: () => '',
    knownVoices: () => [],
    knownVoicesRevision: () => '',
  });
  const [probe] = stages([], async () => ({}));
  assert.ok(probe);
  let derived = 0;
  const scheduler = createScheduler({
    catalogue,
    stages: [
      probe,
      { plan: { stage: 'facts', lane: 'deep', after: [], content: () => 'facts 1' }, run: facts },
      {
        ...passages,
        async run(...given) {
          derived += 1;
          return passages.run(...given);
        },
      },
    ],
    executor: (run, settle) =>
      createLocalExecutor({
        run,
        settle: async (job, outcome) => {
          await settle(job, outcome);
          await onSettled();
        },
        widths: { now: 2, fast: 2, deep: 1 },
        now: () => 0,
        restMs: () => 0,
        onError: (_job, error) => assert.fail(String(error)),
      }),
    online: () => true,
    presence: async () => 'same',
    onMissing: () => {},
    onChange: () => {},
    log: silentLog,
  });
  await catalogue.change(() => ({ copies: [copyOf('file:///a/v1', 'v1')] }));
  const found = async (word: string) => (await store.matchPassages(word, 1, {}, never)).length;
  return { scheduler, found, derived: () => derived };
}

const told = (text: string) => [descriptionOf('v1', '', 'facts', 0, text)];

test('given a stage that saves rows, when it is cut off, then passages were derived meanwhile and at the end', async () => {
  const first = Promise.withResolvers<void>();
  const { scheduler, found, derived } = await setUpDeriving(
    createMemoryStore(),
    async (_input, _onShare, _signal, save) => {
      await save(told('kangaroo'));
      await first.promise;
      // Too soon after the one before to be derived by itself.
      await save(told('flamingo'));
      throw new ModelUnavailableError('the host went away', 'Start it.');
    },
    async () => {
      if ((await found('kangaroo')) > 0) first.resolve();
    },
  );
  await scheduler.settled(['v1'], never);
  assert.equal(await found('kangaroo'), 0);
  assert.equal(await found('flamingo'), 1);
  assert.ok(derived() >= 2 && derived() <= 4, `derived ${derived()} times`);
  await scheduler.close();
});

test('given rows being written, when passages are planned, then they wait for them', async () => {
  const memory = createMemoryStore();
  const writing = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  const store: Store = {
    ...memory,
    async commit(batch) {
      if (batch.descriptions?.some(({ stage, rows }) => stage === 'facts' && rows.length > 0)) {
        writing.resolve();
        await go.promise;
      }
      await memory.commit(batch);
    },
  };
  const { scheduler, found } = await setUpDeriving(store, async () => ({ descriptions: told('kangaroo') }));
  scheduler.touch(['v1']);
  await writing.promise;
  // The record says by now that the rows are there: another change of the folder, a search, a setting.
  scheduler.touch(['v1']);
  const settled = scheduler.settled(['v1'], never);
  for (let i = 0; i < 20; i += 1) await new Promise((resolve) => setImmediate(resolve));
  go.resolve();
  await settled;
  assert.equal(await found('kangaroo'), 1);
  await scheduler.close();
});

/** Moves a content's one copy, as a look at the disk does. */
async function move({ catalogue, scheduler }: Awaited<ReturnType<typeof setUp>>, id: string, to: string) {
  const [copy] = catalogue.copiesOf(id);
  assert.ok(copy !== undefined);
  const touched = await catalogue.change(() => ({
    copies: [{ ...copy, uri: `file:///${to}/${id}` }],
    removedCopies: [copy.uri],
  }));
  scheduler.touch(touched);
}

test('given waiting jobs, when their videos move, then all are indexed at the new paths', async () => {
  const world = await setUp();
  const { ran, scheduler, add, catalogue } = world;
  await add('v1', 'v2', 'v3');
  scheduler.pause();
  scheduler.touchAll();
  for (const id of ['v1', 'v2', 'v3']) await move(world, id, 'b');
  scheduler.resume();
  await scheduler.settled(['v1', 'v2', 'v3'], never);
  for (const id of ['v1', 'v2', 'v3']) assert.equal(catalogue.video(id)?.done.facts, 'facts 1');
  assert.equal(ran.length, 6);
  await scheduler.close();
});

test('given a job that finds its file gone, when the move is written while it settles, then it runs at the new path', async () => {
  let runs = 0;
  const world = await setUp(async () => {
    runs += 1;
    if (runs > 1) return {};
    await move(world, 'v1', 'b');
    throw new MediaFailureError({ kind: 'missing', reason: 'gone', remedy: '' });
  });
  await world.add('v1');
  world.scheduler.touchAll();
  await world.scheduler.settled(['v1'], never);
  assert.equal(runs, 2);
  assert.equal(world.catalogue.video('v1')?.done.facts, 'facts 1');
  await world.scheduler.close();
});

test('given a waiting job, when its path gets other content, then the job does not run', async () => {
  const { ran, scheduler, add, catalogue } = await setUp();
  await add('v1');
  scheduler.pause();
  scheduler.touchAll();
  await catalogue.change(() => ({ copies: [copyOf('file:///a/v1', 'v2')] }));
  scheduler.resume();
  await scheduler.settled(['v1', 'v2'], never);
  assert.deepEqual(ran, ['probe v2', 'facts v2']);
  assert.equal(catalogue.video('v1'), undefined);
  await scheduler.close();
});

test('given 5,000 videos after a start, when all are planned, then other work gets its turn and none counts as done', async () => {
  const { scheduler, catalogue, add } = await setUp();
  const ids = Array.from({ length: 5000 }, (_, n) => `v${n}`);
  await add(...ids);
  scheduler.pause();
  scheduler.touchAll();
  assert.ok(scheduler.planning());
  let turns = 0;
  while (scheduler.planning()) {
    for (const id of ids) assert.ok(scheduler.isBusy(id), id);
    turns += 1;
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.ok(turns >= 49, `${turns} turns of the event loop`);
  assert.equal([...catalogue.videos()].length, 0);
  await scheduler.close();
});

test('given someone who waits, when the daemon closes, then the wait ends with that reason', async () => {
  const { scheduler, add } = await setUp();
  await add('v1');
  const waiting = scheduler.settled(['v1'], never);
  const ended = assert.rejects(waiting, /closing/);
  await scheduler.close();
  await ended;
  // Nothing is planned after that.
  scheduler.touchAll();
  assert.equal(scheduler.planning(), false);
});

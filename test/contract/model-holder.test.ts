import assert from 'node:assert/strict';
import test from 'node:test';
import type { ModelPlace } from '../../server/src/adapters/transformers/inference-messages.ts';
import type { ModelLoader } from '../../server/src/adapters/transformers/loaded-model.ts';
import { createModelHolder, RELEASE_MS } from '../../server/src/adapters/transformers/model-holder.ts';

const place: ModelPlace = { folder: '/a', devices: ['cpu'], avoid: {}, threads: 1 };

/** A loader that logs what it does. */
function loggingLoader() {
  const log: string[] = [];
  const loader: ModelLoader<{ readonly id: number; dispose(): Promise<void> }> = {
    async loadOn({ folder }) {
      const id = log.filter((entry) => entry.startsWith('open')).length + 1;
      log.push(`open ${folder}`);
      return {
        id,
        async dispose() {
          log.push(`close ${folder}`);
        },
      };
    },
    async runProbe() {
      log.push('test');
      return [[Float32Array.of(1), Float32Array.of(2)]];
    },
  };
  return { log, loader };
}

function context() {
  const events: string[] = [];
  return {
    events,
    call: {
      emit: async (event: object) => {
        events.push(...Object.keys(event));
      },
      signal: new AbortController().signal,
    },
  };
}

const settled = () => new Promise(setImmediate);

test('given a model that releases its memory, when no call comes, then it closes and opens again without a self-test', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { log, loader } = loggingLoader();
  const holder = createModelHolder(loader, true);
  const { call, events } = context();
  assert.equal(await holder.use(place, call, async ({ id }) => id), 1);
  assert.deepEqual(events, ['trying', 'loaded']);
  t.mock.timers.tick(RELEASE_MS - 1);
  assert.equal(await holder.use(place, call, async ({ id }) => id), 1, 'calls keep it open');
  t.mock.timers.tick(RELEASE_MS);
  await settled();
  assert.deepEqual(log, ['open /a', 'test', 'close /a']);
  assert.equal(await holder.use(place, call, async ({ id, health }) => `${id} ${health.device}`), '2 cpu');
  assert.deepEqual(log, ['open /a', 'test', 'close /a', 'open /a']);
});

test('given a call that still runs, when the time is over, then the model stays open until it ends', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { log, loader } = loggingLoader();
  const holder = createModelHolder(loader, true);
  const { call } = context();
  await holder.health(place, call);
  let end: () => void = () => undefined;
  const running = holder.use(
    place,
    call,
    () =>
      new Promise<void>((resolve) => {
        end = resolve;
      }),
  );
  await settled();
  t.mock.timers.tick(10 * RELEASE_MS);
  await settled();
  assert.deepEqual(log, ['open /a', 'test']);
  end();
  await running;
  t.mock.timers.tick(RELEASE_MS);
  await settled();
  assert.deepEqual(log, ['open /a', 'test', 'close /a']);
});

test('given a model that stays, when no call comes, then it stays; another model closes it first', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { log, loader } = loggingLoader();
  const holder = createModelHolder(loader, false);
  const { call } = context();
  await holder.health(place, call);
  t.mock.timers.tick(100 * RELEASE_MS);
  await holder.health({ ...place, folder: '/b' }, call);
  assert.deepEqual(log, ['open /a', 'test', 'close /a', 'open /b', 'test']);
});

test('given a load that fails, when called again, then it is tried again', async () => {
  const { loader } = loggingLoader();
  let failures = 1;
  const holder = createModelHolder(
    {
      ...loader,
      loadOn: (from, device) => {
        failures -= 1;
        return failures >= 0 ? Promise.reject(new Error('busy')) : loader.loadOn(from, device);
      },
    },
    true,
  );
  const { call } = context();
  await assert.rejects(holder.health(place, call), /busy/);
  assert.equal((await holder.health(place, call)).device, 'cpu');
});

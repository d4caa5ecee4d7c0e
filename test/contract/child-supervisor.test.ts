import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { ChildError } from '../../server/src/base/child-error.ts';
import { MAX_EVENTS_IN_FLIGHT } from '../../server/src/base/child-protocol.ts';
import {
  type ChildSupervisorOptions,
  createChildSupervisor,
} from '../../server/src/base/child-supervisor.ts';
import type { TestCalls } from '../support/supervised-child.ts';

const entry = join(import.meta.dirname, '../support/supervised-child.ts');
const folder = mkdtempSync(join(tmpdir(), 'goldfish-supervised-'));
after(() => rmSync(folder, { recursive: true }));
const never = new AbortController().signal;

function start(options: Partial<ChildSupervisorOptions> = {}) {
  return createChildSupervisor<TestCalls>({
    name: 'test',
    entry,
    silenceMs: 60_000,
    idleMs: 60_000,
    ...options,
  });
}

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
}

test('answers calls, bytes as bytes, from one process at low priority', async () => {
  const child = start({ concurrency: 2 });
  const bytes = Uint8Array.of(1, 2, 3);
  const [echoed, pid, again] = await Promise.all([
    child.call('echo', { bytes }, { signal: never }),
    child.call('pid', null, { signal: never }),
    child.call('pid', null, { signal: never }),
  ]);
  assert.deepEqual(echoed, { bytes });
  assert.equal(pid, again);
  assert.equal(pid, child.pid);
  await child.close();
  assert.ok(isGone(pid));
  await assert.rejects(child.call('pid', null, { signal: never }), ChildError);
});

test('given keys in our environment, when a child starts, then it sees only what it needs and what it is given', async () => {
  const keys = ['GOLDFISH_API_KEY', 'HF_TOKEN', 'HTTPS_PROXY', 'GOLDFISH_TEST_OURS'];
  const former = keys.map((name) => [name, process.env[name]] as const);
  for (const name of keys) process.env[name] = 'secret';
  const plain = start();
  const child = start({
    inheritedVariables: ['GOLDFISH_TEST_*'],
    env: { GOLDFISH_TEST_GIVEN: 'given', LANG: undefined },
  });
  const environmentOf = (of: typeof plain) => of.call('environment', null, { signal: never });
  try {
    const [seen, seenWithOptions] = [await environmentOf(plain), await environmentOf(child)];
    for (const name of keys) assert.equal(name in seen, false, name);
    assert.equal(seen.PATH, process.env.PATH);
    assert.equal(seen.ORT_DISABLE_TELEMETRY, '1');
    assert.equal(seenWithOptions.GOLDFISH_TEST_OURS, 'secret');
    assert.equal(seenWithOptions.GOLDFISH_TEST_GIVEN, 'given');
    assert.equal('LANG' in seenWithOptions, false);
    assert.equal('GOLDFISH_API_KEY' in seenWithOptions, false);
  } finally {
    for (const [name, value] of former) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    await Promise.all([plain.close(), child.close()]);
  }
});

test('an urgent call goes before all that wait, in its turn among urgent ones, and breaks nothing off', async () => {
  const child = start();
  const order: string[] = [];
  const call = async (name: string, urgent: boolean) => {
    order.push(`${await child.call('echo', name, { signal: never, urgent })}`);
  };
  await Promise.all([
    call('first', false),
    call('second', false),
    call('third', false),
    call('question', true),
    call('next question', true),
  ]);
  // The child was not up yet, so that nothing was under way: both questions went first.
  assert.deepEqual(order, ['question', 'next question', 'first', 'second', 'third']);
  const flag = join(folder, 'urgent');
  const under = child.call('crashOnce', { flag }, { signal: never }).then((text) => order.push(text));
  const late = call('later', false);
  const asked = call('asked meanwhile', true);
  await Promise.all([under, late, asked]);
  assert.deepEqual(order.slice(5), ['second run', 'asked meanwhile', 'later']);
  await child.close();
});

test('events sent from two places at once all arrive, however slowly they are taken', async () => {
  const child = start();
  const seen: number[] = [];
  const onEvent = async (n: number) => {
    await new Promise((done) => setImmediate(done));
    seen.push(n);
  };
  await child.call('countTwice', { to: 4 * MAX_EVENTS_IN_FLIGHT }, { signal: never, onEvent });
  assert.equal(seen.length, 8 * MAX_EVENTS_IN_FLIGHT);
  await child.close();
});

test('errors cross with what detailOf made of them', async () => {
  const child = start({
    toError: ({ message, detail }) => (detail === 'E_TEST' ? new RangeError(message) : undefined),
  });
  await assert.rejects(child.call('fail', { message: 'no' }, { signal: never }), new RangeError('no'));
  assert.equal(await child.call('echo', 1, { signal: never }), 1);
  await child.close();
});

test('a crash is tried once more, then told with the last words; the next call finds a new process', async () => {
  const troubles: string[] = [];
  const child = start({ onTrouble: (message) => troubles.push(message) });
  const flag = join(folder, 'once');
  assert.equal(await child.call('crashOnce', { flag }, { signal: never }), 'second run');
  await assert.rejects(child.call('crash', null, { signal: never }), (error: unknown) => {
    assert.ok(error instanceof ChildError);
    assert.equal(error.kind, 'crashed');
    assert.match(error.message, /SIGKILL.*about to fall/s);
    return true;
  });
  assert.equal(await child.call('echo', 'alive', { signal: never }), 'alive');
  assert.equal(troubles.length, 3);
  await child.close();
});

test('a call that told of its progress is tried once more; a stream gives each event once', async () => {
  const child = start();
  const told: string[] = [];
  const onEvent = (event: string) => {
    told.push(event);
  };
  const flags = [join(folder, 'call'), join(folder, 'stream')];
  const [call = '', stream = ''] = flags;
  assert.equal(
    await child.call('tellAndCrashOnce', { flag: call }, { signal: never, onEvent }),
    'second run',
  );
  assert.deepEqual(told, ['begun', 'begun']);
  await assert.rejects(
    async () => {
      for await (const event of child.stream('tellAndCrashOnce', { flag: stream }, never)) told.push(event);
    },
    { name: 'ChildError', kind: 'crashed' },
  );
  assert.deepEqual(told, ['begun', 'begun', 'begun']);
  await child.close();
});

test('a call beside a crashing one still gets its result', async () => {
  const child = start({ concurrency: 3 });
  const settled = await Promise.allSettled([
    child.call('echo', 1, { signal: never }),
    child.call('crash', null, { signal: never }),
    child.call('echo', 2, { signal: never }),
    child.call('echo', 3, { signal: never }),
  ]);
  assert.deepEqual(
    settled.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled', 'fulfilled'],
  );
  await child.close();
});

test('a process that hangs is killed', async () => {
  const child = start({ silenceMs: 300 });
  const pid = await child.call('pid', null, { signal: never });
  await assert.rejects(child.call('block', null, { signal: never }), { name: 'ChildError', kind: 'hung' });
  assert.ok(isGone(pid));
  assert.equal(await child.call('echo', 'alive', { signal: never }), 'alive');
  await child.close();
});

test('an abort rejects with its reason and cancels in the child, which goes on serving', async () => {
  const child = start();
  const pid = await child.call('pid', null, { signal: never });
  const abort = new AbortController();
  const reason = new Error('enough');
  const onEvent = () => abort.abort(reason);
  await assert.rejects(child.call('wait', null, { signal: abort.signal, onEvent }), reason);
  assert.equal(await child.call('pid', null, { signal: never }), pid);
  await assert.rejects(child.call('pid', null, { signal: abort.signal }), reason);
  await child.close();
});

test('a cancelled call that does not let go costs the process, not the callers', async () => {
  const child = start({ cancelTimeoutMs: 100 });
  const pid = await child.call('pid', null, { signal: never });
  const abort = new AbortController();
  const blocked = child.call('block', null, { signal: abort.signal });
  const queued = child.call('pid', null, { signal: never });
  abort.abort(new Error('enough'));
  await assert.rejects(blocked, /enough/);
  assert.notEqual(await queued, pid);
  await child.close();
});

test('a slow reader of a stream holds the child back; leaving the loop cancels', async () => {
  const child = start({ concurrency: 2 });
  const seen: number[] = [];
  for await (const n of child.stream('count', { to: 50 }, never)) {
    seen.push(n);
    const sent = await child.call('sent', null, { signal: never });
    assert.ok(sent <= n + MAX_EVENTS_IN_FLIGHT, `${sent} sent while ${n} is read`);
  }
  assert.deepEqual(
    seen,
    Array.from({ length: 50 }, (_, i) => i + 1),
  );
  for await (const said of child.stream('wait', null, never)) {
    assert.equal(said, 'waiting');
    break;
  }
  assert.equal(await child.call('echo', 1, { signal: never }), 1);
  await child.close();
});

test('an error of the reader of events is the result of the call', async () => {
  const child = start();
  const onEvent = (n: number) => {
    if (n === 3) throw new Error('full');
  };
  await assert.rejects(child.call('count', { to: 100 }, { signal: never, onEvent }), /full/);
  assert.equal(await child.call('echo', 1, { signal: never }), 1);
  await child.close();
});

test('a child ends with its parent, however that ends', async () => {
  const parent = fork(join(import.meta.dirname, '../support/supervising-parent.ts'), { execArgv: [] });
  const pid = await new Promise<number>((resolve) =>
    parent.once('message', (message) => resolve(Number(message))),
  );
  assert.ok(!isGone(pid));
  parent.kill('SIGKILL');
  while (!isGone(pid)) await new Promise(setImmediate);
});

test('a child that cannot start is told as such', async () => {
  const child = start({ entry: join(folder, 'absent.ts') });
  await assert.rejects(child.call('echo', 1, { signal: never }), { name: 'ChildError', kind: 'start' });
  await child.close();
});

test('an idle child ends by itself and comes back when needed', async () => {
  const child = start({ idleMs: 1 });
  const first = await child.call('pid', null, { signal: never });
  while (child.pid !== undefined) await new Promise(setImmediate);
  const second = await child.call('pid', null, { signal: never });
  assert.notEqual(second, first);
  await child.close();
});

test('given a child that answers and ends at once, when it is called, then the answer counts and no crash is reported', async () => {
  const troubles: string[] = [];
  const child = start({ onTrouble: (message) => troubles.push(message) });
  for (let round = 0; round < 5; round += 1) {
    assert.equal(await child.call('answerAndEnd', null, { signal: never }), 'done');
    while (child.pid !== undefined) await new Promise(setImmediate);
  }
  assert.deepEqual(troubles, []);
  await child.close();
});

test('given values that cannot be cloned, when they are sent either way, then the call fails and the child goes on', async () => {
  const child = start();
  await assert.rejects(
    child.call('echo', () => undefined, { signal: never }),
    /clone/,
  );
  await assert.rejects(child.call('uncloneable', null, { signal: never }), /clone/);
  assert.equal(await child.call('echo', 1, { signal: never }), 1);
  await child.close();
});

test('given a call that is never retried, when its process crashes, then it fails at once and others go on', async () => {
  const child = start({ concurrency: 2 });
  const flag = join(folder, 'never');
  const [cut, beside] = await Promise.allSettled([
    child.call('crashOnce', { flag }, { signal: never, retry: 'never' }),
    child.call('crashOnce', { flag }, { signal: never }),
  ]);
  assert.equal(cut.status === 'rejected' && cut.reason.kind, 'crashed');
  assert.equal(beside.status === 'fulfilled' && beside.value, 'second run');
  await child.close();
});

test('given a child in a thread, when it is called, then bytes, events and cancellation work as in a process', async () => {
  const child = start({ thread: {}, concurrency: 2 });
  const bytes = Uint8Array.of(1, 2, 3);
  assert.deepEqual(await child.call('echo', { bytes }, { signal: never }), { bytes });
  assert.equal(await child.call('pid', null, { signal: never }), process.pid);
  const seen: number[] = [];
  for await (const n of child.stream('count', { to: 20 }, never)) {
    seen.push(n);
    const sent = await child.call('sent', null, { signal: never });
    assert.ok(sent <= n + MAX_EVENTS_IN_FLIGHT, `${sent} sent while ${n} is read`);
  }
  assert.equal(seen.length, 20);
  for await (const said of child.stream('wait', null, never)) {
    assert.equal(said, 'waiting');
    break;
  }
  assert.equal(await child.call('echo', 1, { signal: never }), 1);
  await child.close();
});

test('given a thread that blocks, when its call is cancelled, then the next call finds another thread', async () => {
  const child = start({ thread: {}, silenceMs: Number.POSITIVE_INFINITY, cancelTimeoutMs: 1 });
  const abort = new AbortController();
  const blocked = child.call('block', null, { signal: abort.signal });
  abort.abort(new Error('enough'));
  await assert.rejects(blocked, /enough/);
  assert.equal(await child.call('echo', 'alive', { signal: never }), 'alive');
  await child.close();
});

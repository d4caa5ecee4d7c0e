import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { constants, getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { ChildError } from '../../server/src/base/child-error.ts';
import { MAX_EVENTS_IN_FLIGHT } from '../../server/src/base/child-protocol.ts';
import {
  type ChildSupervisorOptions,
  createChildSupervisor,
} from '../../server/src/base/child-supervisor.ts';
import { readSpentTime } from '../../server/src/base/spent-time.ts';
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

test('given a child, when it is called several times, then one process answers, and bytes stay bytes', async () => {
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
  assert.equal(getPriority(pid), constants.priority.PRIORITY_LOW);
  await child.close();
  assert.ok(isGone(pid));
  await assert.rejects(child.call('pid', null, { signal: never }), ChildError);
});

test('given keys in our environment, when a child starts, then it sees only allowed variables and its own', async () => {
  const keys = ['GOLDFISH_API_KEY', 'HF_TOKEN', 'HTTPS_PROXY', 'GOLDFISH_TEST_OURS'];
  const former = keys.map((name) => [name, process.env[name]] as const);
  for (const name of keys) process.env[name] = 'secret';
  const plain = start();
  const child = start({
    inheritedVariables: ['GOLDFISH_TEST_*'],
    env: { GOLDFISH_TEST_SET: 'value', LANG: undefined },
  });
  const environmentOf = (of: typeof plain) => of.call('environment', null, { signal: never });
  try {
    const [seen, seenWithOptions] = [await environmentOf(plain), await environmentOf(child)];
    for (const name of keys) assert.equal(name in seen, false, name);
    assert.equal(seen.PATH, process.env.PATH);
    assert.equal(seen.ORT_DISABLE_TELEMETRY, '1');
    assert.equal(seenWithOptions.GOLDFISH_TEST_OURS, 'secret');
    assert.equal(seenWithOptions.GOLDFISH_TEST_SET, 'value');
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

test('given waiting calls, when urgent ones come, then they go first, in their order, and interrupt nothing', async () => {
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
  // The child was still starting, so that no call was running: both questions went first.
  assert.deepEqual(order, ['question', 'next question', 'first', 'second', 'third']);
  const flag = join(folder, 'urgent');
  const running = child.call('crashOnce', { flag }, { signal: never }).then((text) => order.push(text));
  const late = call('later', false);
  const urgent = call('urgent', true);
  await Promise.all([running, late, urgent]);
  assert.deepEqual(order.slice(5), ['second run', 'urgent', 'later']);
  await child.close();
});

test('given a slow reader, when a call sends events from two places, then all of them arrive', async () => {
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

test('given detailOf in the child, when a call fails, then toError receives its detail', async () => {
  const child = start({
    toError: ({ message, detail }) => (detail === 'E_TEST' ? new RangeError(message) : undefined),
  });
  await assert.rejects(child.call('fail', { message: 'no' }, { signal: never }), new RangeError('no'));
  assert.equal(await child.call('echo', 1, { signal: never }), 1);
  await child.close();
});

test('given a call that crashes the child, when it runs, then it is retried once and fails with the last output', async () => {
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

test('given a crash after an event, then a call is retried with its events, and a stream is not', async () => {
  const child = start();
  const events: string[] = [];
  const onEvent = (event: string) => {
    events.push(event);
  };
  const flags = [join(folder, 'call'), join(folder, 'stream')];
  const [call = '', stream = ''] = flags;
  assert.equal(
    await child.call('emitAndCrashOnce', { flag: call }, { signal: never, onEvent }),
    'second run',
  );
  assert.deepEqual(events, ['begun', 'begun']);
  await assert.rejects(
    async () => {
      for await (const event of child.stream('emitAndCrashOnce', { flag: stream }, never)) events.push(event);
    },
    { name: 'ChildError', kind: 'crashed' },
  );
  assert.deepEqual(events, ['begun', 'begun', 'begun']);
  await child.close();
});

test('given calls beside one that crashes the child, when all run, then the others still get results', async () => {
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

test('given a process that hangs, when it is silent too long, then it is killed', async () => {
  const child = start({ silenceMs: 300 });
  const pid = await child.call('pid', null, { signal: never });
  await assert.rejects(child.call('block', null, { signal: never }), { name: 'ChildError', kind: 'hung' });
  assert.ok(isGone(pid));
  assert.equal(await child.call('echo', 'alive', { signal: never }), 'alive');
  await child.close();
});

test('given a running call, when it is aborted, then it rejects with the reason and the child stays alive', async () => {
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

test('given a cancelled call that does not stop, when its time is over, then the child is killed and other calls succeed', async () => {
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

test('given a slow reader of a stream, then the child waits, and leaving the loop cancels the call', async () => {
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

test('given an event handler that throws, when an event comes, then the call rejects with its error', async () => {
  const child = start();
  const onEvent = (n: number) => {
    if (n === 3) throw new Error('full');
  };
  await assert.rejects(child.call('count', { to: 100 }, { signal: never, onEvent }), /full/);
  assert.equal(await child.call('echo', 1, { signal: never }), 1);
  await child.close();
});

test('given a running child, when its parent is killed, then the child ends', async () => {
  const parent = fork(join(import.meta.dirname, '../support/supervising-parent.ts'), { execArgv: [] });
  const pid = await new Promise<number>((resolve) =>
    parent.once('message', (message) => resolve(Number(message))),
  );
  assert.ok(!isGone(pid));
  parent.kill('SIGKILL');
  while (!isGone(pid)) await new Promise(setImmediate);
});

test('given a missing entry file, when a call is made, then it rejects because the child did not start', async () => {
  const child = start({ entry: join(folder, 'absent.ts') });
  await assert.rejects(child.call('echo', 1, { signal: never }), { name: 'ChildError', kind: 'start' });
  await child.close();
});

test('given an idle child, when its time is over, then it ends, and the next call starts another', async () => {
  const child = start({ idleMs: 1 });
  const first = await child.call('pid', null, { signal: never });
  while (child.pid !== undefined) await new Promise(setImmediate);
  const second = await child.call('pid', null, { signal: never });
  assert.notEqual(second, first);
  await child.close();
});

test('given a child that answers and then ends, when it is called, then the answer arrives and no crash is reported', async () => {
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

test('given children that work, also when they have ended, when the time spent is read, then theirs is in it', async () => {
  const before = readSpentTime().processorMs;
  const child = start();
  const first = await child.call('work', { ms: 200 }, { signal: never });
  const second = await child.call('work', { ms: 100 }, { signal: never });
  await child.close();
  assert.ok(second > first && first >= 200);
  assert.ok(readSpentTime().processorMs - before >= second);
});

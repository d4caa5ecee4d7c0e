import assert from 'node:assert/strict';
import test from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { startTimeLimit } from '../../server/src/base/time-limit.ts';

const HOUR_MS = 3_600_000;

test('given a call that lasts, when its time is over, then its signal aborts and the limit says so', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const limit = startTimeLimit(HOUR_MS, new AbortController().signal);
  t.mock.timers.tick(HOUR_MS - 1);
  assert.deepEqual([limit.signal.aborted, limit.isOver()], [false, false]);
  t.mock.timers.tick(1);
  assert.deepEqual([limit.signal.aborted, limit.isOver()], [true, true]);
});

test('given a caller that aborts, before or after the start, then the signal has its reason and the time is not over', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const caller = new AbortController();
  const limit = startTimeLimit(HOUR_MS, caller.signal);
  caller.abort(new Error('enough'));
  const later = startTimeLimit(HOUR_MS, caller.signal);
  t.mock.timers.tick(HOUR_MS);
  for (const { signal, isOver } of [limit, later]) {
    assert.equal((signal.reason as Error).message, 'enough');
    assert.equal(isOver(), false);
  }
});

test('given many calls that have ended long before their limit, when garbage is collected, then nothing of them is left', async () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const caller = new AbortController();
  const signals = Array.from({ length: 100 }, () => {
    const limit = startTimeLimit(HOUR_MS, caller.signal);
    limit.end();
    return new WeakRef(limit.signal);
  });
  // Objects that were reached through a WeakRef in this turn of the event loop stay until its end.
  await new Promise((resolve) => setImmediate(resolve));
  collectGarbage();
  assert.equal(signals.filter((signal) => signal.deref() !== undefined).length, 0);
});

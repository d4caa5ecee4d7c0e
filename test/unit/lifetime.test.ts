import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import test from 'node:test';
import { createLifetime, watchProcess } from '../../server/src/base/lifetime.ts';
import { endWithTests } from '../support/started.ts';

test('given cleanups, when the lifetime ends, then each runs once, last first, one after the other', async () => {
  const done: string[] = [];
  const lifetime = createLifetime((name, message) => done.push(`${name} failed: ${message}`));
  lifetime.defer('a', () => void done.push('a'));
  lifetime.defer('b', async () => {
    await new Promise(setImmediate);
    done.push('b');
  });
  lifetime.defer('c', () => {
    throw new Error('no');
  });
  assert.ok(!lifetime.signal.aborted);
  await Promise.all([lifetime.end('first'), lifetime.end('second')]);
  assert.deepEqual(done, ['c failed: no', 'b', 'a']);
  assert.equal(await lifetime.ended, 'first');
  assert.ok(lifetime.signal.aborted);
  lifetime.defer('late', () => void done.push('late'));
  assert.equal(done.at(-1), 'late');
});

test('given a cleanup that never ends, then it is abandoned and the others run', async () => {
  const done: string[] = [];
  const lifetime = createLifetime((name) => done.push(`gave up ${name}`), 1);
  lifetime.defer('last', () => void done.push('last'));
  lifetime.defer('stuck', () => new Promise(() => undefined));
  await lifetime.end('now');
  assert.deepEqual(done, ['gave up stuck', 'last']);
});

test('given a watched process, when it dies, then that is reported once', async (t) => {
  const child = endWithTests(spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)']));
  const exit = once(child, 'exit');
  await once(child, 'spawn');
  t.mock.timers.enable({ apis: ['setInterval'] });
  let deaths = 0;
  watchProcess(Number(child.pid), () => {
    deaths += 1;
  });
  t.mock.timers.tick(3000);
  assert.equal(deaths, 0, 'it is alive');
  child.kill('SIGKILL');
  await exit;
  t.mock.timers.tick(1000);
  assert.equal(deaths, 1);
  t.mock.timers.tick(3000);
  assert.equal(deaths, 1, 'once');
});

test('given a watch that has ended, when the process dies, then that is not reported', async (t) => {
  const child = endWithTests(spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)']));
  const exit = once(child, 'exit');
  await once(child, 'spawn');
  t.mock.timers.enable({ apis: ['setInterval'] });
  let deaths = 0;
  const stop = watchProcess(Number(child.pid), () => {
    deaths += 1;
  });
  stop();
  child.kill('SIGKILL');
  await exit;
  t.mock.timers.tick(3000);
  assert.equal(deaths, 0);
});

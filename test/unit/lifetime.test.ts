import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import test from 'node:test';
import { createLifetime, watchProcess } from '../../server/src/base/lifetime.ts';

test('clean-up runs once, the latest first, each after the one before', async () => {
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

test('a clean-up that never ends is given up, and the others run', async () => {
  const done: string[] = [];
  const lifetime = createLifetime((name) => done.push(`gave up ${name}`), 1);
  lifetime.defer('last', () => void done.push('last'));
  lifetime.defer('stuck', () => new Promise(() => undefined));
  await lifetime.end('now');
  assert.deepEqual(done, ['gave up stuck', 'last']);
});

test('the death of a process is noticed', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)']);
  await once(child, 'spawn');
  const { promise, resolve } = Promise.withResolvers<void>();
  watchProcess(Number(child.pid), resolve);
  child.kill('SIGKILL');
  // The watch does not keep a process alive by itself.
  const alive = setInterval(() => undefined, 1000);
  await promise;
  clearInterval(alive);
});

// needs: unshare
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { bundle, endpointOf, goldfish, sandbox, startDaemon } from '../support/daemon.ts';
import { runProgram } from '../support/run-program.ts';
import { hitsOf, render, uriOf } from '../support/watched.ts';

for (const temporary of ['/nonexistent/tmp', 'relative/tmp', '']) {
  test(`given TMPDIR=${temporary}, when a command starts the daemon, then it works`, async () => {
    const box = sandbox();
    const run = await goldfish({ ...box, env: { ...box.env, TMPDIR: temporary } }, 'status');
    assert.deepEqual([run.code, run.stderr], [0, '']);
    assert.match(run.stdout, /^0 videos/);
    assert.equal((await goldfish(box, 'stop')).code, 0);
  });
}

test('given leftovers in the temporary folder, when the daemon starts, then they are gone', async (t) => {
  const box = sandbox();
  const temp = join(box.dataDir, 'tmp');
  mkdirSync(join(temp, 'left'), { recursive: true });
  writeFileSync(join(temp, 'left/over'), 'x');
  const daemon = await startDaemon(box);
  t.after(() => daemon.child.kill());
  assert.ok(!readdirSync(temp).includes('left'));
});

test('given a temporary folder that is deleted, when a video arrives, then it is indexed', async (t) => {
  const box = sandbox();
  const folder = join(box.folder, 'videos');
  mkdirSync(folder);
  const daemon = await startDaemon(box);
  t.after(() => daemon.child.kill());
  const client = await daemon.client();
  await client.result('goldfish/folders/add', { uri: uriOf(folder) });
  await render(join(folder, 'first.mp4'), 10, 'The otter opens a walnut.');
  await hitsOf(client, 'walnut', (hits) => hits.length === 1);
  rmSync(join(box.dataDir, 'tmp'), { recursive: true });
  await render(join(folder, 'second.mp4'), 20, 'A heron lands on the lake.');
  await hitsOf(client, 'heron', (hits) => hits.length === 1);
});

for (const folder of ['/proc/nope', '/proc/nope/deep']) {
  test(`given --data-dir ${folder}, which cannot exist, when a command runs, then it ends and names the folder`, {
    skip: process.platform !== 'linux' && '/proc is specific to Linux',
  }, async () => {
    const run = await goldfish({ ...sandbox(), dataDir: folder }, 'status');
    assert.equal(run.code, 3);
    assert.match(run.stderr, /^goldfish: Cannot use the data folder \/proc\/nope.*\n.*--data-dir/);
  });
}

for (const [how, prepare] of [
  ['new', ''],
  ['used before', 'mkdir -p "$1/logs" && touch "$1/logs/daemon.stderr" &&'],
] as const)
  test(`given a read-only data folder that is ${how}, when a command or the daemon runs, then it ends and says what to do`, async () => {
    const box = sandbox();
    mkdirSync(box.dataDir, { recursive: true });
    const shell = `${prepare} mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && shift && exec "$@"`;
    for (const args of [['status'], ['daemon']]) {
      const command = [process.execPath, bundle, ...args, '--data-dir', box.dataDir];
      const run = await runProgram('unshare', ['-rm', 'sh', '-c', shell, 'sh', box.dataDir, ...command], {
        cwd: box.folder,
        env: box.env,
      });
      assert.notEqual(run.code, 0);
      assert.match(
        run.err,
        /^goldfish: Cannot (?:use|write to) the data folder .*read-only.*\n.*--data-dir/,
        args[0],
      );
      assert.doesNotMatch(run.err, /delete|EROFS|SQLite/);
    }
  });

test('given a file system that grants every lock, when a second daemon starts, then it asks the first and leaves the folder to it', async (t) => {
  const box = sandbox();
  const first = await startDaemon(box);
  t.after(() => first.child.kill());
  // Only the second daemon sees another file here, whose lock it would get.
  const otherLock = join(box.folder, 'other.lock');
  writeFileSync(otherLock, '');
  const shell = 'mount --bind "$1" "$2" && shift 2 && exec "$@"';
  const mounts = [otherLock, join(box.dataDir, 'daemon.lock')];
  const command = [process.execPath, bundle, 'daemon', '--data-dir', box.dataDir];
  const second = await runProgram('unshare', ['-rm', 'sh', '-c', shell, 'sh', ...mounts, ...command], {
    cwd: box.folder,
    env: box.env,
  });
  assert.deepEqual([second.code, second.err], [0, '']);
  assert.equal(endpointOf(box.dataDir).pid, first.child.pid);
});

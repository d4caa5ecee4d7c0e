import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { goldfish, sandbox, startDaemon } from '../support/daemon.ts';
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

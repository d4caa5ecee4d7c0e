import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { goldfish, type Sandbox, sandbox, startDaemon } from '../support/daemon.ts';
import { hitsOf, render, search, uriOf } from '../support/watched.ts';

function withSettings(settings: object): Sandbox {
  const box = sandbox();
  mkdirSync(box.dataDir, { recursive: true });
  writeFileSync(join(box.dataDir, 'settings.json'), JSON.stringify(settings));
  return box;
}

test('given a folder as the location of the index, when two data folders name it, then one daemon has it at a time', async (t) => {
  const index = join(sandbox().folder, 'disk two', 'index');
  const settings = { 'index.location': index };
  const box = withSettings(settings);
  const first = await startDaemon(box);
  t.after(() => first.child.kill('SIGKILL'));
  const client = await first.client();
  const path = join(box.folder, 'maple.mp4');
  await render(path, 20, 'The maple turns red in autumn.');
  await client.result('goldfish/index', { uris: [uriOf(path)], keep: true });
  await hitsOf(client, 'maple', (hits) => hits.length === 1);
  assert.ok(readdirSync(index).includes('passages.lance'));
  assert.ok(!readdirSync(box.dataDir).includes('index'));

  const other = withSettings(settings);
  const refused = await goldfish(other, 'daemon');
  assert.notEqual(refused.code, 0);
  assert.match(refused.stderr, /in use by the daemon of another data folder/);
  first.child.kill('SIGKILL');
  await first.exit;
  const second = await startDaemon(other);
  t.after(() => second.child.kill('SIGKILL'));
  assert.equal((await search(await second.client(), 'maple')).length, 1);
});

test('given a reader without object storage, when the daemon starts, then the error says what to set', async () => {
  const { code, stderr } = await goldfish(withSettings({ 'index.readOnly': true }), 'daemon');
  assert.notEqual(code, 0);
  assert.match(stderr, /index\.readOnly is true.*local folder.*Set index\.location/s);
});

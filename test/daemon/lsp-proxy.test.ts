import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import test from 'node:test';
import {
  build,
  bundle,
  endpointOf,
  goldfish,
  otherBuild,
  type Sandbox,
  sandbox,
  startDaemon,
} from '../support/daemon.ts';
import { spawnServer } from '../support/independent-client.ts';
import { endWithTests } from '../support/started.ts';

const pidOf = (stdout: string) => (JSON.parse(stdout) as { pid: number }).pid;
const ends = (box: Sandbox) => async () => void (await goldfish(box, 'stop'));
const proxyOf = ({ dataDir, env }: Sandbox) =>
  spawnServer(process.execPath, [bundle, 'lsp', '--stdio', '--data-dir', dataDir], env);

test('given an older daemon, when a proxy of a newer build starts, then its editor notices nothing', async (t) => {
  const box = sandbox();
  const daemon = await startDaemon(box);
  t.after(ends(box));
  const other = otherBuild(box, '99.0.0+1.a');
  const { client, exit, said } = spawnServer(
    process.execPath,
    [other, 'lsp', '--stdio', '--data-dir', box.dataDir],
    box.env,
  );
  const initialized = client.initialize();
  const asked = client.request('goldfish/status');
  assert.equal((await initialized).error, undefined);
  assert.equal(await daemon.exit, 0);
  const { error, result } = await asked;
  assert.equal(error, undefined);
  assert.equal((result as { versions: { build: string } }).versions.build, '99.0.0+1.a');
  await client.request('shutdown');
  client.notify('exit');
  assert.equal(await exit, 0);
  assert.equal(said(), '');
  assert.deepEqual(client.faults, []);
});

test('given an editor, when its proxy ends, then the daemon keeps running', async (t) => {
  const box = sandbox();
  t.after(ends(box));
  const { client, exit } = proxyOf(box);
  const { result } = await client.initialize(undefined, {
    processId: process.pid,
    initializationOptions: { theirs: 1 },
  });
  assert.deepEqual((result as { serverInfo: unknown }).serverInfo, {
    name: 'goldfish',
    version: build,
    goldfish: { protocol: 1, build },
  });
  client.notify('initialized');
  const { pid } = await client.result('goldfish/status');
  client.raw('Content-Length: 4\r\n\r\nnope');
  assert.equal((await client.stray()).error?.code, -32700);
  assert.equal((await client.request('shutdown')).result, null);
  client.notify('exit');
  assert.equal(await exit, 0);
  assert.deepEqual(client.faults, []);
  assert.equal(pidOf((await goldfish(box, 'status', '--json')).stdout), pid);
});

test('given a proxy, when its input, editor or daemon ends, then the proxy ends', async (t) => {
  const box = sandbox();
  t.after(ends(box));
  const input = proxyOf(box);
  await input.client.initialize();
  input.child.stdin?.end();
  assert.equal(await input.exit, 1);

  const editor = endWithTests(spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)']));
  const orphan = proxyOf(box);
  await orphan.client.initialize(undefined, { processId: editor.pid });
  editor.kill('SIGKILL');
  assert.equal(await orphan.exit, 1);

  const last = spawnServer(process.execPath, [bundle, 'lsp', '--stdio', '--data-dir', box.dataDir], box.env);
  await last.client.initialize();
  process.kill(endpointOf(box.dataDir).pid, 'SIGKILL');
  assert.equal(await last.exit, 1);
  assert.match(last.said(), /daemon has stopped.*Restart/s);
});

test('given an editor that sends everything and closes its input, then it gets every answer', async (t) => {
  const box = sandbox();
  t.after(ends(box));
  const { client, child, exit } = proxyOf(box);
  const answers = [client.initialize(), client.request('goldfish/status'), client.request('shutdown')];
  client.notify('exit');
  child.stdin?.end();
  for (const answer of answers) assert.equal((await answer).error, undefined);
  assert.equal(await exit, 0);
});

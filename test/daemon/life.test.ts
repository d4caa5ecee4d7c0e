import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
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
import { connectTo } from '../support/independent-client.ts';
import { runProgram } from '../support/run-program.ts';
import { endWithTests } from '../support/started.ts';
import { statusOf } from '../support/watched.ts';

const mode = (path: string) => statSync(path).mode & 0o777;
const pidOf = (stdout: string) => (JSON.parse(stdout) as { pid: number }).pid;
const ends = (box: Sandbox) => async () => void (await goldfish(box, 'stop'));

test('given no daemon, when many clients connect, then one starts it, all share it, it outlives them and stop ends it', async (t) => {
  const box = sandbox();
  t.after(ends(box));
  const answers = await Promise.all([1, 2, 3, 4].map(() => goldfish(box, 'status', '--json')));
  for (const { code, stderr } of answers) assert.deepEqual([code, stderr], [0, '']);
  const pids = new Set(answers.map(({ stdout }) => pidOf(stdout)));
  assert.equal(pids.size, 1);
  const { client } = await connectTo(box.dataDir);
  assert.equal((await client.initialize()).error, undefined);
  const status = await client.result('goldfish/status');
  assert.ok(pids.has(status.pid as number));
  assert.equal((await goldfish(box, 'stop')).code, 0);
  await client.closed;
  assert.deepEqual(client.faults, []);
  assert.ok(!existsSync(join(box.dataDir, 'daemon.json')));
  assert.deepEqual(readdirSync(join(box.runtime, 'goldfish')), []);
  assert.deepEqual(JSON.parse((await goldfish(box, 'stop', '--json')).stdout), { stopped: false });
});

test('given a started daemon, then it has its own session and keeps no stream of its starter open', {
  skip: process.platform !== 'linux',
}, async (t) => {
  const box = sandbox();
  t.after(ends(box));
  const { stdout } = await goldfish(box, 'status', '--json');
  const pid = pidOf(stdout);
  // Field 6 of stat, counted after the name in brackets: the session; it is its own leader.
  const session = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')[3];
  assert.equal(session, String(pid));
  const streams = ['0', '1', '2'].map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`));
  assert.deepEqual(streams, ['/dev/null', '/dev/null', join(box.dataDir, 'logs/daemon.stderr')]);
  const names = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  for (const pair of ['MALLOC_ARENA_MAX=2', 'ORT_DISABLE_TELEMETRY=1', 'LANCEDB_LOG=error'])
    assert.ok(names.includes(pair), pair);
});

test('given a starter that leaks a pipe, then the daemon does not keep it open', {
  skip: process.platform !== 'linux',
}, async (t) => {
  const box = sandbox();
  t.after(ends(box));
  const stdio = Array.from({ length: 41 }, (_, fd) => (fd === 40 ? 'pipe' : 'ignore') as 'pipe' | 'ignore');
  const child = endWithTests(
    spawn(process.execPath, [bundle, 'status', '--data-dir', box.dataDir], {
      env: box.env,
      stdio,
    }),
  );
  const leaked: Readable = (child.stdio as readonly unknown[])[40] as Readable;
  leaked.resume();
  await once(leaked, 'end');
  const { client } = await connectTo(box.dataDir);
  assert.ok((await client.initialize()).result, 'the daemon runs, and the pipe has ended');
});

test('given a running daemon, then its socket and files are private to the user and the path is short', async (t) => {
  const box = sandbox();
  const daemon = await startDaemon(box);
  t.after(ends(box));
  const { socket } = endpointOf(box.dataDir);
  assert.ok(Buffer.byteLength(socket) < 100);
  assert.equal(dirname(socket), join(box.runtime, 'goldfish'));
  assert.deepEqual([mode(socket), mode(dirname(socket))], [0o600, 0o700]);
  for (const name of ['daemon.json', 'daemon.lock', 'logs/goldfish.log'])
    assert.equal(mode(join(box.dataDir, name)), 0o600, name);
  assert.ok(daemon.child.pid);
});

test('given a runtime folder with too long a path, when the daemon starts, then it uses another folder', async (t) => {
  const box = sandbox();
  t.after(ends(box));
  const env = { ...box.env, XDG_RUNTIME_DIR: join(box.runtime, 'x'.repeat(120)) };
  const { code } = await goldfish({ ...box, env }, 'status');
  assert.equal(code, 0);
  const { socket } = endpointOf(box.dataDir);
  assert.ok(!socket.includes('xxx') && Buffer.byteLength(socket) < 100, socket);
});

test('given a socket that others could have created, when a client connects, then it does not use it', async (t) => {
  const box = sandbox();
  const daemon = await startDaemon(box);
  t.after(ends(box));
  const { socket } = endpointOf(box.dataDir);
  chmodSync(socket, 0o666);
  const open = await goldfish(box, 'status');
  assert.notEqual(open.code, 0);
  assert.match(open.stderr, /cannot be trusted.*other users can access/s);
  chmodSync(socket, 0o600);
  chmodSync(dirname(socket), 0o755);
  assert.match((await goldfish(box, 'status')).stderr, /cannot be trusted/);
  chmodSync(dirname(socket), 0o700);
  assert.equal((await goldfish(box, 'status')).code, 0);
  assert.ok(daemon.child.pid);
});

test('given a running daemon, when a second one starts, then it leaves the data folder to the first', async (t) => {
  const box = sandbox();
  const first = await startDaemon(box);
  t.after(ends(box));
  const second = endWithTests(
    spawn(process.execPath, [bundle, 'daemon', '--data-dir', box.dataDir], {
      env: box.env,
      stdio: 'inherit',
    }),
  );
  assert.deepEqual(await once(second, 'exit'), [0, null]);
  assert.equal(endpointOf(box.dataDir).pid, first.child.pid);
  assert.ok((await (await first.client()).request('goldfish/status')).result);
});

test('given a daemon killed with -9, when the next one starts, then nothing hinders it', async (t) => {
  const box = sandbox();
  const first = await startDaemon(box);
  t.after(ends(box));
  const client = await first.client();
  await client.result('goldfish/settings/set', { key: 'work.cpuShare', value: 77 });
  first.child.kill('SIGKILL');
  await client.closed;
  await first.exit;
  assert.ok(existsSync(endpointOf(box.dataDir).socket), 'the socket of the dead is still there');
  const { stdout, code } = await goldfish(box, 'settings', 'get', 'work.cpuShare', '--json');
  assert.equal(code, 0);
  assert.deepEqual(JSON.parse(stdout), { settings: { 'work.cpuShare': 77 } });
  assert.notEqual(endpointOf(box.dataDir).pid, first.child.pid);
});

test('given several signals, when they arrive, then the daemon ends cleanly', async () => {
  const box = sandbox();
  const daemon = await startDaemon(box);
  const client = await daemon.client();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGINT', 'SIGHUP'] as const) daemon.child.kill(signal);
  await client.closed;
  assert.equal(await daemon.exit, 0);
  assert.ok(!existsSync(join(box.dataDir, 'daemon.json')));
  assert.match(readFileSync(join(box.dataDir, 'logs/goldfish.log'), 'utf8'), /"event":"daemon ends"/);
});

test('given a client of another build, when it connects, then a newer one gets its own daemon and an older one a notice', async (t) => {
  const box = sandbox();
  const daemon = await startDaemon(box);
  t.after(ends(box));
  assert.equal(endpointOf(box.dataDir).build, build);
  const older = await connectTo(box.dataDir);
  assert.ok((await older.client.initialize({ protocol: 1, build: '0.0.1+1.a' })).result);
  const told = await older.client.notice(({ method }) => method === 'window/showMessage');
  assert.match(String(told.params.message), /older.*update/);
  const newer = await connectTo(box.dataDir);
  const refused = await newer.client.initialize({ protocol: 1, build: '99.0.0+1.a' });
  assert.equal(refused.error?.data?.kind, 'ending');
  await newer.client.closed;
  assert.equal(await daemon.exit, 0);
  assert.equal((await goldfish(box, 'status')).code, 0, 'the lock is free once the connection is closed');
});

test('given an older daemon, when a command of a newer build runs, then it replaces the daemon', async (t) => {
  const box = sandbox();
  const daemon = await startDaemon(box);
  t.after(ends(box));
  const other = otherBuild(box, '99.0.0+1.a');
  const child = endWithTests(
    spawn(process.execPath, [other, 'status', '--json', '--data-dir', box.dataDir], {
      env: box.env,
      stdio: ['ignore', 'pipe', 'inherit'],
    }),
  );
  let stdout = '';
  child.stdout.on('data', (text) => {
    stdout += text;
  });
  assert.deepEqual(await once(child, 'close'), [0, null]);
  assert.equal(await daemon.exit, 0);
  assert.equal((JSON.parse(stdout) as { versions: { build: string } }).versions.build, '99.0.0+1.a');
  const { code, stderr } = await goldfish(box, 'status');
  assert.deepEqual([code, stderr.includes('update')], [0, true]);
});

test('given an older daemon, when "stop" of a newer build runs, then the daemon ends and the command says so', async (t) => {
  const box = sandbox();
  const daemon = await startDaemon(box);
  t.after(ends(box));
  const other = otherBuild(box, '99.0.0+1.a');
  const stop = () =>
    runProgram(process.execPath, [other, 'stop', '--data-dir', box.dataDir], {
      cwd: box.folder,
      env: box.env,
    });
  assert.equal((await stop()).out, 'The daemon has stopped.\n');
  assert.equal(await daemon.exit, 0);
  assert.equal((await stop()).out, 'The daemon was not running.\n');
});

test('given a client that sends invalid bytes, then the daemon keeps serving others', async (t) => {
  const box = sandbox();
  const daemon = await startDaemon(box);
  t.after(ends(box));
  const bad = await connectTo(box.dataDir);
  bad.client.raw('\r\n\r\n\u0000'.repeat(5000));
  await bad.client.closed;
  assert.ok((await (await daemon.client()).request('goldfish/status')).result);
});

test('given a broken settings file, when the daemon starts, then the file is kept aside and reported', async (t) => {
  const box = sandbox();
  mkdirSync(box.dataDir);
  writeFileSync(join(box.dataDir, 'settings.json'), '{"ask.clips": 7,');
  const daemon = await startDaemon(box);
  t.after(ends(box));
  const client = await daemon.client();
  assert.deepEqual(await client.result('goldfish/settings/get', { key: 'ask.clips' }), {
    settings: { 'ask.clips': 3 },
  });
  const aside = readdirSync(box.dataDir).filter((name) => name.startsWith('settings.json.broken'));
  assert.equal(readFileSync(join(box.dataDir, aside[0] ?? ''), 'utf8'), '{"ask.clips": 7,');
  const { advice } = await statusOf(client);
  assert.match(
    advice.join('\n'),
    /settings\.json was not a valid JSON object\. It is kept as .*settings\.json\.broken,/,
  );
});

test('given a settings file changed by hand, then every client gets the change', async (t) => {
  const box = sandbox();
  const daemon = await startDaemon(box);
  t.after(ends(box));
  const client = await daemon.client();
  writeFileSync(join(box.dataDir, 'settings.json'), '{"ask.clips": 9, "my.own": 1}');
  const changed = await client.notice(({ method }) => method === 'goldfish/didChangeSettings');
  assert.equal((changed.params.settings as Record<string, unknown>)['ask.clips'], 9);
  await client.result('goldfish/settings/set', { key: 'ask.clips', value: null });
  assert.deepEqual(JSON.parse(readFileSync(join(box.dataDir, 'settings.json'), 'utf8')), { 'my.own': 1 });
});

test('given a deleted socket, then it is created again, in another folder if its own is gone', async (t) => {
  const box = sandbox();
  const daemon = await startDaemon(box);
  t.after(ends(box));
  const watcher = watch(box.dataDir);
  rmSync(box.runtime, { recursive: true });
  mkdirSync(box.runtime, { mode: 0o700 });
  while (!existsSync(endpointOf(box.dataDir).socket)) await once(watcher, 'change');
  watcher.close();
  const { stdout } = await goldfish(box, 'status', '--json');
  assert.equal(pidOf(stdout), daemon.child.pid);
});

test('given a deleted data folder, then the daemon ends', async () => {
  const box = sandbox();
  const daemon = await startDaemon(box);
  rmSync(box.dataDir, { recursive: true });
  assert.equal(await daemon.exit, 0);
  assert.ok(!existsSync(box.dataDir));
});

test('given a daemon tied to a process, when the process ends, then the daemon ends', async () => {
  const box = sandbox();
  const owner = endWithTests(spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)']));
  const daemon = await startDaemon(box, '--with-pid', String(owner.pid));
  owner.kill('SIGKILL');
  assert.equal(await daemon.exit, 0);
});

test('given an unusable data folder, when a command runs, then the error says what to do', async () => {
  const box = sandbox();
  writeFileSync(box.dataDir, 'a file');
  const { code, stderr } = await goldfish(box, 'status');
  assert.notEqual(code, 0);
  assert.match(stderr, /Cannot use the data folder .*--data-dir/s);
});

test('given an index of a later version, when the daemon starts, then it refuses with a remedy and changes nothing', async () => {
  const box = sandbox();
  const version = join(box.dataDir, 'index', 'goldfish.json');
  await goldfish(box, 'status');
  await goldfish(box, 'stop');
  writeFileSync(version, '{"schema":999}');
  const { code, stderr } = await goldfish(box, 'status');
  assert.notEqual(code, 0);
  assert.match(stderr, /could not start: The index in .* newer Goldfish.*\n.*Update Goldfish/);
  assert.equal(readFileSync(version, 'utf8'), '{"schema":999}');
});

test('given a leftover file that names a foreign socket, when a command runs, then it starts its own daemon', async (t) => {
  const box = sandbox();
  mkdirSync(box.dataDir);
  const path = join(box.runtime, 's');
  const dead = createServer().listen(path);
  await once(dead, 'listening');
  chmodSync(path, 0o600);
  dead.close();
  writeFileSync(
    join(box.dataDir, 'daemon.json'),
    JSON.stringify({ socket: path, pid: 1, protocol: 1, build: 'x' }),
  );
  t.after(ends(box));
  assert.equal((await goldfish(box, 'status')).code, 0);
  for (const text of ['', '{', 'null', '{"socket": 5}']) {
    await goldfish(box, 'stop');
    writeFileSync(join(box.dataDir, 'daemon.json'), text);
    assert.equal((await goldfish(box, 'status')).code, 0, text);
  }
});

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, watch, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import test from 'node:test';
import { pathToFileURL } from 'node:url';
import { bundle, endpointOf, goldfish, type Sandbox, sandbox, startDaemon } from '../support/daemon.ts';
import { fill, makeMedia } from '../support/make-media.ts';
import { runProgram } from '../support/run-program.ts';
import { endWithTests } from '../support/started.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { render } from '../support/watched.ts';

const srt = (text: string) => `1\n00:00:01,000 --> 00:00:04,000\n${text}\n`;

/** Adds a video that is never seen without its sidecar, or half written. */
async function addVideo(folder: string, name: string, said: string): Promise<void> {
  const draft = join(tempFolder(), `${name}.mp4`);
  await makeMedia(draft, {
    seconds: 5,
    video: { width: 64, height: 64, fps: 5, draw: (canvas) => fill(canvas, [200, 90, 20]) },
  });
  writeFileSync(join(folder, `${name}.srt`), srt(said));
  renameSync(draft, join(folder, `${name}.mp4`));
}

/** A library of one video in a folder of its own. */
async function oneVideo(box: Sandbox): Promise<string> {
  const folder = join(box.folder, 'My Videos');
  mkdirSync(folder);
  await addVideo(folder, 'harvest', 'The apples are picked in the first week of October.');
  return folder;
}

/** A command at work, its stdout as text that can be waited for. */
function running(box: Sandbox, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const child: ChildProcess = endWithTests(
    spawn(process.execPath, [bundle, ...args], {
      env: { ...box.env, ...env },
      cwd: box.folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
  const said = { out: '', err: '' };
  const looks = new Set<() => void>();
  child.stdout?.on('data', (text) => {
    said.out += text;
    for (const look of looks) look();
  });
  child.stderr?.on('data', (text) => {
    said.err += text;
  });
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, ...said }));
  const printed = (text: string) =>
    Promise.race([
      new Promise<void>((done) => {
        const look = () => said.out.includes(text) && done();
        looks.add(look);
        look();
      }),
      ended.then(({ code, out, err }) => {
        throw new Error(`ended with ${code} before it printed "${text}":\n${out}\n${err}`);
      }),
    ]);
  return { child, ended, printed };
}

/** Signals as npm hands them on: twice and mixed. */
function interrupt(child: ChildProcess): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGINT'] as const) child.kill(signal);
}

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

test("given the user's own folder, when start runs, then it answers, reports a new video and leaves the daemon watching", async (t) => {
  const box = sandbox();
  t.after(() => goldfish(box, 'stop'));
  const folder = await oneVideo(box);
  const question = 'When are the apples picked?';
  const { child, ended, printed } = running(box, [
    'start',
    folder,
    '--ask',
    question,
    '--data-dir',
    box.dataDir,
  ]);
  await printed('Watching');
  await addVideo(folder, 'winter', 'The pears are stored in the cold cellar until March.');
  await printed('ready: 2 videos');
  interrupt(child);
  const { code, out } = await ended;
  assert.equal(code, 0);
  assert.match(out, /first week of October/);
  assert.match(out, new RegExp(`${pathToFileURL(join(folder, 'harvest.mp4'))}#t=1,4`.replaceAll('.', '\\.')));
  assert.match(out, /Stop it with: goldfish stop/);

  const found = await goldfish(box, 'search', 'cold', 'cellar', '--json');
  const [hit] = JSON.parse(found.stdout).hits;
  assert.equal(hit.path, join(folder, 'winter.mp4'));
  assert.deepEqual([hit.startMs, hit.endMs], [1000, 4000]);
  const { folders } = JSON.parse((await goldfish(box, 'folders', 'list', '--json')).stdout);
  assert.deepEqual(
    folders.map((one: { path: string }) => one.path),
    [folder],
  );
});

test('given an empty folder, when start runs, then the folder is watched', async (t) => {
  const box = sandbox();
  t.after(() => goldfish(box, 'stop'));
  const folder = join(box.folder, 'empty');
  mkdirSync(folder);
  const { child, ended, printed } = running(box, ['start', folder, '--data-dir', box.dataDir]);
  await printed('Watching');
  await addVideo(folder, 'first', 'A heron waits by the pond.');
  await printed('ready: 1 video');
  interrupt(child);
  assert.equal((await ended).code, 0);
});

test('given no folder, when start runs, then the demo answers from its own data folder and its daemon ends with it', async () => {
  const box = sandbox();
  const dataDir = join(box.folder, 'cache/goldfish/demo');
  const { child, ended, printed } = running(box, ['start']);
  await printed('Watching');
  const { pid } = endpointOf(dataDir);
  assert.ok(alive(pid));
  interrupt(child);
  const { code, out } = await ended;
  assert.equal(code, 0);
  assert.match(out, /At least three months/);
  assert.match(out, /goldfish-memory-lecture\.mp4#t=32\.4,/);
  assert.ok(!existsSync(join(dataDir, 'daemon.json')));
  assert.ok(!existsSync(join(box.folder, 'share')), "the user's library was not touched");
});

test('given a broken video, when index runs, then it reports the failure and exits 0; paths are relative to the user', async (t) => {
  const box = sandbox();
  t.after(() => goldfish(box, 'stop'));
  const folder = await oneVideo(box);
  writeFileSync(join(folder, 'empty.mp4'), '');
  const env = { npm_lifecycle_event: 'goldfish', INIT_CWD: folder };
  const { ended } = running(box, ['index', '--json', '.', '--data-dir', box.dataDir], env);
  const { code, out, err } = await ended;
  assert.equal(code, 0, err);
  const report = JSON.parse(out);
  assert.equal(report.videos, 2);
  assert.ok(report.clips >= 1);
  assert.deepEqual(
    report.failed.map((one: { path: string }) => one.path),
    [join(folder, 'empty.mp4')],
  );
  assert.equal(typeof report.seconds, 'number');
});

test('given a command that serves a protocol, when its help is asked for, then it prints examples and starts nothing', async () => {
  const box = sandbox();
  for (const command of ['lsp', 'mcp', 'daemon']) {
    const { code, stdout } = await goldfish(box, command, '--help');
    assert.equal(code, 0, command);
    assert.match(
      stdout,
      new RegExp(`Usage: goldfish ${command} [\\s\\S]*Examples:\n {2}goldfish ${command}`),
    );
  }
  assert.equal(existsSync(box.dataDir), false);
});

test('given a request that fails, when it runs with --json, then it prints one error document and sets an exit code', async (t) => {
  const box = sandbox();
  t.after(() => goldfish(box, 'stop'));
  for (const [args, exit] of [
    [['open', 'nowhere.mp4'], 1],
    [['open', '3'], 1],
    [['show', 'nowhere.mp4'], 1],
    [['settings', 'set', 'no.such', '1'], 1],
    [['index', 'https://example.org/a.mp4'], 2],
  ] as const) {
    const { code, stdout } = await goldfish(box, ...args, '--json');
    assert.equal(code, exit, args.join(' '));
    const { error } = JSON.parse(stdout);
    assert.equal(typeof error.code, 'number');
    assert.notEqual(error.message, '');
    assert.notEqual(error.data.remedy, '', args.join(' '));
  }
});

test('given a hit, when open runs, then the player starts with the file and the second as arguments', async (t) => {
  const box = sandbox();
  t.after(() => goldfish(box, 'stop'));
  const folder = await oneVideo(box);
  const bin = join(box.folder, 'bin');
  const log = join(box.folder, 'log');
  mkdirSync(bin);
  mkdirSync(log);
  writeFileSync(
    join(bin, 'mpv'),
    `#!/bin/sh\nprintf '%s\\n' "$@" > "${log}/draft"\nmv "${log}/draft" "${log}/played"\n`,
  );
  chmodSync(join(bin, 'mpv'), 0o755);
  const withPlayer = { ...box, env: { ...box.env, PATH: `${bin}:${process.env.PATH}` } };
  assert.equal((await goldfish(withPlayer, 'index', folder)).code, 0);
  assert.equal((await goldfish(withPlayer, 'search', 'apples')).code, 0);

  const watcher = watch(log);
  const { code, stdout } = await goldfish(withPlayer, 'open', '1');
  while (!existsSync(join(log, 'played'))) await once(watcher, 'change');
  watcher.close();
  assert.equal(code, 0);
  assert.match(stdout, /Playing .*harvest\.mp4 at 0:01 in mpv\./);
  const uri = `${pathToFileURL(join(folder, 'harvest.mp4'))}`;
  assert.equal(readFileSync(join(log, 'played'), 'utf8'), `--start=1\n--force-window=yes\n--\n${uri}\n`);
});

test('given a machine without a screen, when open runs, then it says that nothing was opened and shows the address', async (t) => {
  const box = sandbox();
  t.after(() => goldfish(box, 'stop'));
  const folder = await oneVideo(box);
  const video = join(folder, 'harvest.mp4');
  const bin = join(box.folder, 'bin');
  mkdirSync(bin);
  // A player that needs a screen, and a browser for terminals that nobody would see.
  for (const name of ['mpv', 'w3m', 'www-browser'])
    writeFileSync(join(bin, name), `#!/bin/sh\n${name === 'mpv' ? 'exit 2' : 'exit 0'}\n`, { mode: 0o755 });
  const headless = { ...box, env: { ...box.env, PATH: `${bin}:/usr/bin:/bin` } };
  assert.equal((await goldfish(headless, 'index', folder)).code, 0);
  for (const args of [['open'], ['open', video, '--page']]) {
    const { code, stdout } = await goldfish(headless, ...args, '--json');
    const { opened, url } = JSON.parse(stdout);
    assert.deepEqual([code, opened], [0, false], args.join(' '));
    assert.match(url, /^http:\/\/127\.0\.0\.1:/);
    const text = await goldfish(headless, ...args);
    assert.match(text.stdout, /^Open this in a browser:\nhttp:/);
  }
  const played = await goldfish(headless, 'open', video, '--player', 'mpv', '--json');
  assert.equal(played.code, 4, played.stdout);
  assert.match(played.stderr, /mpv ended with 2[\s\S]*screen/);
  const printed = await goldfish(headless, 'open', video, '--player', 'mpv', '--print');
  assert.equal(printed.code, 0);
});

test('given a display on which nothing can be shown, when open runs, then the failure of the browser counts', async (t) => {
  const box = sandbox();
  t.after(() => goldfish(box, 'stop'));
  // The script that opens addresses asks the browsers that this variable names.
  const env = { ...box.env, BROWSER: '/bin/false' };
  const { stdout, code } = await goldfish({ ...box, env }, 'open', '--json');
  assert.deepEqual([code, JSON.parse(stdout).opened], [0, false]);
  const working = { ...box.env, BROWSER: '/bin/true' };
  assert.equal(JSON.parse((await goldfish({ ...box, env: working }, 'open', '--json')).stdout).opened, true);
});

test('given a conversation, when a follow-up is asked after other searches, then it continues the last question', async (t) => {
  const box = sandbox();
  t.after(() => goldfish(box, 'stop'));
  const folder = join(box.folder, 'orchard');
  mkdirSync(folder);
  const said = {
    hands: 'The apples are picked by hand from tall ladders.',
    autumn: 'The apples are sold at the market in November.',
    machines: 'The pears are shaken from the trees by machines.',
    spring: 'The pears are sold at the market in May.',
  };
  for (const [name, text] of Object.entries(said)) await addVideo(folder, name, text);
  assert.equal((await goldfish(box, 'index', folder)).code, 0);
  const ask = async (...args: readonly string[]) => (await goldfish(box, 'ask', '-k', '1', ...args)).stdout;
  const followUp = 'And when are they sold?';
  const { code, stderr } = await goldfish(box, 'ask', '--follow-up', followUp);
  assert.equal(code, 2);
  assert.match(stderr, /No earlier question/);

  assert.match(await ask('How are the apples picked?'), /by hand/);
  assert.match(await ask('--follow-up', followUp), /November/);
  assert.match(await ask('How are the pears shaken from the trees?'), /machines/);
  assert.equal((await goldfish(box, 'search', 'apples')).code, 0);
  assert.match(await ask('--follow-up', followUp), /May/);
});

test('given a reader that closes early, when a command prints, then it does not fail', async (t) => {
  const box = sandbox();
  t.after(() => goldfish(box, 'stop'));
  const child = endWithTests(
    spawn(
      'sh',
      ['-c', `"$0" "$1" settings get --data-dir "$2" | head -n 1`, process.execPath, bundle, box.dataDir],
      { env: box.env, stdio: ['ignore', 'pipe', 'pipe'] },
    ),
  );
  let err = '';
  child.stderr.on('data', (text) => {
    err += text;
  });
  child.stdout.resume();
  await once(child, 'close');
  assert.equal(err, '');
});

/** A host that takes every request and never answers. */
async function silentHost(t: test.TestContext): Promise<string> {
  const server = createServer(() => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
}

/**
 * Returns once `index` runs a job. `endless`: its videos are never done. A daemon that stops gives running requests some
 * time, in which a few jobs could end.
 */
async function indexingBox(t: test.TestContext, endless: boolean) {
  const box = sandbox();
  const daemon = await startDaemon(box);
  t.after(() => goldfish(box, 'stop'));
  const folder = join(box.folder, 'many');
  mkdirSync(folder);
  const shades = [20, 60, 100, 140];
  await Promise.all(shades.map((shade) => render(join(folder, `${shade}.mp4`), shade, `Shade ${shade}.`, 8)));
  const watcher = await daemon.client();
  if (endless)
    await watcher.result('goldfish/settings/set', {
      key: 'models.captioner',
      value: `${await silentHost(t)}#model`,
    });
  const indexing = goldfish(box, 'index', '--json', folder);
  await watcher.notice(({ method, params }) => {
    if (method !== 'goldfish/didChangeStatus') return false;
    return (params.work as { running: unknown[] }).running.length > 0;
  });
  return { box, daemon, folder, shades, indexing };
}

for (const [how, stop] of [
  ['goldfish stop', async (box: Sandbox) => void (await goldfish(box, 'stop'))],
  ['a signal', async (_box: Sandbox, child: ChildProcess) => void child.kill('SIGTERM')],
] as const)
  test(`given an index that runs, when ${how} ends the daemon, then it stays stopped and the command says so`, async (t) => {
    const { box, daemon, indexing } = await indexingBox(t, true);
    await stop(box, daemon.child);
    assert.equal(await daemon.exit, 0);
    const { code, stdout, stderr } = await indexing;
    assert.equal(code, 3, stderr);
    const { error } = JSON.parse(stdout);
    assert.deepEqual([error.code, error.data.reason], [-32017, 'stopped']);
    assert.match(stderr, /daemon was stopped/);
    assert.ok(!existsSync(join(box.dataDir, 'daemon.json')));
    assert.deepEqual(JSON.parse((await goldfish(box, 'stop', '--json')).stdout), { stopped: false });
  });

test('given paths that are not media, when index or folders add runs, then it fails, names the path and leaves nothing behind', async (t) => {
  const box = sandbox();
  t.after(() => goldfish(box, 'stop'));
  const folder = await oneVideo(box);
  const files: Readonly<Record<string, string | Uint8Array>> = {
    'notes.txt': 'Call the plumber.\n',
    'talk.srt': srt('Hello.'),
    'empty.txt': '',
    'list.m3u8': '#EXTM3U\nharvest.mp4\n',
    'photo.jpg': Buffer.from('ffd8ffe000104a46494600010100000100010000ffd9', 'hex'),
    program: Buffer.from('7f454c4602010100', 'hex'),
    'go.mod': 'module example.org/a\n',
  };
  for (const [name, data] of Object.entries(files)) writeFileSync(join(box.folder, name), data);
  const pipe = join(box.folder, 'pipe.mp4');
  await runProgram('mkfifo', ['-m', '755', pipe], { cwd: box.folder, env: box.env });
  for (const name of [...Object.keys(files), 'pipe.mp4', '/dev/null', 'missing.mp4']) {
    for (const args of [
      ['index', name],
      ['index', folder, name],
      ['folders', 'add', name],
    ]) {
      const { code, stdout, stderr } = await goldfish(box, ...args, '--json');
      assert.equal(code, 1, `${args.join(' ')}: ${stdout}${stderr}`);
      const { error } = JSON.parse(stdout);
      assert.ok(error.message.includes(name), error.message);
      assert.notEqual(error.data.remedy, '');
    }
  }
  const { stdout } = await goldfish(box, 'status', '--json');
  const { videos, work } = JSON.parse(stdout);
  assert.deepEqual([videos, work.failed], [0, []]);
});

test('given a video whose name says nothing, and paths that lie in each other, when index runs, then each video counts once', async (t) => {
  const box = sandbox();
  t.after(() => goldfish(box, 'stop'));
  const folder = await oneVideo(box);
  renameSync(join(folder, 'harvest.mp4'), join(folder, 'harvest'));
  const nameless = await goldfish(box, 'index', '--json', join(folder, 'harvest'));
  assert.deepEqual([nameless.code, JSON.parse(nameless.stdout).videos], [0, 1], nameless.stderr);
  renameSync(join(folder, 'harvest'), join(folder, 'harvest.mp4'));
  writeFileSync(join(folder, 'broken.mp4'), 'no video');
  const both = await goldfish(box, 'index', folder, join(folder, 'broken.mp4'));
  assert.equal(both.code, 0);
  assert.match(both.stdout, /Indexed 2 videos/);
  assert.match(both.stderr, /2 of 2 videos, 1 failed/);
  assert.doesNotMatch(both.stderr, /[3-9] of 2/);
});

test('given a daemon that is killed, when index runs, then it continues with another daemon', async (t) => {
  const { box, daemon, folder, shades, indexing } = await indexingBox(t, false);
  daemon.child.kill('SIGKILL');
  assert.equal(await daemon.exit, 'SIGKILL');
  const { code, stdout, stderr } = await indexing;
  assert.equal(code, 0, stderr);
  const report = JSON.parse(stdout);
  assert.deepEqual([report.videos, report.failed], [shades.length, []]);
  const { stdout: found } = await goldfish(box, 'search', '--json', 'shade 140');
  assert.equal(JSON.parse(found).hits[0].path, join(folder, '140.mp4'));
});

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, chmod, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import test from 'node:test';
import iconv from 'iconv-lite';
import { createNodeDisk } from '../../server/src/adapters/node-disk/disk.ts';
import { pathToFileUri } from '../../server/src/base/file-uri.ts';
import { MediaFailureError } from '../../server/src/core/errors/media-failure.ts';
import type { BrowseRequest } from '../../server/src/ports/folder-browser.ts';
import { nodeForAnyUser } from '../support/node-for-any-user.ts';
import { endWithTests } from '../support/started.ts';
import { nodeWorld, watching } from './disk-worlds.ts';

// What only a real file system can do to us.

const signal = new AbortController().signal;
type NodeWorld = Awaited<ReturnType<typeof nodeWorld>>;

const check = (name: string, body: (world: NodeWorld) => Promise<void>, skip = false) =>
  test(name, { skip }, async () => {
    const world = await nodeWorld();
    try {
      await body(world);
    } finally {
      await world.close();
    }
  });
const listed = async (world: NodeWorld, folder: string) =>
  (await world.disk.scan(world.rule(folder), signal)).files.map((file) => file.uri).sort();

check('given circular and outside links, when scanned, then each file is listed once', async (world) => {
  await world.write('v/real/a.mp4', 'a');
  await world.write('outside/b.mp4', 'b');
  await symlink('..', join(world.root, 'v/real/up'));
  await symlink('.', join(world.root, 'v/self'));
  await symlink(join(world.root, 'outside'), join(world.root, 'v/linked'));
  await symlink(join(world.root, 'outside/b.mp4'), join(world.root, 'v/one.mp4'));
  await symlink('nowhere.mp4', join(world.root, 'v/broken.mp4'));
  await symlink('broken2.mp4', join(world.root, 'v/broken2.mp4'));
  assert.deepEqual(
    await listed(world, 'v'),
    ['v/linked/b.mp4', 'v/one.mp4', 'v/real/a.mp4'].map((path) => world.uri(path)),
  );
  // A look within answers for what a link leads to as the whole does.
  const { files } = await world.disk.scan(world.rule('v'), signal, world.uri('v/real'));
  assert.deepEqual(files.map((file) => file.uri).sort(), await listed(world, 'v'));
});

check(
  'given names that are not UTF-8, when scanned, read and watched, then they work like all names',
  async (world) => {
    const folder = Buffer.concat([Buffer.from(`${world.root}/v/caf`), Buffer.from([0xe9])]);
    await world.makeFolder('v');
    await mkdir(folder);
    const file = Buffer.concat([folder, Buffer.from('/\xff\xfe.mp4', 'latin1')]);
    await writeFile(file, 'abc');
    await writeFile(Buffer.concat([folder, Buffer.from('/\xff\xfe.srt', 'latin1')]), 'x');
    const uri = `${world.uri('v')}/caf%E9/%FF%FE.mp4`;
    assert.equal(pathToFileUri(file), uri);
    const { files } = await world.disk.scan(world.rule('v'), signal);
    assert.deepEqual(
      files.map((one) => [one.uri, one.bytes, one.sidecars.map((sidecar) => sidecar.uri)]),
      [[uri, 3, [`${world.uri('v')}/caf%E9/%FF%FE.srt`]]],
    );
    assert.ok(files[0]?.path.includes('caf\uFFFD/'));
    assert.match(await world.disk.sample(uri, signal), /^[0-9a-f]{64}$/);
    const inner = { ...world.rule('v'), uri: pathToFileUri(folder) };
    assert.equal((await world.disk.scan(inner, signal)).files.length, 1);
    const watcher = await watching(world, inner);
    await writeFile(Buffer.concat([folder, Buffer.from('/new.mp4')]), 'x');
    await watcher.until((told) => told.has(undefined));
    await watcher.stop();
  },
  process.platform !== 'linux',
);

check('given a file that grows, when awaited, then it fails until the writing has ended', async (world) => {
  await world.write('v/a.mp4', 'start');
  const uri = world.uri('v/a.mp4');
  const stop = new AbortController();
  const grow = async () => {
    while (!stop.signal.aborted) await appendFile(join(world.root, 'v/a.mp4'), 'more');
  };
  const growing = grow();
  await assert.rejects(
    world.disk.waitUntilStable(uri, signal),
    (error) =>
      error instanceof MediaFailureError &&
      error.failure.kind === 'unfinished' &&
      /a\.mp4: it is still being written/.test(error.failure.reason),
  );
  stop.abort();
  await growing;
  const { bytes } = await world.disk.waitUntilStable(uri, signal);
  assert.equal((await world.disk.stat(uri, signal))?.bytes, bytes);
});

check(
  'given a pipe and a folder with video names, when scanned or read, then they are never opened',
  async (world) => {
    await world.makeFolder('v/folder.mp4');
    const pipe = join(world.root, 'v/pipe.mp4');
    await once(spawn('mkfifo', [pipe]), 'close');
    assert.deepEqual(await listed(world, 'v'), []);
    const isFailure = (error: unknown) =>
      error instanceof MediaFailureError && error.failure.kind === 'unreadable';
    await assert.rejects(world.disk.sample(pathToFileUri(pipe), signal), isFailure);
    await assert.rejects(world.disk.waitUntilStable(pathToFileUri(pipe), signal), isFailure);
    await assert.rejects(world.disk.digest(world.uri('v/folder.mp4'), signal), isFailure);
  },
  process.platform === 'win32',
);

check('given a folder that is removed during a scan, then the scan ends without an error', async (world) => {
  for (let at = 0; at < 400; at += 1) await world.write(`v/${at % 40}/${at}.mp4`, '');
  const [scan] = await Promise.all([
    world.disk.scan(world.rule('v'), signal),
    rm(join(world.root, 'v'), { recursive: true }),
  ]);
  assert.ok(scan.files.length <= 400);
  assert.deepEqual(scan.unread, []);
  assert.equal((await world.disk.scan(world.rule('v'), signal)).state.state, 'offline');
});

check(
  'given scans at once, when one is aborted, then it rejects with the reason and the others are whole',
  async (world) => {
    for (let at = 0; at < 1500; at += 1) await world.write(`v/${at % 5}/${at}.mp4`, '');
    const abort = new AbortController();
    const reason = new Error('enough');
    const whole = [listed(world, 'v'), listed(world, 'v')];
    const aborted = world.disk.scan(world.rule('v'), abort.signal);
    abort.abort(reason);
    await assert.rejects(aborted, reason);
    for (const files of await Promise.all([...whole, listed(world, 'v')]))
      assert.equal(new Set(files).size, 1500);
  },
);

check('given a watched folder replaced by another, then changes in the new are reported', async (world) => {
  await world.write('v/a.mp4', 'x');
  await world.write('w/b.mp4', 'x');
  const watcher = await watching(world, world.rule('v'));
  await rename(join(world.root, 'v'), join(world.root, 'old'));
  await rename(join(world.root, 'w'), join(world.root, 'v'));
  await watcher.until((told) => told.has(undefined));
  watcher.forget();
  await world.write('v/c.mp4', 'x');
  await watcher.until((told) => told.size > 0);
  await watcher.stop();
});

check('given polling, when a file is added or removed, then its folder is reported', async (world) => {
  await world.write('v/d/a.mp4', 'x');
  const watcher = await watching(world, world.rule('v', { poll: true }));
  await world.write('v/d/b.mp4', 'x');
  await watcher.until((told) => told.has(world.uri('v/d')) || told.has(undefined));
  watcher.forget();
  await world.remove('v/d/b.mp4');
  await watcher.until((told) => told.has(world.uri('v/d')) || told.has(undefined));
  await watcher.stop();
});

check('given a burst of events, when over the limit, then the whole folder is reported', async (world) => {
  await world.makeFolder('v/d');
  const disk = createNodeDisk({ quietMs: 10, gatherMs: 1000, rootCheckMs: 10_000, burstEvents: 20 });
  const watcher = await watching({ ...world, disk }, world.rule('v'));
  await Promise.all(Array.from({ length: 100 }, (_, at) => world.write(`v/d/${at}.mp4`, 'x')));
  await watcher.until((told) => told.has(undefined));
  await watcher.stop();
});

check('given sidecars in 12 encodings, when read, then their text is right', async (world) => {
  const line = (text: string) => `1\r\n00:00:01,000 --> 00:00:04,000\r\n${text}\r\n\r\n`;
  const german = 'Die Prüfung war schön, aber größer als gewöhnlich für Bücher über Käse.';
  const japanese = 'これは日本語の字幕です。今日は会議の資料について説明します。';
  const chinese = '这是中文字幕，今天我们来讨论会议的安排和计划。';
  const cases: readonly (readonly [string, string])[] = [
    ['utf8', german],
    ['utf8-bom', japanese],
    ['utf16le', chinese],
    ['utf16le-bom', german],
    ['utf16be', german],
    ['utf16be-bom', japanese],
    ['win1252', german],
    ['Shift_JIS', japanese],
    ['EUC-JP', japanese],
    ['gbk', chinese],
    ['big5', '這是中文字幕，今天我們來討論會議的安排和計劃。'],
    ['win1251', 'Это русские субтитры, сегодня мы обсуждаем план встречи.'],
  ];
  for (const [encoding, text] of cases) {
    const bom = encoding.endsWith('-bom');
    const data = iconv.encode(line(text), encoding.replace('-bom', ''), { addBOM: bom });
    await world.write(`v/${encoding}.srt`, data);
    const track = await world.disk.sidecar(world.uri(`v/${encoding}.srt`), {}, signal);
    assert.deepEqual(
      track.cues.map((cue) => cue.text),
      [text],
      encoding,
    );
  }
});

check('given binary, empty and huge sidecars, when read, then they have no cues or fail', async (world) => {
  await world.write('v/noise.srt', Buffer.from(Array.from({ length: 5000 }, (_, at) => (at * 7919) % 256)));
  await world.write('v/empty.vtt', '');
  await world.write('v/huge.ass', Buffer.alloc(33 * 1024 * 1024));
  for (const name of ['noise.srt', 'empty.vtt']) {
    const track = await world.disk.sidecar(world.uri(`v/${name}`), {}, signal);
    assert.deepEqual(track.cues, []);
  }
  await assert.rejects(
    world.disk.sidecar(world.uri('v/huge.ass'), {}, signal),
    (error) => error instanceof MediaFailureError && error.failure.kind === 'tooLarge',
  );
});

check(
  'given files and folders without read permission, when scanned, then they are reported as unread, not as gone',
  async (world) => {
    await world.write('v/open.mp4', 'x');
    await world.write('v/shut.mp4', 'x');
    await world.write('v/closed/a.mp4', 'x');
    await world.write('none/a.mp4', 'x');
    await chmod(world.root, 0o755);
    await chmod(join(world.root, 'v/shut.mp4'), 0);
    await chmod(join(world.root, 'v/closed'), 0);
    await chmod(join(world.root, 'none'), 0);
    const seen = await asNobody(world);
    assert.deepEqual(seen, {
      files: ['open.mp4', 'shut.mp4'],
      unread: [world.uri('v/closed')],
      shut: 'noPermission',
      none: 'offline',
    });
    await chmod(join(world.root, 'v/closed'), 0o755);
    await chmod(join(world.root, 'none'), 0o755);
  },
  process.platform === 'win32',
);

const namespaces = spawnSync('unshare', ['-Ur', 'true']).status === 0;

for (const [limit, count, told] of [
  [
    'max_inotify_watches',
    10,
    /limit of watched folders is reached, so parts of .*v are .*fs\.inotify\.max_user_watches=/,
  ],
  ['max_inotify_instances', 0, /Too many files or watches are open, so parts of .*v are .*ulimit -n/],
] as const) {
  check(
    `given a system at its limit ${limit}, when a folder is watched, then the problem names the remedy`,
    async (world) => {
      for (let at = 0; at < 30; at += 1) await world.makeFolder(`v/${at}`);
      const script = join(import.meta.dirname, '../support/watch-until-problem.ts');
      const child = endWithTests(
        spawn(
          'unshare',
          ['-Ur', 'sh', '-c', `echo ${count} > /proc/sys/user/${limit} && exec "$@"`, 'sh'].concat(
            process.execPath,
            script,
            world.uri('v'),
          ),
          { stdio: ['ignore', 'pipe', 'inherit'] },
        ),
      );
      let out = '';
      child.stdout.on('data', (data) => {
        out += data;
      });
      await once(child, 'close');
      assert.match(out, told);
    },
    !namespaces,
  );
}

/** Runs a scan in a process that is not allowed everything, as tests may run as root. */
async function asNobody(world: NodeWorld): Promise<unknown> {
  const unprivileged = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  const child = endWithTests(
    spawn(
      nodeForAnyUser(),
      [join(import.meta.dirname, '../support/look-as-nobody.ts'), world.uri('v'), world.uri('none')],
      { ...unprivileged, stdio: ['ignore', 'pipe', 'inherit'] },
    ),
  );
  let out = '';
  child.stdout.on('data', (data) => {
    out += data;
  });
  await once(child, 'close');
  return JSON.parse(out);
}

const browse = (world: NodeWorld, more: Partial<BrowseRequest> = {}) =>
  createNodeDisk().browse(
    { uri: pathToFileUri(world.root), offset: 0, limit: 100, leaveOut: [], ...more },
    signal,
  );

check('folders are listed by name with their videos, and neither files nor hidden folders', async (world) => {
  await world.write('Talk 10/a.mp4', 'abc');
  await world.write('Talk 10/deep/er/b.mkv', 'defgh');
  await world.write('Talk 10/note.txt', 'no video');
  await world.write('talk 2/.goldfishignore', '*.mp4');
  await world.write('talk 2/c.mp4', 'left out by its ignore file');
  await world.write('.hidden/d.mp4', 'hidden');
  await world.write('lost+found/e.mp4', 'system');
  await world.write('own/f.mp4', 'data');
  await world.write('top.mp4', 'x');
  await symlink('Talk 10', join(world.root, 'Zlink'));
  const found = await browse(world, { leaveOut: [world.uri('own')] });
  assert.deepEqual(
    found?.folders.map(({ name, videos, bytes, complete }) => [name, videos, bytes, complete]),
    [
      ['talk 2', 0, 0, true],
      ['Talk 10', 2, 8, true],
      ['Zlink', 2, 8, true],
    ],
  );
  assert.deepEqual([found?.total, found?.folder?.uri], [3, pathToFileUri(world.root)]);
  assert.equal(found?.folders[1]?.uri, world.uri('Talk 10'));
  assert.equal(found?.parent, pathToFileUri(dirname(world.root)));
  const page = await browse(world, { offset: 1, limit: 1 });
  assert.deepEqual([page?.folders.map(({ name }) => name), page?.total], [['talk 2'], 4]);
});

check(
  'what is no folder is not listed; the root has no parent; the places to start from exist',
  async (world) => {
    await world.write('a.mp4', 'a');
    assert.equal(await browse(world, { uri: world.uri('missing') }), undefined);
    assert.equal(await browse(world, { uri: world.uri('a.mp4') }), undefined);
    const places = await browse(world, { uri: undefined });
    assert.ok(places?.folders.some(({ uri }) => uri === pathToFileUri(homedir())));
    assert.equal(places?.folder, undefined);
  },
);

check('a list that is no longer wanted ends', async (world) => {
  await world.write('v/a.mp4', 'a');
  const gone = AbortSignal.abort(new Error('left'));
  const request = { uri: pathToFileUri(world.root), offset: 0, limit: 1, leaveOut: [] };
  await assert.rejects(createNodeDisk().browse(request, gone), /left/);
});

import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import {
  appendFileSync,
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { type Sandbox, sandbox, startDaemon } from '../support/daemon.ts';
import { fill, makeMedia } from '../support/make-media.ts';
import { atRest, hitsOf, render, search, srt, statusOf, statusWhen, uriOf } from '../support/watched.ts';

/** A daemon with one client and a folder for videos. */
async function world(t: TestContext, box: Sandbox = sandbox()) {
  const folder = join(box.folder, 'videos');
  mkdirSync(folder, { recursive: true });
  const daemon = await startDaemon(box);
  t.after(() => daemon.child.kill());
  const client = await daemon.client();
  return { box, folder, daemon, client, at: (name: string) => join(folder, name) };
}

/** A server on loopback that counts who knocks. */
async function listener(t: TestContext) {
  const server = createServer((_request, response) => response.end());
  const seen = { knocks: 0, port: 0 };
  server.on('connection', () => {
    seen.knocks += 1;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const address = server.address();
  if (typeof address === 'object' && address !== null) seen.port = address.port;
  return seen;
}

test('given damaged, empty and hostile files, when indexed, then each has its own reason and the others are done; mended, they are too', async (t) => {
  const { client, folder, at, box } = await world(t);
  const net = await listener(t);
  const secret = join(box.folder, 'secret.ts');
  await makeMedia(secret, { seconds: 2, video: { draw: (canvas) => fill(canvas, [1, 2, 3]) } });
  const before = new Date('2001-01-01');
  utimesSync(secret, before, new Date());
  const lastRead = statSync(secret).atimeMs;

  await render(at('good.mp4'), 10, 'The otter opens a walnut.');
  await render(at('cut.mp4'), 60, 'A heron lands.', 20);
  const whole = readFileSync(at('cut.mp4'));
  writeFileSync(at('cut.mp4'), whole.subarray(0, whole.length / 2));
  writeFileSync(at('empty.mp4'), '');
  writeFileSync(at('text.mp4'), 'These are only words.\n'.repeat(500));
  const gif = { seconds: 1, video: { codec: 'gif', draw: () => undefined } } as const;
  await makeMedia(at('huge.gif'), gif);
  const picture = readFileSync(at('huge.gif'));
  picture.writeUInt16LE(15_000, 6);
  picture.writeUInt16LE(9000, 8);
  writeFileSync(at('huge.gif'), picture);
  const url = `http://127.0.0.1:${net.port}/a.ts`;
  writeFileSync(at('list.mp4'), `#EXTM3U\n#EXTINF:2,\nfile://${secret}\n#EXTINF:2,\n${url}\n`);
  writeFileSync(at('concat.mp4'), `ffconcat version 1.0\nfile '${secret}'\nfile '${url}'\n`);

  const report = (await client.result('goldfish/index', { uris: [uriOf(folder)] })) as unknown as {
    videos: number;
    failed: readonly { path: string; reason: string }[];
  };
  const reasons: Readonly<Record<string, RegExp>> = {
    'concat.mp4': /playlist.*never opens/,
    'cut.mp4': /cut short/,
    'empty.mp4': /empty/,
    'huge.gif': /15000 x 9000 pixels/,
    'list.mp4': /playlist.*never opens/,
    'text.mp4': /no video or sound/,
  };
  assert.equal(report.videos, 7);
  assert.deepEqual(report.failed.map(({ path }) => path).sort(), Object.keys(reasons).map(at));
  const { work } = await statusOf(client);
  assert.deepEqual(work.failed.map(({ path }) => path).sort(), Object.keys(reasons).map(at));
  for (const [name, reason] of Object.entries(reasons)) {
    const failure = work.failed.find(({ path }) => path === at(name));
    assert.match(failure?.reason ?? '', reason, name);
    assert.match(failure?.remedy ?? '', /\w+.*\.$/, name);
    assert.match(report.failed.find(({ path }) => path === at(name))?.reason ?? '', reason, name);
  }
  assert.deepEqual(
    (await search(client, 'otter walnut')).map(({ uri }) => uri),
    [uriOf(at('good.mp4'))],
  );
  assert.equal(net.knocks, 0, 'nobody connected');
  assert.equal(statSync(secret).atimeMs, lastRead, 'no other file was read');

  // Mended, each is done; asked by hand, as this folder is not watched.
  writeFileSync(at('cut.mp4'), whole);
  await render(at('empty.mp4'), 90, 'Cranes dance.');
  const again = (await client.result('goldfish/index', { uris: [uriOf(folder)] })) as unknown as {
    failed: readonly { path: string }[];
  };
  assert.deepEqual(again.failed.map(({ path }) => path).sort(), [
    at('concat.mp4'),
    at('huge.gif'),
    at('list.mp4'),
    at('text.mp4'),
  ]);
  assert.equal((await search(client, 'heron'))[0]?.uri, uriOf(at('cut.mp4')));
  assert.equal((await search(client, 'cranes'))[0]?.uri, uriOf(at('empty.mp4')));
  assert.deepEqual(client.faults, []);
});

test('given a file that grows while watched, when it is complete, then it is indexed, and others are found meanwhile', async (t) => {
  const { client, folder, at, box } = await world(t);
  const made = join(box.folder, 'made.mp4');
  await render(made, 30, 'The tide comes in twice a day.', 20);
  const bytes = readFileSync(made);
  await client.result('goldfish/folders/add', { uri: uriOf(folder) });
  const third = Math.floor(bytes.length / 3);
  writeFileSync(at('grown.mp4'), bytes.subarray(0, third));
  for (const [n, word] of ['anchor', 'beacon'].entries()) {
    // Each of these is found only by a look at the folder that meets the grown one unfinished.
    await render(at(`${word}.mp4`), 50 + n * 20, `Here is the ${word}.`);
    await hitsOf(client, word, (hits) => hits.length === 1);
    appendFileSync(at('grown.mp4'), bytes.subarray(third * (n + 1), n === 0 ? third * 2 : bytes.length));
  }
  const [hit] = await hitsOf(client, 'tide', (hits) => hits.length === 1);
  assert.equal(hit?.uri, uriOf(at('grown.mp4')));
  const { videos, work } = await statusWhen(client, atRest);
  assert.deepEqual([videos, work.done, work.failed], [3, 3, []]);
  assert.deepEqual(client.faults, []);
});

test('given file names with escapes, line breaks, emoji and invalid UTF-8, when watched, then each is found, renamed and removed', async (t) => {
  const { client, folder, at } = await world(t);
  const words = ['apple', 'birch', 'cedar', 'daisy', 'elder', 'fern', 'grass', 'hazel', 'iris', 'juniper'];
  const names: readonly (string | Buffer)[] = [
    '-i.mp4',
    'http:x.mp4',
    'a:b.mp4',
    '%d %03d.mp4',
    'line\nbreak.mp4',
    `quo'te"s.mp4`,
    'back\\slash.mp4',
    'emoji 🎬 ü.mp4',
    '#t=5?x&y [0].mp4',
    Buffer.from('caf\xe9 \xff.mp4', 'latin1'),
  ];
  const place = (name: string | Buffer) => Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(name)]);
  const beside = (name: string | Buffer) => {
    const bytes = Buffer.from(name);
    return Buffer.concat([Buffer.from(`${folder}/`), bytes.subarray(0, -4), Buffer.from('.srt')]);
  };
  for (const [n, name] of names.entries()) {
    await render(at('made.mp4'), n * 18);
    renameSync(at('made.mp4'), place(name));
    writeFileSync(beside(name), srt(`Here grows ${words[n]} in the garden.`));
  }
  await client.result('goldfish/folders/add', { uri: uriOf(folder) });
  for (const [n, name] of names.entries()) {
    const uri = uriOf(place(name));
    const [hit] = await hitsOf(client, String(words[n]), (hits) => hits.length === 1);
    assert.deepEqual([hit?.uri, hit?.startMs, hit?.link], [uri, 2000, `${uri}#t=2,3.5`]);
    const video = await client.result('goldfish/video', { uri });
    assert.equal(video.videoId, hit?.videoId);
  }
  const { work, videos } = await statusWhen(client, atRest);
  assert.deepEqual([videos, work.failed], [names.length, []]);

  // Removed and renamed under the watcher, the same holds.
  rmSync(place(names[9] ?? ''));
  await hitsOf(client, 'juniper', (hits) => hits.length === 0);
  renameSync(place(names[4] ?? ''), at('plain.mp4'));
  renameSync(beside(names[4] ?? ''), at('plain.srt'));
  await hitsOf(client, 'elder', (hits) => hits[0]?.uri === uriOf(at('plain.mp4')));
  assert.deepEqual(client.faults, []);
});

test('given a folder that is removed while it is indexed, then nothing fails; when it is back, then all is found', async (t) => {
  const { client, folder, at, box } = await world(t);
  const away = join(box.folder, 'away');
  await render(join(folder, 'stays.mp4'), 5, 'The lighthouse stays.');
  const inner = at('inner');
  mkdirSync(inner);
  const words = ['apple', 'birch', 'cedar', 'daisy', 'elder', 'fern'];
  for (const [n, word] of words.entries()) {
    await render(join(inner, `${word}.mp4`), 20 + n * 25, `Here grows ${word}.`);
  }
  await client.result('goldfish/folders/add', { uri: uriOf(folder) });
  // In the middle: one is known, the others are not all done.
  await hitsOf(client, 'lighthouse', (hits) => hits.length === 1);
  renameSync(inner, away);
  const { work } = await statusWhen(client, (status) => status.videos === 1 && atRest(status));
  assert.deepEqual(work.failed, []);
  for (const word of words) assert.deepEqual(await search(client, word), []);
  renameSync(away, inner);
  for (const word of words) await hitsOf(client, word, (hits) => hits.length === 1);
  const status = await statusWhen(client, atRest);
  assert.deepEqual([status.videos, status.work.done, status.work.failed], [7, 7, []]);

  // The watched folder itself: its rows stay and are called offline.
  renameSync(folder, away);
  const gone = await statusWhen(client, (status) => status.work.offline === 7);
  assert.deepEqual([gone.videos, gone.work.failed], [7, []]);
  const { folders } = (await client.result('goldfish/folders/list')) as unknown as {
    folders: readonly { state: string; reason?: string }[];
  };
  assert.equal(folders[0]?.state, 'offline');
  assert.match(folders[0]?.reason ?? '', /was not found\./);
  assert.equal((await search(client, 'cedar')).length, 1);
  renameSync(away, folder);
  const back = await statusWhen(client, (status) => status.work.offline === 0 && atRest(status));
  assert.deepEqual([back.videos, back.work.done], [7, 7]);
  assert.deepEqual(client.faults, []);
});

/** Gives everything below to one user. */
function giveTo(uid: number, path: string): void {
  chownSync(path, uid, uid);
  if (!statSync(path).isDirectory()) return;
  for (const name of readdirSync(path)) giveTo(uid, join(path, name));
}

test('given a file and a folder without read permission, when watched, then both have a remedy, and are indexed once readable', {
  skip: process.platform === 'win32',
}, async (t) => {
  const box = sandbox();
  const folder = join(box.folder, 'videos');
  const closed = join(folder, 'closed');
  mkdirSync(closed, { recursive: true });
  await render(join(folder, 'open.mp4'), 10, 'The otter opens a walnut.');
  await render(join(folder, 'shut.mp4'), 60, 'The heron is silent.');
  await render(join(closed, 'inner.mp4'), 110, 'Cranes dance.');
  // Root may read everything, so the daemon runs as another user where tests run as root.
  const nobody = process.getuid?.() === 0 ? 65_534 : undefined;
  if (nobody !== undefined) {
    giveTo(nobody, box.folder);
    chmodSync(dirname(box.folder), 0o711);
  }
  chmodSync(join(folder, 'shut.mp4'), 0);
  chmodSync(closed, 0);
  t.after(() => chmodSync(closed, 0o755));
  const daemon = await startDaemon({ ...box, user: nobody });
  t.after(() => daemon.child.kill());
  const client = await daemon.client();
  await client.result('goldfish/folders/add', { uri: uriOf(folder) });
  await hitsOf(client, 'otter', (hits) => hits.length === 1);
  const { work, videos } = await statusWhen(client, atRest);
  assert.equal(videos, 2);
  assert.deepEqual(
    work.failed.map(({ path }) => path),
    [join(folder, 'shut.mp4')],
  );
  assert.match(work.failed[0]?.reason ?? '', /permission denied/);
  assert.match(work.failed[0]?.remedy ?? '', /Allow the user that runs Goldfish to read it/);

  chmodSync(join(folder, 'shut.mp4'), 0o644);
  await hitsOf(client, 'heron', (hits) => hits.length === 1);
  const listed = (await client.result('goldfish/folders/list')) as unknown as {
    folders: readonly { state: string; reason?: string }[];
  };
  assert.equal(listed.folders[0]?.state, 'watching');
  assert.match(
    listed.folders[0]?.reason ?? '',
    /closed cannot be read: permission denied\. Allow .* to list it\./,
  );
  chmodSync(closed, 0o755);
  await client.result('goldfish/reindex', { uri: uriOf(folder) });
  await hitsOf(client, 'cranes', (hits) => hits.length === 1);
  const after = await statusWhen(client, atRest);
  assert.deepEqual([after.videos, after.work.failed], [3, []]);
  const mended = (await client.result('goldfish/folders/list')) as unknown as typeof listed;
  assert.equal(mended.folders[0]?.reason, undefined);
  // And it is watched from here on.
  renameSync(join(closed, 'inner.mp4'), join(closed, 'dance.mp4'));
  await hitsOf(client, 'cranes', (hits) => hits[0]?.uri === uriOf(join(closed, 'dance.mp4')));
  assert.deepEqual(client.faults, []);
});

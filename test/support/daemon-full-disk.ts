import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Status } from '../../server/protocol/status.ts';
import { goldfish, sandbox, startDaemon } from './daemon.ts';
import { atRest, hitsOf, render, search, srt, statusOf, statusWhen, uriOf } from './watched.ts';

// Run on a small file system of its own, mounted at argv[2]: its daemon meets a full disk while it indexes.
const [, , mount] = process.argv;
if (mount === undefined) throw new Error('name a mount');
const box = { ...sandbox(), dataDir: join(mount, 'data') };
const folder = join(box.folder, 'videos');
mkdirSync(folder);
const words = ['apple', 'birch', 'cedar', 'daisy'];
const at = (name: string) => join(folder, name);
const add = async (word: string, shade: number) => {
  await render(at(`${word}.mp4`), shade);
  writeFileSync(at(`${word}.srt`), srt(`Here grows ${word}.`));
};
await add('otter', 5);
const first = await startDaemon(box);
const client = await first.client();
const index = () => client.request('goldfish/index', { uris: [uriOf(folder)] });
assert.equal((await index()).error, undefined);

// Another folder is watched meanwhile.
const watched = join(box.folder, 'watched');
mkdirSync(watched);
await client.result('goldfish/folders/add', { uri: uriOf(watched) });
await statusWhen(client, atRest);

const ballast = join(mount, 'ballast');
let pieces = 0;
const fillUp = () => {
  try {
    for (;;) {
      pieces += 1;
      writeFileSync(`${ballast}${pieces}`, new Uint8Array(64 << 10));
    }
  } catch {
    // What is left holds not even one byte more.
  }
};
const makeRoom = () => {
  for (; pieces > 0; pieces -= 1) rmSync(`${ballast}${pieces}`, { force: true });
};
fillUp();
// What people type into small files is refused with the reason, and nothing of it stays.
const otter = uriOf(at('otter.mp4'));
for (const [method, params] of [
  ['goldfish/settings/set', { key: 'clips.seconds', value: 40 }],
  ['goldfish/corrections/tag', { uri: otter, startMs: 0, endMs: 1000, tag: 'wild' }],
  ['goldfish/folders/add', { uri: uriOf(box.folder) }],
] as const) {
  const { error } = await client.request(method, params);
  assert.deepEqual([method, error?.data?.kind], [method, 'index'], JSON.stringify(error));
  assert.match(error?.message ?? '', /The disk that holds .*data.* is full/, method);
  assert.match(String(error?.data?.remedy), /Free up space/);
}
const { settings } = await client.result('goldfish/settings/get', { key: 'clips.seconds' });
assert.deepEqual(settings, { 'clips.seconds': 30 });
for (const [n, word] of words.entries()) await add(word, 40 + n * 40);
const { error } = await index();
assert.equal(error?.data?.kind, 'index', JSON.stringify(error));
assert.match(error?.message ?? '', /disk is full/);
assert.match(String(error?.data?.remedy), /Free up space/);
// What was there is found, and the status says what is wrong.
assert.equal((await search(client, 'otter')).length, 1);
// The store removes what its failed commits wrote, which leaves some room: videos come until one does not fit.
const isFull = ({ advice }: Status) => /cannot write the index.*disk is full/.test(advice.join(' '));
let elders = 0;
for (let full = false; !full; ) {
  fillUp();
  const { videos } = await statusOf(client);
  await render(join(watched, `elder${elders}.mp4`), 220 - elders, 'Here grows elder.');
  elders += 1;
  full = isFull(await statusWhen(client, (now) => isFull(now) || (now.videos > videos && atRest(now))));
}

makeRoom();
const again = await index();
assert.equal(again.error, undefined, JSON.stringify(again.error));
for (const word of [...words, 'otter']) assert.equal((await search(client, word)).length, 1, word);
// What came to the watched folder meanwhile is not lost.
await hitsOf(client, 'elder', (hits) => hits.length === elders);
const status = await statusWhen(client, atRest);
assert.deepEqual([status.videos, status.work.done, status.work.failed], [5 + elders, 5 + elders, []]);
assert.doesNotMatch(status.advice.join(' '), /cannot write the index/);
assert.deepEqual(client.faults, []);
await Promise.all([client.result('goldfish/stop'), first.exit]);

const second = await startDaemon(box);
const other = await second.client();
for (const word of [...words, 'otter']) assert.equal((await search(other, word)).length, 1, word);
assert.equal((await search(other, 'elder')).length, elders);
await Promise.all([other.result('goldfish/stop'), second.exit]);

// A disk that is full at the start is told too, though no log can be written.
fillUp();
const refused = await goldfish({ ...box, dataDir: join(mount, 'other') }, 'status');
assert.deepEqual([refused.code, refused.stdout], [3, '']);
assert.match(refused.stderr, /disk that holds .* is full\.\nFree up space/);
makeRoom();

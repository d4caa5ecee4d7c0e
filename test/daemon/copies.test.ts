import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import type { VideoResult } from '../../server/protocol/videos.ts';
import { sandbox, startDaemon } from '../support/daemon.ts';
import {
  atRest,
  hitsOf,
  render,
  search,
  srt,
  statusOf,
  statusWhen,
  until,
  uriOf,
} from '../support/watched.ts';

test('given two copies of a video, when indexed, forgotten and indexed again, then they share clips and keep their own sidecars', async (t) => {
  const box = sandbox();
  const daemon = await startDaemon(box);
  t.after(() => daemon.child.kill());
  const client = await daemon.client();
  const folder = join(box.folder, 'videos');
  mkdirSync(folder);
  const at = (name: string) => join(folder, name);
  const uris = async (query: string) => (await search(client, query)).map(({ uri }) => uri).sort();
  const video = async (name: string) =>
    (await client.result('goldfish/video', { uri: uriOf(at(name)) })) as unknown as VideoResult;

  await render(at('one.mp4'), 10, 'The otter opens a walnut.');
  copyFileSync(at('one.mp4'), at('two.mp4'));
  writeFileSync(at('one.srt'), srt('Migrating geese take turns.'));
  writeFileSync(at('two.srt'), srt('Cranes dance when they meet.'));
  const report = await client.result('goldfish/index', { uris: [uriOf(folder)] });
  assert.deepEqual([report.videos, report.clips, report.failed], [2, 1, []]);
  const status = await statusOf(client);
  assert.deepEqual([status.videos, status.clips, status.work.done], [2, 1, 2]);

  // What a sidecar says belongs to its path; what the content says is one hit.
  assert.deepEqual(await uris('geese'), [uriOf(at('one.mp4'))]);
  assert.deepEqual(await uris('cranes'), [uriOf(at('two.mp4'))]);
  assert.equal((await search(client, 'otter walnut')).length, 1);
  const [one, two] = [await video('one.mp4'), await video('two.mp4')];
  assert.equal(one.videoId, two.videoId);
  assert.deepEqual([...one.copies].sort(), [uriOf(at('one.mp4')), uriOf(at('two.mp4'))]);
  assert.ok(one.clips[0]?.facts);
  assert.deepEqual(one.clips, two.clips);
  const speech = ({ lines }: VideoResult) =>
    lines.filter(({ kind }) => kind === 'speech').map(({ text }) => text);
  assert.deepEqual(speech(one), ['The otter opens a walnut.', 'Migrating geese take turns.']);
  assert.deepEqual(speech(two), ['The otter opens a walnut.', 'Cranes dance when they meet.']);

  // A clip names content; `uri` says which copy is meant.
  const clipId = one.clips[0]?.clipId;
  const textsOf = async (uri?: string) => {
    const clip = await client.result('goldfish/clip', { clipId, ...(uri && { uri }) });
    const { evidence } = clip as unknown as { evidence: readonly { text: string }[] };
    return { uri: clip.uri, texts: evidence.map(({ text }) => text).join(' ') };
  };
  const second = await textsOf(uriOf(at('two.mp4')));
  assert.equal(second.uri, uriOf(at('two.mp4')));
  assert.match(second.texts, /Cranes/);
  assert.doesNotMatch(second.texts, /geese/);
  assert.ok([uriOf(at('one.mp4')), uriOf(at('two.mp4'))].includes(String((await textsOf()).uri)));
  const none = await client.request('goldfish/clip', { clipId, uri: uriOf(at('none.mp4')) });
  assert.equal(none.error?.data?.kind, 'notFound');
  // A person typed a path and is told of a path.
  const typed = join(folder, 'a b.mp4');
  for (const method of ['video', 'forget', 'reindex', 'folders/add', 'folders/remove']) {
    const { error } = await client.request(`goldfish/${method}`, { uri: uriOf(typed) });
    assert.deepEqual([error?.data?.kind, error?.data?.uri], ['notFound', uriOf(typed)], method);
    assert.ok(error?.message.includes(typed), error?.message);
    assert.doesNotMatch(String(error?.message), /file:/);
  }

  // A sidecar that goes takes the Cues of its own path alone.
  rmSync(at('one.srt'));
  await client.result('goldfish/index', { uris: [uriOf(folder)] });
  assert.deepEqual(await uris('geese'), []);
  assert.deepEqual(await uris('cranes'), [uriOf(at('two.mp4'))]);

  // Forgotten, one copy is left out though its file lies there; the other stays.
  await client.result('goldfish/forget', { uri: uriOf(at('two.mp4')) });
  await client.result('goldfish/index', { uris: [uriOf(folder)] });
  assert.deepEqual(await uris('cranes'), []);
  assert.deepEqual(await uris('otter walnut'), [uriOf(at('one.mp4'))]);
  assert.equal((await statusOf(client)).videos, 1);
  assert.equal((await video('two.mp4')).state, 'forgotten');
  // The other too: nothing is left, and one `reindex` brings both back.
  await client.result('goldfish/forget', { uri: uriOf(folder) });
  assert.deepEqual(await uris('otter walnut'), []);
  const empty = await statusOf(client);
  assert.deepEqual([empty.videos, empty.clips], [0, 0]);
  await client.result('goldfish/reindex', { uri: uriOf(folder) });
  await hitsOf(client, 'cranes', (hits) => hits.length === 1);
  await hitsOf(client, 'otter walnut', (hits) => hits.length === 1);
  const back = await statusWhen(client, atRest);
  assert.deepEqual([back.videos, back.clips, back.work.done], [2, 1, 2]);
  // One stage again changes nothing that is found.
  await client.result('goldfish/reindex', { uri: uriOf(at('two.mp4')), stage: 'facts' });
  await statusWhen(client, atRest);
  assert.ok((await video('two.mp4')).clips[0]?.facts);
  assert.deepEqual(await uris('cranes'), [uriOf(at('two.mp4'))]);
  assert.deepEqual(client.faults, []);
});

test('given globs, .goldfishignore and hidden folders, when they change or a file moves, then search finds what they allow', async (t) => {
  const box = sandbox();
  const daemon = await startDaemon(box);
  t.after(() => daemon.child.kill());
  const client = await daemon.client();
  const [left, right] = [join(box.folder, '.left'), join(box.folder, 'right')];
  const at = (name: string) => join(left, name);
  for (const folder of ['talks', 'raw', 'old', '.cache']) mkdirSync(at(folder), { recursive: true });
  mkdirSync(right);
  const words = {
    'talks/apple.mp4': 'apple',
    'raw/birch.mp4': 'birch',
    'old/cedar.mp4': 'cedar',
    '.cache/daisy.mp4': 'daisy',
    'elder.mkv': 'elder',
  };
  for (const [n, [name, word]] of Object.entries(words).entries()) {
    await render(at('made.mp4'), n * 40, name.endsWith('mp4') ? `Here grows ${word}.` : undefined);
    renameSync(at('made.mp4'), at(name));
  }
  writeFileSync(at('elder.srt'), srt('Here grows elder.'));
  writeFileSync(at('.goldfishignore'), 'old/\n');
  const found = async () => {
    const all = await Promise.all(
      Object.values(words).map(async (word) => [word, await search(client, word)]),
    );
    return all.filter(([, hits]) => hits?.length === 1).map(([word]) => word);
  };
  const rule = { uri: uriOf(left), include: ['**/*.mp4'], exclude: ['raw/**'] };
  await client.result('goldfish/folders/add', rule);
  await hitsOf(client, 'apple', (hits) => hits.length === 1);
  await statusWhen(client, atRest);
  assert.deepEqual(await found(), ['apple']);
  const listed = await until(
    client,
    () => client.result('goldfish/folders/list'),
    ({ folders }) => (folders as readonly { state: string }[])[0]?.state === 'watching',
  );
  assert.deepEqual(listed.folders, [{ ...rule, path: left, poll: false, state: 'watching', videos: 1 }]);

  // The same folder with other rules.
  await client.result('goldfish/folders/add', { uri: uriOf(left), exclude: ['talks'] });
  for (const word of ['birch', 'elder']) await hitsOf(client, word, (hits) => hits.length === 1);
  await hitsOf(client, 'apple', (hits) => hits.length === 0);
  assert.deepEqual(await found(), ['birch', 'elder']);
  // A changed ignore file is heeded at once.
  writeFileSync(at('.goldfishignore'), 'raw/\n');
  await hitsOf(client, 'cedar', (hits) => hits.length === 1);
  await hitsOf(client, 'birch', (hits) => hits.length === 0);
  assert.deepEqual(await found(), ['cedar', 'elder']);

  // What moves to another watched folder keeps its name and what was made of it.
  const [before] = await search(client, 'elder');
  await client.result('goldfish/folders/add', { uri: uriOf(right) });
  renameSync(at('elder.mkv'), join(right, 'moved.mkv'));
  renameSync(at('elder.srt'), join(right, 'moved.srt'));
  const [moved] = await hitsOf(client, 'elder', (hits) => hits[0]?.uri === uriOf(join(right, 'moved.mkv')));
  assert.equal(moved?.videoId, before?.videoId);
  assert.equal(moved?.clipId, before?.clipId);

  // Removing a folder takes its rows and no others.
  await client.result('goldfish/folders/remove', { uri: uriOf(left) });
  assert.deepEqual(await found(), ['elder']);
  assert.equal((await statusOf(client)).videos, 1);
  assert.deepEqual(client.faults, []);
});

import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { sandbox, startDaemon } from '../support/daemon.ts';
import { hitsOf, render, search, srt, until, uriOf } from '../support/watched.ts';

test('given two clients and a watched folder, when files are added, renamed, copied, edited or deleted, then both find the change', async (t) => {
  const box = sandbox();
  const daemon = await startDaemon(box);
  t.after(() => daemon.child.kill());
  const [one, two] = await Promise.all([daemon.client(), daemon.client()]);
  const folder = join(box.folder, 'videos');
  mkdirSync(folder);
  const at = (name: string) => join(folder, name);
  await render(at('intro.mp4'), 10, 'The otter opens a walnut with a stone.');

  await one.result('goldfish/folders/add', { uri: uriOf(folder) });
  const [first] = await hitsOf(two, 'otter walnut', (hits) => hits.length === 1);
  assert.equal(first?.uri, uriOf(at('intro.mp4')));
  assert.deepEqual([first?.startMs, first?.endMs], [1000, 2500]);
  assert.equal(first?.link, `${uriOf(at('intro.mp4'))}#t=1,2.5`);

  // A new file with a sidecar turns up without anyone asking.
  await render(at('talk.mp4'), 90);
  writeFileSync(at('talk.srt'), srt('Migrating geese take turns at the front.'));
  const [said] = await hitsOf(one, 'geese', (hits) => hits.length === 1);
  assert.deepEqual([said?.uri, said?.startMs, said?.endMs], [uriOf(at('talk.mp4')), 2000, 3500]);

  // A rename keeps the content's name; the sidecar moves along.
  renameSync(at('talk.mp4'), at('geese talk #1.mp4'));
  renameSync(at('talk.srt'), at('geese talk #1.srt'));
  const renamed = uriOf(at('geese talk #1.mp4'));
  const [moved] = await hitsOf(two, 'migrating', (hits) => hits[0]?.uri === renamed);
  assert.equal(moved?.videoId, said?.videoId);

  writeFileSync(at('geese talk #1.srt'), srt('Cranes dance when they meet again.'));
  await hitsOf(one, 'cranes dance', (hits) => hits[0]?.uri === renamed);
  assert.deepEqual(await search(two, 'migrating'), []);

  // A copy is the same content twice and one hit.
  copyFileSync(at('intro.mp4'), at('again.mp4'));
  const status = () => one.result('goldfish/status');
  await until(one, status, ({ videos, clips }) => videos === 3 && clips === 2);
  assert.equal((await search(one, 'otter walnut')).length, 1);

  rmSync(at('intro.mp4'));
  await hitsOf(two, 'otter walnut', (hits) => hits[0]?.uri === uriOf(at('again.mp4')));
  rmSync(at('again.mp4'));
  await hitsOf(one, 'otter walnut', (hits) => hits.length === 0);

  const answer = await two.result('goldfish/ask', { question: 'What do cranes do when they meet?' });
  assert.equal(answer.grounded, true);
  assert.match(String(answer.answer), /Cranes dance when they meet again\..*\[1\]/s);
  const nothing = await two.result('goldfish/ask', {
    question: 'Who won the chess tournament in Reykjavik?',
  });
  assert.deepEqual([nothing.grounded, nothing.citations], [false, []]);
  assert.deepEqual([...one.faults, ...two.faults], []);
});

test('given kill -9 during indexing, when the daemon starts again, then indexing completes without gaps or duplicates', async (t) => {
  const box = sandbox();
  const folder = join(box.folder, 'videos');
  mkdirSync(folder);
  const words = ['apple', 'birch', 'cedar', 'daisy', 'elder', 'fern', 'grass', 'hazel'];
  await render(join(folder, 'base.mp4'), 5);
  for (const [at, word] of words.entries()) {
    await render(join(folder, `${word}.mp4`), at * 20, `Here grows ${word} in the garden.`);
  }
  const first = await startDaemon(box);
  t.after(() => first.child.kill());
  const client = await first.client();
  // One stage at a time, so that much is left when the first video is complete.
  await client.result('goldfish/settings/set', { key: 'work.cpuShare', value: 5 });
  const index = client.start('goldfish/index', { uris: [uriOf(folder)] });
  await client.notice(
    ({ method, params }) =>
      method === 'window/logMessage' && /^stage done .*stage=facts/.test(String(params.message)),
  );
  first.child.kill('SIGKILL');
  assert.equal(await first.exit, 'SIGKILL');
  assert.ok((await index.answer).error);

  const second = await startDaemon(box);
  t.after(() => second.child.kill());
  const again = await second.client();
  const report = await again.result('goldfish/index', { uris: [uriOf(folder)] });
  assert.deepEqual([report.videos, report.clips, report.failed], [9, 9, []]);
  for (const word of words) {
    const uris = (await search(again, word)).map((hit) => hit.uri);
    assert.deepEqual(uris, [uriOf(join(folder, `${word}.mp4`))]);
  }
  assert.deepEqual(again.faults, []);
});

test('given a video indexed without watching, when the daemon restarts, then it stays until it is forgotten', async (t) => {
  const box = sandbox();
  const path = join(box.folder, 'one.mp4');
  await render(path, 60, 'A heron stands still in the reeds.');
  const first = await startDaemon(box);
  t.after(() => first.child.kill());
  const client = await first.client();
  await client.result('goldfish/index', { uris: [uriOf(path)] });
  await Promise.all([client.result('goldfish/stop'), first.exit]);

  const second = await startDaemon(box);
  t.after(() => second.child.kill());
  const again = await second.client();
  assert.equal((await search(again, 'heron')).length, 1);
  assert.deepEqual((await again.result('goldfish/folders/list')).folders, []);
  await again.result('goldfish/forget', { uri: uriOf(path) });
  assert.deepEqual(await search(again, 'heron'), []);
  assert.equal((await again.result('goldfish/status')).videos, 0);
  const strange = { query: 'heron', scope: { uris: [uriOf(join(box.folder, 'typo'))] } };
  const refused = await again.request('goldfish/search', strange);
  assert.deepEqual([refused.error?.code, refused.error?.data?.uri], [-32011, strange.scope.uris[0]]);
  await again.result('goldfish/reindex', { uri: uriOf(path) });
  await hitsOf(again, 'heron', (hits) => hits.length === 1);
  assert.deepEqual([...client.faults, ...again.faults], []);
});

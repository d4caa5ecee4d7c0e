import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { sandbox, startDaemon } from '../support/daemon.ts';
import type { IndependentClient } from '../support/independent-client.ts';
import { atRest, render, search, statusWhen, until, uriOf } from '../support/watched.ts';

const WORDS = ['apple', 'birch', 'cedar', 'daisy', 'elder', 'fennel', 'grape', 'hazel', 'iris', 'juniper'];

async function watchedFolder(t: { after(end: () => void): void }, count = WORDS.length) {
  const box = sandbox();
  const daemon = await startDaemon(box);
  t.after(() => daemon.child.kill());
  const client = await daemon.client();
  const folder = join(box.folder, 'videos');
  mkdirSync(folder);
  // Rendered outside of the folder, so that each arrives whole.
  const made = join(box.folder, 'made');
  mkdirSync(made);
  for (const [n, word] of WORDS.slice(0, count).entries())
    await render(join(made, `${word}.mp4`), n * 20, `Here grows ${word}.`);
  await client.result('goldfish/folders/add', { uri: uriOf(folder) });
  return { client, folder, made };
}

async function pathsOf(client: IndependentClient): Promise<readonly string[]> {
  const { videos } = (await client.result('goldfish/videos')) as unknown as { videos: { path: string }[] };
  return videos.map(({ path }) => path).sort();
}

async function assertIndexed(client: IndependentClient, folder: string, names: readonly string[]) {
  for (const name of names) {
    const word = name.replace(/[-.].*/, '');
    const hits = await search(client, word);
    assert.deepEqual(
      hits.map(({ uri }) => uri),
      [uriOf(join(folder, name))],
      word,
    );
  }
}

test('given ten planned videos while paused, when their folder is renamed, then all ten are indexed after resume', async (t) => {
  const { client, folder, made } = await watchedFolder(t);
  await client.result('goldfish/pause');
  renameSync(made, join(folder, 'a'));
  await statusWhen(client, ({ work }) => work.waiting === WORDS.length);
  renameSync(join(folder, 'a'), join(folder, 'b'));
  const moved = WORDS.map((word) => join(folder, 'b', `${word}.mp4`)).sort();
  await until(
    client,
    () => pathsOf(client),
    (paths) => paths.join() === moved.join(),
  );
  await client.result('goldfish/resume');
  const status = await statusWhen(client, (now) => atRest(now) && now.work.done === WORDS.length);
  assert.deepEqual([status.videos, status.work.failed, status.work.offline], [WORDS.length, [], 0]);
  const report = await client.result('goldfish/index', { uris: [uriOf(folder)] });
  assert.equal(report.videos, WORDS.length);
  await assertIndexed(
    client,
    join(folder, 'b'),
    WORDS.map((word) => `${word}.mp4`),
  );
  assert.deepEqual(client.faults, []);
});

test('given videos being indexed, when each is renamed as one of its jobs runs, then all are indexed and an index run ends', async (t) => {
  const { client, folder, made } = await watchedFolder(t, 6);
  const at = join(folder, 'a');
  renameSync(made, at);
  const renamed = new Set<string>();
  // Each file is renamed at the moment at which the status first names it as running, and once more later.
  const seen = new Map<string, number>();
  await statusWhen(client, (status) => {
    for (const { path } of status.work.running) {
      const name = path.slice(at.length + 1);
      const word = name.replace(/[-.].*/, '');
      const times = seen.get(word) ?? 0;
      if (times >= 2 || !readdirSync(at).includes(name)) continue;
      seen.set(word, times + 1);
      renameSync(path, join(at, `${word}-${times + 1}.mp4`));
      renamed.add(word);
    }
    return atRest(status) && status.work.done === 6 && status.work.offline === 0;
  });
  const report = await client.result('goldfish/index', { uris: [uriOf(folder)] });
  assert.deepEqual([report.videos, report.failed], [6, []]);
  await assertIndexed(client, at, readdirSync(at));
  assert.deepEqual(client.faults, []);
});

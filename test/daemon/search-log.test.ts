import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import type { SearchResult } from '../../server/protocol/search.ts';
import { goldfish, sandbox, startDaemon } from '../support/daemon.ts';
import { render, uriOf } from '../support/watched.ts';

const LINES = ['The apples cost two euros.', 'The pears cost three euros.', 'The market closes at noon.'];

test('given a log of searches, when hits are opened, then they are kept only if the setting says so, and become a data set', async (t) => {
  const box = sandbox();
  const folder = join(box.folder, 'videos');
  mkdirSync(folder);
  for (const [i, line] of LINES.entries()) {
    await render(join(folder, `${i}.mp4`), 40 + i * 60);
    writeFileSync(join(folder, `${i}.srt`), `1\n00:00:00,500 --> 00:00:03,000\n${line}\n`);
  }
  const daemon = await startDaemon(box);
  t.after(() => daemon.child.kill());
  const client = await daemon.client();
  await client.result('goldfish/settings/set', { key: 'models.offline', value: true });
  await client.result('goldfish/index', { uris: [uriOf(folder)], keep: true });
  const file = join(box.dataDir, 'searches.jsonl');
  const searchFor = async (query: string) =>
    (await client.result('goldfish/search', { query })) as unknown as SearchResult;
  const open = ({ hits }: SearchResult, path: string) => {
    const hit = hits.find(({ uri }) => uri === uriOf(join(folder, path))) ?? assert.fail();
    return client.result('goldfish/opened', { uri: hit.uri, ms: hit.startMs });
  };

  await open(await searchFor('apples cost'), '0.mp4');
  assert.equal(existsSync(file), false, 'nothing is kept by default');
  const empty = await goldfish(box, 'train', 'searches', join(box.folder, 'none'));
  assert.equal(empty.code, 1);
  assert.match(empty.stderr, /No search that led to a click is kept\.[\s\S]*search\.log true/);

  await client.result('goldfish/settings/set', { key: 'search.log', value: true });
  await open(await searchFor('what do they cost'), '1.mp4');
  const found = await searchFor('market closes');
  // A player in the page reports what it plays; a view that only asks it to does not count.
  const playing = { uri: uriOf(join(folder, '2.mp4')), ms: 500, state: 'playing', player: 'p' };
  await client.result('goldfish/playing', { ...playing, from: 'bar' });
  await client.result('goldfish/playing', { ...playing, from: 'p' });
  await client.result('goldfish/playing', { ...playing, from: 'p', ms: 1500 });
  assert.ok(found.hits.length > 0);
  const kept = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    kept.map(({ query, opened }) => [query, opened]),
    [
      ['what do they cost', LINES[1]],
      ['market closes', LINES[2]],
    ],
  );
  if (process.platform !== 'win32') assert.equal(statSync(file).mode & 0o077, 0, 'only its owner reads it');

  const target = join(box.folder, 'searches');
  const exported = await goldfish(box, 'train', 'searches', target, '--split', '100/0/0');
  assert.equal(exported.code, 0, exported.stderr);
  assert.match(exported.stdout, /Wrote 2 searches to .*: 2 for training[\s\S]*None is held out/);
  const rows = readFileSync(join(target, 'train.jsonl'), 'utf8').trim().split('\n');
  assert.deepEqual(
    rows.map((row) => JSON.parse(row).positive),
    [LINES[1], LINES[2]],
  );
  assert.equal(JSON.parse(readFileSync(join(target, 'dataset.json'), 'utf8')).kind, 'searches');
});

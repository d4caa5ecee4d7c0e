import assert from 'node:assert/strict';
import { globSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import type { CorrectionsResult } from '../../server/protocol/corrections.ts';
import { sandbox, startDaemon } from '../support/daemon.ts';
import { embeddingHost } from '../support/embedding-host.ts';
import { makeOlder } from '../support/older-index.ts';
import { atRest, hitsOf, render, search, statusWhen, uriOf } from '../support/watched.ts';

test('given a data folder of layout 2, when a newer daemon opens it, then meanings and corrections are found and nothing is embedded again', async (t) => {
  const host = await embeddingHost();
  t.after(() => host.close());
  const box = sandbox();
  const first = await startDaemon(box);
  t.after(() => first.child.kill());
  const client = await first.client();
  await client.result('goldfish/settings/set', {
    key: 'models.textEmbedder',
    value: host.setting,
  });
  const folder = join(box.folder, 'videos');
  mkdirSync(folder);
  const [firstVideo, secondVideo] = [join(folder, 'a.mp4'), join(folder, 'b.mp4')];
  await render(firstVideo, 20, 'the physician is here');
  await render(secondVideo, 200, 'two salmons in the river');
  await client.result('goldfish/folders/add', { uri: uriOf(folder) });
  await hitsOf(client, 'doctor', ([hit]) => hit?.uri === uriOf(firstVideo));
  await statusWhen(client, atRest);
  const [line] = await hitsOf(client, 'salmons', (hits) => hits.length > 0);
  assert.ok(line);
  const uri = uriOf(secondVideo);
  await client.result('goldfish/corrections/line', {
    uri,
    kind: 'speech',
    startMs: line.startMs,
    text: 'two salmon in the Rhine',
  });
  await client.result('goldfish/corrections/tag', { uri, startMs: 0, endMs: 1000, tag: 'holiday' });
  await hitsOf(client, 'Rhine', (hits) => hits.length > 0);
  await statusWhen(client, atRest);
  await client.result('goldfish/stop', {}).catch(() => undefined);
  await first.exit;
  const plain = (text: string) => text.toLowerCase();
  await makeOlder(box.dataDir, 'served@', plain);
  const embedded = host.asked.length;

  const second = await startDaemon(box);
  t.after(() => second.child.kill());
  const again = await second.client();
  await hitsOf(again, 'medic', ([hit]) => hit?.uri === uriOf(firstVideo));
  await statusWhen(again, atRest);
  const texts = host.asked.slice(embedded).map(({ text }) => text);
  assert.ok(texts.includes('medic'));
  assert.deepEqual(
    texts.filter((text) => /is here|two salmon/.test(text)),
    [],
    'nothing of the videos is embedded again',
  );
  assert.ok(
    (await search(again, 'Rhine')).some((hit) => hit.uri === uri),
    'the corrected words are found',
  );
  const list = () =>
    again.result('goldfish/corrections/list', { uri }) as unknown as Promise<CorrectionsResult>;
  const { corrections, videoId } = await list();
  assert.deepEqual(
    corrections.map(({ change }) => change),
    ['line', 'tag'],
  );
  const older = JSON.parse(readFileSync(join(box.dataDir, 'corrections', `${videoId}.json`), 'utf8'));
  assert.notEqual(older[0].id, corrections[0]?.id, 'the file was written with other ids');
  await again.result('goldfish/corrections/tag', { uri, startMs: 0, endMs: 1000, tag: 'holiday' });
  assert.equal((await list()).corrections.length, 2, 'the same tag again is the same tag');
  for (const { id } of corrections) await again.result('goldfish/corrections/remove', { uri, id });
  await hitsOf(again, 'salmons', (hits) => hits.length > 0);
  assert.deepEqual((await list()).corrections, []);
  assert.deepEqual(globSync('index.damaged-*', { cwd: box.dataDir }), []);
});

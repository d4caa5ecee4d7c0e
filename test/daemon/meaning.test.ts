import assert from 'node:assert/strict';
import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { goldfish, sandbox, startDaemon } from '../support/daemon.ts';
import { embeddingHost } from '../support/embedding-host.ts';
import type { IndependentClient } from '../support/independent-client.ts';
import { drawScene, type Scene, scenes, sceneVideo } from '../support/tiny-scenes.ts';
import {
  atRest,
  type Hit,
  hitsOf,
  render,
  search,
  statusWhen,
  uriOf,
  whenModelsAreReady,
} from '../support/watched.ts';

const folderOf = (name: string) => fileURLToPath(new URL(`../../models/${name}/model`, import.meta.url));
const SECONDS = 5;

const set = (client: IndependentClient, key: string, value: unknown) =>
  client.result('goldfish/settings/set', { key, value });

async function like(client: IndependentClient, params: object): Promise<readonly Hit[]> {
  const { hits } = await whenModelsAreReady(client, 'goldfish/search', { query: '', ...params });
  return hits as Hit[];
}

/** A still of a scene, as somebody may have saved it. */
async function still(scene: Scene): Promise<string> {
  const picture = { width: 64, height: 64, data: new Uint8Array(64 * 64 * 3) };
  drawScene(scene, picture, 0.5);
  const png = await sharp(picture.data, { raw: { width: 64, height: 64, channels: 3 } })
    .png()
    .toBuffer();
  return png.toString('base64');
}

test('given local embedders, when searched by meaning, by what is seen, by picture or by moment, then the right clips are found', async (t) => {
  const box = sandbox();
  const daemon = await startDaemon(box);
  t.after(() => daemon.child.kill());
  const client = await daemon.client();
  await set(client, 'clips.seconds', SECONDS);
  await set(client, 'models.textEmbedder', folderOf('tiny-embedder'));
  await set(client, 'models.frameEmbedder', folderOf('tiny-clip'));
  const folder = join(box.folder, 'videos');
  mkdirSync(folder);
  const list = scenes(6);
  const speech = [
    { startMs: 600, endMs: 3000, text: 'She parks her car near the old house.' },
    { startMs: 11_000, endMs: 13_000, text: 'Salmon swim in the cold sea.' },
  ];
  await sceneVideo(join(folder, 'shapes.mp4'), list, { seconds: SECONDS, speech });
  await client.result('goldfish/folders/add', { uri: uriOf(folder) });

  const [meant] = await hitsOf(client, 'automobile beside an ancient building', (hits) => hits.length > 0);
  assert.equal(meant?.startMs, 600);
  assert.deepEqual(
    meant?.evidence.map(({ kind, text }) => [kind, text]),
    [['speech', speech[0]?.text]],
  );
  const question = 'which fish are in icy water?';
  const { answer } = await whenModelsAreReady(client, 'goldfish/ask', { question });
  assert.match(String(answer), /“Salmon swim in the cold sea.” \[1\]/);

  await statusWhen(client, atRest);
  const at = (index: number) => ({ startMs: index * SECONDS * 1000, endMs: (index + 1) * SECONDS * 1000 });
  let right = 0;
  for (const [i, { colour, shape }] of list.entries()) {
    const [hit] = await search(client, `${colour} ${shape}`);
    if (hit && hit.startMs >= at(i).startMs && hit.startMs < at(i).endMs) right += 1;
    assert.ok(hit?.evidence.some(({ kind }) => kind === 'frame'));
  }
  assert.ok(right >= list.length - 1, `${right} of ${list.length} scenes were found by what is seen`);

  const [first, , third] = list;
  assert.ok(first && third);
  const [shown] = await like(client, { image: { data: await still(third) } });
  assert.ok(shown && shown.startMs >= at(2).startMs && shown.startMs < at(2).endMs, JSON.stringify(shown));
  const others = await like(client, { like: { clipId: shown.clipId, uri: shown.uri } });
  assert.ok(others.length >= 4);
  assert.ok(others.every(({ clipId }) => clipId !== shown.clipId));
  const spoilt = await client.request('goldfish/search', { query: '', image: { data: 'R0lGODlh' } });
  assert.deepEqual(
    [spoilt.error?.code, spoilt.error?.message],
    [-32013, 'The picture is not a JPEG or PNG file.'],
  );
  const strange = await client.request('goldfish/search', { query: '', like: { clipId: 'x@0-1' } });
  assert.equal(strange.error?.code, -32011);
  const told = await goldfish(box, 'search', '--like', shown.clipId, '--json');
  assert.deepEqual(
    JSON.parse(told.stdout).hits.map((hit: Hit) => hit.clipId),
    others.map(({ clipId }) => clipId),
  );
});

test('given an embedding host, when files are renamed and the daemon restarts, then each text is embedded once', async (t) => {
  const host = await embeddingHost();
  t.after(() => host.close());
  const box = sandbox();
  const first = await startDaemon(box);
  t.after(() => first.child.kill());
  const client = await first.client();
  await set(client, 'models.textEmbedder', host.setting);
  const folder = join(box.folder, 'videos');
  mkdirSync(folder);
  await render(join(folder, 'a.mp4'), 20, 'the physician is here');
  await render(join(folder, 'b.mp4'), 200, 'two salmon in the river');
  await client.result('goldfish/folders/add', { uri: uriOf(folder) });
  const [hit] = await hitsOf(client, 'doctor', (hits) => hits.length > 0);
  assert.equal(hit?.uri, uriOf(join(folder, 'a.mp4')));
  await hitsOf(client, 'fish', (hits) => hits.length > 0);
  const count = (text: string) => host.asked.filter((one) => one.text === text).length;
  renameSync(join(folder, 'a.mp4'), join(folder, 'c.mp4'));
  await hitsOf(client, 'doctor', ([found]) => found?.uri === uriOf(join(folder, 'c.mp4')));
  await client.result('goldfish/stop', {}).catch(() => undefined);
  await first.exit;
  const second = await startDaemon(box);
  t.after(() => second.child.kill());
  const again = await second.client();
  await statusWhen(again, atRest);
  await hitsOf(again, 'medic', ([found]) => found?.uri === uriOf(join(folder, 'c.mp4')));
  assert.deepEqual([count('the physician is here'), count('two salmon in the river')], [1, 1]);

  await again.result('goldfish/forget', { uri: uriOf(join(folder, 'c.mp4')) });
  assert.deepEqual(await search(again, 'medic'), []);
  await again.result('goldfish/reindex', { uri: uriOf(join(folder, 'c.mp4')) });
  await hitsOf(again, 'medic', (hits) => hits.length > 0);
  assert.equal(count('the physician is here'), 2);
  await set(again, 'models.textEmbedder', 'none');
  assert.deepEqual(await search(again, 'medic'), [], 'words alone');
});

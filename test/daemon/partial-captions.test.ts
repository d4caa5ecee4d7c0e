import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { sandbox, startDaemon } from '../support/daemon.ts';
import { openaiServer } from '../support/openai-server.ts';
import { scenes, sceneVideo } from '../support/tiny-scenes.ts';
import { atRest, hitsOf, search, statusOf, statusWhen, uriOf } from '../support/watched.ts';

const SECONDS = 5;
/** What the host sees in each clip. */
const SEEN = ['heron', 'otter', 'badger', 'walrus', 'lynx', 'toad', 'stoat', 'ibex', 'moose', 'crane'];
/** Clips that the host captions at once; the others wait. */
const FIRST = 4;

test('given a video with some clips captioned, when searched, then those captions are found before the rest is done', async (t) => {
  const held = Promise.withResolvers<void>();
  const server = await openaiServer({
    model: 'eyes',
    async answer({ messages }) {
      const clip = Number(/part (\d+)/.exec(messages.at(-1)?.text ?? '')?.[1]);
      if (clip >= FIRST) await held.promise;
      return [`A ${SEEN[clip]} stands in the reeds.`];
    },
  });
  t.after(() => server.close());
  const box = sandbox();
  const daemon = await startDaemon(box);
  t.after(() => daemon.child.kill());
  const client = await daemon.client();
  const set = (key: string, value: unknown) => client.result('goldfish/settings/set', { key, value });
  await set('clips.seconds', SECONDS);
  await set('models.captioner', `${server.baseUrl}#eyes`);
  const folder = join(box.folder, 'videos');
  mkdirSync(folder);
  const path = join(folder, 'reeds.mp4');
  const speech = SEEN.map((_, i) => ({
    startMs: i * SECONDS * 1000 + 1000,
    endMs: i * SECONDS * 1000 + 3000,
    text: `This is part ${i}.`,
  }));
  await sceneVideo(path, scenes(SEEN.length), { seconds: SECONDS, speech });
  await client.result('goldfish/folders/add', { uri: uriOf(folder) });

  const at = (index: number) => index * SECONDS * 1000;
  for (const [i, word] of SEEN.slice(0, FIRST).entries()) {
    const [hit] = await hitsOf(client, word, (hits) => hits.length > 0);
    assert.equal(hit?.startMs, at(i));
    assert.deepEqual(
      hit?.evidence.map(({ kind, text }) => [kind, text]),
      [['caption', `A ${word} stands in the reeds.`]],
    );
  }
  for (const word of SEEN.slice(FIRST)) assert.deepEqual(await search(client, word), []);
  const { work } = await statusOf(client);
  assert.deepEqual(
    work.running.map(({ stage }) => stage),
    ['caption'],
  );

  held.resolve();
  for (const [i, word] of SEEN.entries()) {
    const [hit] = await hitsOf(client, word, (hits) => hits.length > 0);
    assert.equal(hit?.startMs, at(i));
  }
  await statusWhen(client, atRest);
  assert.equal(server.requests.length, SEEN.length, 'each clip is captioned once');
});

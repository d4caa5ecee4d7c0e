import assert from 'node:assert/strict';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readFileSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { sandbox, startDaemon } from '../support/daemon.ts';
import { tinyModel } from '../support/tiny-models.ts';
import {
  atRest,
  type Hit,
  render,
  search,
  statusWhen,
  uriOf,
  whenModelsAreReady,
} from '../support/watched.ts';

const QUESTION = 'did the doctor buy a boat?';
/** Holds two words of the question and does not answer it. */
const WORDS = 'The doctor walks to the house. They buy bread.';
/** Answers it, and holds one of its words. */
const MEANT = 'The physician purchased a boat.';

test('given a reranker, then the passage that answers is first; without one, or when it crashes, then the order is by words', async (t) => {
  const box = sandbox();
  const kills = join(box.folder, 'kills');
  writeFileSync(kills, '');
  const dying = new URL('../support/die-at-event.mjs', import.meta.url).href;
  const env = { ...box.env, NODE_OPTIONS: `--import=${dying}?file=${encodeURIComponent(kills)}` };
  const daemon = await startDaemon({ ...box, env });
  t.after(() => daemon.child.kill());
  const client = await daemon.client();
  const set = (key: string, value: unknown) => client.result('goldfish/settings/set', { key, value });
  await set('models.device', 'cpu');
  const folder = join(box.folder, 'videos');
  mkdirSync(folder);
  await render(join(folder, 'words.mp4'), 20, WORDS);
  await render(join(folder, 'meant.mp4'), 200, MEANT);
  await client.result('goldfish/index', { uris: [uriOf(folder)], keep: true });
  await statusWhen(client, atRest);

  const order = async () =>
    (await search(client, QUESTION)).map(
      ({ evidence }) => evidence.find(({ kind }) => kind === 'speech')?.text,
    );
  const asked = async () => {
    const { hits } = await whenModelsAreReady(client, 'goldfish/ask', { question: QUESTION });
    return (hits as readonly Hit[]).map(({ uri }) => uri);
  };
  assert.deepEqual(await order(), [WORDS, MEANT]);

  const { folder: model } = tinyModel('tiny-reranker').host;
  await set('models.reranker', model);
  assert.deepEqual(await order(), [MEANT, WORDS]);
  assert.deepEqual(
    await asked(),
    ['meant.mp4', 'words.mp4'].map((name) => uriOf(join(folder, name))),
  );

  await set('models.reranker', 'none');
  assert.deepEqual(await order(), [WORDS, MEANT]);

  // Under another name it is another model, and nothing of the first one's scores is known. It dies at its first call,
  // and again where that is tried once more.
  const brittle = join(box.folder, 'brittle');
  cpSync(model, brittle, { recursive: true });
  writeFileSync(kills, 'call 1\ncall 1\n');
  const killed = () =>
    existsSync(`${kills}.killed`) ? readFileSync(`${kills}.killed`, 'utf8').trim().split('\n').length : 0;
  const watcher = watch(box.folder);
  t.after(() => watcher.close());
  await set('models.reranker', brittle);
  assert.deepEqual(await order(), [WORDS, MEANT]);
  while (killed() < 2) await once(watcher, 'change');
  assert.deepEqual(await order(), [WORDS, MEANT]);
  assert.deepEqual(client.faults, []);
});

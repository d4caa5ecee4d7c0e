import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { pathToFileURL } from 'node:url';
import { sandbox, startDaemon } from '../support/daemon.ts';
import type { IndependentClient } from '../support/independent-client.ts';
import { type ChatRequest, openaiServer } from '../support/openai-server.ts';
import { tinyHost } from '../support/tiny-caption-host.ts';
import { captionOf, scenes, sceneVideo, TINY, TINY_HOST } from '../support/tiny-scenes.ts';

const SECONDS = 5;

interface Line {
  readonly kind: string;
  readonly text: string;
  readonly source: string;
}
interface Told {
  readonly lines: readonly Line[];
}

const set = (client: IndependentClient, key: string, value: unknown) =>
  client.result('goldfish/settings/set', { key, value });

/** Captions of a video in time order, once there are as many as wanted, all from one describer. */
async function captions(client: IndependentClient, uri: string, count: number, describer: string) {
  for (;;) {
    const seen = client.notices.length;
    const response = await client.request('goldfish/video', { uri });
    const told = (response.result ?? { lines: [] }) as unknown as Told;
    const found = told.lines.filter(({ kind }) => kind === 'caption');
    if (found.length === count && found.every(({ source }) => source === describer)) {
      return found.map(({ text }) => text);
    }
    await client.notice(
      (notice) => notice.method === 'goldfish/didChangeStatus' && client.notices.indexOf(notice) >= seen,
    );
  }
}

/** Answers from the captions it is given, as a model would: the clip whose evidence holds the words. */
function answerFrom({ messages }: ChatRequest): readonly string[] {
  const text = messages.at(-1)?.text ?? '';
  const block = text.split('\n\n').find((each) => each.includes('called luna'));
  const n = /^Evidence \[(\d+)\]/.exec(block ?? '')?.[1];
  const seen = /seen: "(.*called luna.*)"/.exec(block ?? '')?.[1];
  return n && seen ? ['Luna ', `is ${seen.replace(/\.$/, '')} `, `[${n}].`] : ['NO ANSWER'];
}

test('given a watched folder, when captioned by a local model and then by a host, then captions are replaced and answered from', async (t) => {
  const box = sandbox();
  const daemon = await startDaemon(box);
  t.after(() => daemon.child.kill());
  const client = await daemon.client();
  const folder = join(box.folder, 'videos');
  mkdirSync(folder);
  const list = scenes(6);
  const video = join(folder, 'shapes.mp4');
  const speech = [{ startMs: 6200, endMs: 8000, text: 'And this is Luna.' }];
  await sceneVideo(video, list, { seconds: SECONDS, speech });
  const uri = pathToFileURL(video).href;
  const wanted = list.map((scene, i) => captionOf(scene, i === 1 ? 'luna' : undefined));

  await set(client, 'clips.seconds', SECONDS);
  await set(client, 'models.captioner', TINY_HOST.folder);
  await client.result('goldfish/folders/add', { uri: pathToFileURL(folder).href });
  const local = await captions(client, uri, list.length, 'model');
  const right = local.filter((text, i) => text === wanted[i]).length;
  assert.ok(right >= list.length - 1, local.join('\n'));

  const server = await tinyHost();
  t.after(() => server.close());
  await set(client, 'models.captioner', `${server.baseUrl}#${TINY.id}`);
  const remote = await captions(client, uri, list.length, TINY.id);
  assert.ok(remote.filter((text, i) => text === wanted[i]).length >= list.length - 1, remote.join('\n'));

  const answering = await openaiServer({ model: 'writer', answer: answerFrom });
  t.after(() => answering.close());
  await set(client, 'models.answerer', `${answering.baseUrl}#writer`);
  const answer = await client.result('goldfish/ask', { question: 'What colour is Luna?' });
  const told = JSON.stringify(answer);
  assert.ok(told.includes(`Luna is ${remote[1]?.replace(/\.$/, '')} [1].`), told);
  const { citations } = answer as unknown as { citations: { uri: string; startMs: number }[] };
  assert.equal(citations[0]?.uri, uri);
  assert.ok(Math.abs((citations[0]?.startMs ?? 0) - SECONDS * 1000) <= SECONDS * 1000);
  const status = JSON.stringify(await client.result('goldfish/status', {}));
  assert.match(status, /"role":"captioner","inUse":"tiny-captioner"/);
  assert.match(status, /"role":"answerer","inUse":"writer"/);
});

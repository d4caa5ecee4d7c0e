import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { pathToFileURL } from 'node:url';
import { sandbox, startDaemon } from '../support/daemon.ts';
import type { IndependentClient } from '../support/independent-client.ts';
import { type ChatRequest, openaiServer } from '../support/openai-server.ts';
import { tinyHost } from '../support/tiny-host.ts';
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

test('a local model captions a watched folder, a host does it anew, and a model answers from it', async (t) => {
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

/** Children of a process whose command line holds a word; Linux tells them. */
function childrenOf(pid: number | undefined, word: string): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const parent = /\) \S (\d+) /.exec(readFileSync(`/proc/${name}/stat`, 'utf8'))?.[1];
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8');
        return Number(parent) === pid && command.includes(word) ? [Number(name)] : [];
      } catch {
        // Ended meanwhile.
        return [];
      }
    });
}

test('the inference child killed while it works: no clip is lost and none has two captions', {
  skip: process.platform !== 'linux' && 'needs /proc',
}, async (t) => {
  const box = sandbox();
  const daemon = await startDaemon(box);
  t.after(() => daemon.child.kill());
  const client = await daemon.client();
  const folder = join(box.folder, 'videos');
  mkdirSync(folder);
  const list = scenes(24);
  const halves = [list.slice(0, 12), list.slice(12)];
  await set(client, 'clips.seconds', SECONDS);
  await set(client, 'models.captioner', TINY_HOST.folder);
  const uris: string[] = [];
  for (const [i, half] of halves.entries()) {
    const path = join(folder, `${i}.mp4`);
    await sceneVideo(path, half, { seconds: SECONDS });
    uris.push(pathToFileURL(path).href);
  }
  await client.result('goldfish/folders/add', { uri: pathToFileURL(folder).href });
  const killed = new Set<number>();
  let from = client.notices.length;
  while (killed.size < 3) {
    const pid = childrenOf(daemon.child.pid, 'inference').find((each) => !killed.has(each));
    if (pid !== undefined) {
      process.kill(pid, 'SIGKILL');
      killed.add(pid);
    }
    if (killed.size >= 3) break;
    const seen = from;
    const notice = await client.notice(
      (each) => each.method === 'goldfish/didChangeStatus' && client.notices.indexOf(each) >= seen,
    );
    from = client.notices.indexOf(notice) + 1;
    const { work } = notice.params as {
      work: { waiting: number; running: readonly unknown[]; done: number };
    };
    if (work.done === uris.length && work.waiting + work.running.length === 0) break;
  }
  assert.ok(killed.size > 0, 'a child was killed');
  for (const [i, uri] of uris.entries()) {
    const found = await captions(client, uri, 12, 'model');
    const wanted = (halves[i] ?? []).map((scene) => captionOf(scene));
    const right = found.filter((text, at) => text === wanted[at]);
    assert.ok(right.length >= 11, found.join('\n'));
  }
  const { work } = (await client.result('goldfish/status', {})) as unknown as { work: { failed: unknown[] } };
  assert.deepEqual(work.failed, []);
});

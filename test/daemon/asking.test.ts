import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { pathToFileURL } from 'node:url';
import { goldfish, sandbox, startDaemon } from '../support/daemon.ts';
import type { IndependentClient } from '../support/independent-client.ts';
import { type ChatRequest, openaiServer } from '../support/openai-server.ts';
import { scenes, sceneVideo } from '../support/tiny-scenes.ts';

const SECONDS = 5;
const CLIPS = 12;
/** Captions that are asked for at a time. */
const BATCH = 4;

type Kind = 'caption' | 'look' | 'whole' | 'answer';
function kindOf({ pictures, messages }: ChatRequest): Kind {
  const text = messages.at(-1)?.text ?? '';
  if (pictures.length === 0) return 'answer';
  if (text.includes('frames of a whole video')) return 'whole';
  return text.includes('Question:') ? 'look' : 'caption';
}

interface Answered {
  readonly answer: string;
  readonly citations: readonly { readonly n: number; readonly clipId: string; readonly uri: string }[];
  readonly grounded: boolean;
}

const set = (client: IndependentClient, key: string, value: unknown) =>
  client.result('goldfish/settings/set', { key, value });

/** A daemon with one host as captioner and answerer, and a video of twelve clips that each say a number. */
async function setUp(
  t: TestContext,
  says: (
    kind: Kind,
    request: ChatRequest,
    signal: AbortSignal,
  ) => AsyncIterable<string> | Iterable<string> | Promise<Iterable<string>>,
) {
  const box = sandbox();
  const seen: { readonly kind: Kind; readonly request: ChatRequest }[] = [];
  const waiting = new Set<() => void>();
  const server = await openaiServer({
    model: 'm',
    answer: (request, signal) => {
      const kind = kindOf(request);
      seen.push({ kind, request });
      for (const wake of waiting) wake();
      return says(kind, request, signal);
    },
  });
  t.after(() => server.close());
  const daemon = await startDaemon(box);
  t.after(() => daemon.child.kill());
  const client = await daemon.client();
  const folder = join(box.folder, 'videos');
  mkdirSync(folder);
  const path = join(folder, 'shapes.mp4');
  const words = 'apple river candle garden mirror bottle hammer violin carpet window ladder basket'.split(
    ' ',
  );
  const speech = words.map((word, i) => ({
    startMs: i * SECONDS * 1000 + 500,
    endMs: i * SECONDS * 1000 + 3000,
    text: `Here is the ${word} of number ${i}.`,
  }));
  await sceneVideo(path, scenes(CLIPS), { seconds: SECONDS, speech });
  await set(client, 'clips.seconds', SECONDS);
  await set(client, 'models.captioner', `${server.baseUrl}#m`);
  await set(client, 'models.answerer', `${server.baseUrl}#m`);
  return {
    box,
    server,
    client,
    folder,
    uri: pathToFileURL(path).href,
    of: (kind: Kind) => seen.filter((each) => each.kind === kind).map(({ request }) => request),
    /** Resolves once so many requests of a kind have come. */
    async reached(kind: Kind, count: number): Promise<void> {
      while (seen.filter((each) => each.kind === kind).length < count) {
        await new Promise<void>((resolve) => {
          const wake = () => {
            waiting.delete(wake);
            resolve();
          };
          waiting.add(wake);
        });
      }
    },
  };
}

/** The number under which a prompt gives the clip that holds a text. */
function numberOf(request: ChatRequest, text: string): string {
  const blocks = request.messages.at(-1)?.text.split('\n\n') ?? [];
  return /^Evidence \[(\d+)\]/.exec(blocks.find((block) => block.includes(text)) ?? '')?.[1] ?? '0';
}

test('given a model host, when asked with inspect, over a short video, in a conversation or for a list, then answers are cited', async (t) => {
  const { client, folder, of, uri, box } = await setUp(t, (kind, request) => {
    const text = request.messages.at(-1)?.text ?? '';
    if (kind === 'caption') return ['A shape.'];
    if (kind === 'look') return text.includes('mirror') ? ['A silver ', 'frame.'] : ['NO ANSWER'];
    if (kind === 'whole') return ['A golden ', 'ladder ', 'leans [11]. ', 'A lie [99].'];
    if (request.messages[0]?.text.startsWith('You list'))
      return [...text.matchAll(/^Evidence \[(\d+)\]/gm)]
        .slice(0, 3)
        .map(([, n]) => `Something is number ${n} [${n}].\n`);
    if (text.includes('golden')) return [`A golden ladder leans [${numberOf(request, 'golden')}].`];
    const n = numberOf(request, 'silver');
    return ['It has ', 'a frame ', `of silver [${n}]. `, 'I made this up.'];
  });
  await client.result('goldfish/index', { uris: [pathToFileURL(folder).href], keep: true });
  await set(client, 'ask.wholeMinutes', 0);

  const inspected = (await client.result('goldfish/ask', {
    question: 'What frame does the mirror have?',
    k: 2,
    inspect: true,
    partialResultToken: 'p',
  })) as unknown as Answered;
  assert.equal(inspected.answer, 'It has a frame of silver [1].');
  assert.equal(inspected.citations[0]?.uri, uri);
  assert.match(inspected.citations[0]?.clipId ?? '', /@2\d{4}-2\d{4}$/);
  const deltas = client.notices
    .filter(({ method }) => method === '$/progress')
    .map(({ params }) => params.value);
  assert.equal((deltas as { delta?: string }[]).map(({ delta = '' }) => delta).join(''), inspected.answer);
  const looks = of('look');
  assert.ok(looks.length >= 1 && looks.length <= 2);
  for (const { pictures, messages } of looks) {
    assert.equal(pictures.length, 8);
    assert.doesNotMatch(messages.at(-1)?.text ?? '', /shapes/, 'no file name');
  }

  await set(client, 'ask.wholeMinutes', 3);
  const whole = (await client.result('goldfish/ask', {
    question: 'What leans there?',
    scope: { uris: [uri] },
    conversation: [{ question: 'What is at the ladder?', answer: 'Number 10 [1].' }],
  })) as unknown as Answered;
  assert.equal(of('whole').length, 1);
  const prompt = of('answer').at(-1)?.messages.at(-1)?.text ?? '';
  assert.match(prompt, /seen: "A golden ladder leans\."/);
  assert.doesNotMatch(prompt, /A lie/);
  assert.match(prompt, /Asked: "What is at the ladder\?"\nAnswered: "Number 10\."/);
  assert.equal(whole.answer, 'A golden ladder leans [1].');
  assert.match(whole.citations[0]?.clipId ?? '', /@5\d{4}-5\d{4}$/);

  const list = (await client.result('goldfish/ask', {
    question: 'List all the numbers',
  })) as unknown as Answered;
  assert.equal(list.citations.length, 3);
  assert.match(list.answer, /\n3 moments in total\.$/);

  const typed = await goldfish(
    box,
    'ask',
    '--inspect',
    '-k',
    '1',
    'What frame does the mirror have?',
    '--json',
  );
  assert.equal(typed.code, 0, typed.stderr);
  assert.match(typed.stdout, /of silver \[1\]/);
  const wrong = await client.request('goldfish/ask', { question: 'x', conversation: [{ question: 'y' }] });
  assert.equal(wrong.error?.code, -32602);
  assert.deepEqual(client.faults, []);
});

for (const kind of ['look', 'answer'] as const) {
  test(`given a question in progress, when cancelled while the model ${kind}s, then the request at the host is aborted`, async (t) => {
    const { client, server, folder, reached } = await setUp(t, async function* (each, _request, signal) {
      if (each !== kind) {
        yield each === 'caption' ? 'A shape.' : 'NO ANSWER';
        return;
      }
      yield 'It ';
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
    } as Parameters<typeof setUp>[1]);
    await client.result('goldfish/index', { uris: [pathToFileURL(folder).href], keep: true });
    await set(client, 'ask.wholeMinutes', 0);
    const { id, answer } = client.start('goldfish/ask', {
      question: 'What frame does the mirror have?',
      inspect: kind === 'look',
    });
    await reached(kind, 1);
    client.notify('$/cancelRequest', { id });
    assert.equal((await answer).error?.code, -32800);
    await server.brokenOff;
    await client.result('goldfish/status', {});
    assert.deepEqual(client.faults, []);
  });
}

test('given captions in progress, when a question is asked, then no further batch starts until it is answered', async (t) => {
  const captions = Promise.withResolvers<void>();
  const looking = Promise.withResolvers<void>();
  const { client, folder, of, reached } = await setUp(t, async function* (kind) {
    if (kind === 'caption') {
      await captions.promise;
      yield 'A shape.';
    } else if (kind === 'look') {
      await looking.promise;
      yield 'A frame.';
    } else yield 'NO ANSWER';
  } as Parameters<typeof setUp>[1]);
  await set(client, 'ask.wholeMinutes', 0);
  await client.result('goldfish/folders/add', { uri: pathToFileURL(folder).href });
  await reached('caption', BATCH);
  const asked = client.request('goldfish/ask', {
    question: 'What frame does the mirror have?',
    k: 1,
    inspect: true,
  });
  await reached('look', 1);
  captions.resolve();
  // The first batch is answered now; each of these goes through the daemon's loop.
  for (let i = 0; i < 50; i += 1) await client.result('goldfish/status', {});
  assert.equal(of('caption').length, BATCH);
  looking.resolve();
  assert.equal((await asked).error, undefined);
  await reached('caption', CLIPS);
  assert.equal(of('caption').length, CLIPS);
  assert.deepEqual(client.faults, []);
});

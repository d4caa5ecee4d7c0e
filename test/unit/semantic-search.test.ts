import assert from 'node:assert/strict';
import test from 'node:test';
import type { Line } from '../../server/src/core/domain/description.ts';
import { lesson } from '../support/cooking-lesson.ts';
import { fakeFrameEmbedder } from '../support/fake-frame-embedder.ts';
import { fakeReranker } from '../support/fake-reranker.ts';
import { fakeTextEmbedder } from '../support/fake-text-embedder.ts';
import { meantLibrary, type Shown } from '../support/hybrid-library.ts';
import { cues, library, uriOf } from '../support/transcripts.ts';

const kitchen: Shown = { path: '/videos/risotto.mp4', beside: lesson };
const seen = (startMs: number, text: string): Line => ({
  kind: 'caption',
  text,
  startMs,
  endMs: startMs + 30_000,
  source: 'model',
  language: 'en',
});
const clinic: Shown = {
  path: '/videos/clinic.mp4',
  recorded: '2023-05-03',
  own: [
    ...cues(`
      0 Mia: The physician looks at the sick boy.
      32 Mia: She purchased an automobile with that cash.
    `),
    seen(0, 'A woman bends over a bed.'),
    seen(30_000, 'A red vehicle stands before a building.'),
  ],
};
const BLUE = [40, 60, 220] as const;
const RED = [220, 30, 30] as const;
const GRAY = [128, 128, 128] as const;

test('given no model, when searched, then the lexical results are unchanged', async () => {
  const plain = await library([kitchen, clinic]);
  const meant = await meantLibrary([kitchen, clinic], {});
  for (const query of ['soak the porcini', 'red vehicle', 'butter -cheese', 'zebra'])
    assert.deepEqual(await meant.search(query), await plain.search(query));
  assert.deepEqual(meant.logged, []);
});

test('given other words with the same meaning, when searched, then they are found with their lines', async () => {
  const words = await library([kitchen, clinic]);
  assert.deepEqual(await words.search('ill child'), []);
  const { search } = await meantLibrary([kitchen, clinic], { text: fakeTextEmbedder() });
  const [hit] = await search('ill child');
  assert.equal(hit?.path, clinic.path);
  assert.deepEqual([hit?.startMs, hit?.endMs], [0, 4_000]);
  assert.deepEqual(
    hit?.evidence.map(({ kind, text }) => [kind, text]),
    [['speech', 'The physician looks at the sick boy.']],
  );
  assert.ok(hit && hit.score > 0.3 && hit.score <= 1);
  assert.equal(hit?.weak, false);
});

test('given a close enough meaning, when asked, then an answer may use it, but never merely the closest text', async () => {
  const { ask, grounded, search } = await meantLibrary([kitchen, clinic], { text: fakeTextEmbedder() });
  const { answer, citations, grounded: sure } = await ask('who examines an ill child');
  assert.equal(sure, true, answer);
  assert.match(answer, /“The physician looks at the sick boy.” \[1\]/);
  assert.equal(citations[0]?.startMs, 0);
  for (const foreign of ['when was the volcano in Iceland discovered', 'a boat with two happy kings'])
    assert.equal(await grounded(foreign), false, foreign);
  for (const { weak } of await search('a boat with two happy kings')) assert.equal(weak, true);
});

test('given weak and strong matches of words, when fused with meaning, then only strong ones outrank it', async () => {
  const { search } = await meantLibrary(
    [
      { path: '/words.mp4', own: cues('0 the boat of the child is painted on a wooden wall') },
      { path: '/meaning.mp4', own: cues('0 a cheerful kid') },
    ],
    { text: fakeTextEmbedder() },
  );
  assert.equal((await search('happy child'))[0]?.path, '/meaning.mp4');
  assert.equal((await search('child on a wooden wall'))[0]?.path, '/words.mp4');
});

test('given operators and a scope, when searched by meaning, then both apply', async () => {
  const { search } = await meantLibrary([kitchen, clinic], { text: fakeTextEmbedder() });
  const paths = async (query: string, scope = {}) =>
    (await search(query, scope)).filter(({ weak }) => !weak).map(({ path, startMs }) => `${path} ${startMs}`);
  const found = [`${clinic.path} 32000`];
  assert.deepEqual(await paths('bought a car'), found);
  assert.deepEqual(await paths('bought a car in:clinic before:2024'), found);
  assert.deepEqual(await paths('bought a car in:risotto'), []);
  assert.deepEqual(await paths('bought a car after:2024'), []);
  assert.deepEqual(await paths('bought a car -cash'), []);
  assert.deepEqual(await paths('bought a car speaker:mia'), found);
  assert.deepEqual(await paths('bought a car speaker:ana'), []);
  assert.deepEqual(await paths('bought a car', { kinds: ['screenText'] }), []);
  assert.deepEqual(await paths('bought a car', { uris: [uriOf('/videos/risotto.mp4')] }), []);
  assert.deepEqual(await paths('"bought a car"'), []);
  assert.deepEqual(await paths('said:bought car'), [], 'a word that is asked for as said must be said');
  const [caption] = await search('car at the house', { kinds: ['caption'] });
  assert.deepEqual(
    caption?.evidence.map(({ text }) => text),
    ['A red vehicle stands before a building.'],
  );
});

test('given repeated use of a question, when searched, then it is embedded once', async () => {
  const text = fakeTextEmbedder();
  const { search } = await meantLibrary([kitchen, clinic], { text });
  const count = () => text.asked.filter((one) => one.text === 'ill chidl').length;
  await search('ill chidl');
  await search('ill chidl');
  assert.equal(count(), 1);
});

test('given a model that is not ready in time, when searched, then words answer and the next search uses it', async () => {
  const loaded = Promise.withResolvers<void>();
  const asking = fakeTextEmbedder({ busy: () => loaded.promise });
  const { search, logged, meaning } = await meantLibrary([kitchen, clinic], {
    text: fakeTextEmbedder(),
    asking,
    patienceMs: 1,
  });
  assert.equal((await search('soak the porcini'))[0]?.path, kitchen.path);
  assert.deepEqual(await search('ill child'), []);
  assert.match(logged[0] ?? '', /text embedder was not ready within 1 ms/);
  loaded.resolve();
  const whenLoaded = { perKind: 1, languages: ['en'], timeoutMs: 60_000 };
  await meaning.findText('ill child', ['speech'], {}, whenLoaded, new AbortController().signal);
  assert.equal((await search('ill child'))[0]?.path, clinic.path);
});

test('given a model that cannot serve, when searched, then it is logged, paused, and no error', async () => {
  const asking = fakeTextEmbedder();
  await asking.close();
  const { search, logged } = await meantLibrary([kitchen, clinic], { text: fakeTextEmbedder(), asking });
  assert.equal((await search('soak the porcini'))[0]?.path, kitchen.path);
  await search('ill child');
  assert.deepEqual(logged, ['The text embedder failed: The embedder is closed.']);
});

test('given an aborted search, when a model is awaited, then it rejects with the reason', async () => {
  const asking = fakeTextEmbedder({ busy: () => new Promise(() => {}) });
  const { retrieve } = await meantLibrary([clinic], { text: fakeTextEmbedder(), asking });
  const stop = new AbortController();
  const reason = new Error('enough');
  const pending = retrieve('ill child', 10, {}, stop.signal);
  stop.abort(reason);
  await assert.rejects(pending, reason);
});

test('given a picture without text, when searched, then it is found and says so', async () => {
  const silent: Shown = {
    path: '/silent.mp4',
    durationMs: 90_000,
    colourAt: (timeMs) => (timeMs >= 30_000 && timeMs < 60_000 ? RED : GRAY),
  };
  const { search, grounded, ask } = await meantLibrary([kitchen, silent], { frame: fakeFrameEmbedder() });
  const hits = await search('something red');
  assert.deepEqual(
    hits.map(({ path, startMs, endMs, weak }) => ({ path, startMs, endMs, weak })),
    [{ path: '/silent.mp4', startMs: 30_000, endMs: 60_000, weak: true }],
  );
  assert.deepEqual(
    hits[0]?.evidence.map(({ kind, text, source }) => [kind, text, source]),
    [['frame', 'matched by image', 'looks']],
  );
  assert.equal(await grounded('something red'), false);
  assert.equal((await ask('something red')).citations.length, 0);
  assert.deepEqual(await search('an elephant'), []);
  assert.equal((await search('shown:red')).length, 1);
  assert.equal((await search('red in:silent')).length, 1);
  assert.deepEqual(await search('said:red'), []);
  assert.deepEqual(await search('red in:risotto'), []);
  assert.deepEqual(await search('red', { kinds: ['speech'] }), []);
  assert.equal((await search('red', { kinds: ['frame'] })).length, 1);
});

test('given a picture that fits, when fused, then it raises the lexical hit at its time', async () => {
  const two = (path: string, colour: readonly [number, number, number]): Shown => ({
    path,
    own: cues('0 look at the red house'),
    colourAt: () => colour,
  });
  const { search } = await meantLibrary([two('/a.mp4', BLUE), two('/b.mp4', RED)], {
    frame: fakeFrameEmbedder(),
  });
  const hits = await search('red house');
  assert.deepEqual(
    hits.map(({ path }) => path),
    ['/b.mp4', '/a.mp4'],
  );
  assert.deepEqual(
    hits.map(({ evidence }) => evidence.map(({ kind }) => kind)),
    [['speech', 'frame'], ['speech']],
  );
});

test('given a reranker, when searched, then it reorders the best places, and search works without it', async () => {
  const told = [
    { path: '/a.mp4', own: cues('0 the bread is warm bread') },
    { path: '/b.mp4', own: cues('0 the bread is stale') },
  ];
  const first = async (reranker: ReturnType<typeof fakeReranker> | undefined, patienceMs = 5_000) =>
    (await (await meantLibrary(told, { reranker, patienceMs })).search('warm bread'))[0]?.path;
  assert.equal(await first(undefined), '/a.mp4');
  assert.equal(await first(fakeReranker({ favours: 'stale' })), '/b.mp4');
  const never = fakeReranker({ favours: 'stale', busy: () => new Promise(() => {}) });
  assert.equal(await first(never, 1), '/a.mp4');
});

import assert from 'node:assert/strict';
import test from 'node:test';
import type { Line } from '../../server/src/core/domain/description.ts';
import { lesson } from '../support/cooking-lesson.ts';
import { cues, library, type Told, uriOf } from '../support/transcripts.ts';

const kitchen: Told = { path: '/videos/cooking/risotto lesson.mp4', beside: lesson };
const budget: Told = {
  path: '/videos/work/planning.mp4',
  recorded: '2023-11-20',
  own: cues(`
    0 Ben: Good morning, the first item is the budget of the remote control.
    5 Ben: We agreed on twelve euros fifty for each piece.
    11 Cleo: Is that with the batteries?
    14 Ben: No, the batteries come on top.
  `),
};

function screen(startMs: number, endMs: number, text: string): Line {
  return { kind: 'screenText', text, startMs, endMs, source: 'tesseract', language: 'en' };
}

test('given matching cues, when searched, then a hit is their run with one cue either side, at most 30 s', async () => {
  const { search } = await library([kitchen, budget]);
  const [hit] = await search('how long to soak the porcini');
  assert.equal(hit?.path, kitchen.path);
  assert.deepEqual([hit?.startMs, hit?.endMs], [34_000, 74_000 - 33_000]);
  assert.deepEqual(
    hit?.evidence.map(({ text }) => text),
    ['Dried porcini, soaked in warm water for twenty minutes.'],
  );
  assert.deepEqual(hit?.clip, { startMs: 30_000, endMs: 60_000 });
  assert.equal(hit?.link, `${uriOf(kitchen.path)}#t=34,41`);
  for (const { startMs, endMs } of await search('rice stock butter pan onion'))
    assert.ok(endMs - startMs <= 30_000);
});

test('given several hits, when searched, then scores are in 0..1, descending, and places do not overlap', async () => {
  const { search } = await library([kitchen, budget]);
  const hits = await search('butter in the pan');
  assert.ok(hits.length > 1);
  hits.forEach(({ score, videoId, startMs, endMs }, i) => {
    assert.ok(score > 0 && score <= 1);
    assert.ok(i === 0 || score <= (hits[i - 1]?.score ?? 0));
    for (const other of hits.slice(0, i))
      assert.ok(other.videoId !== videoId || other.endMs <= startMs || endMs <= other.startMs);
  });
});

test('given nothing that answers, when searched, then the closest matches are returned as weak', async () => {
  const { search, grounded } = await library([kitchen, budget]);
  const question = 'when does the volcano throw hot lava over the village';
  const hits = await search(question);
  assert.ok(hits.length > 0);
  assert.ok(hits.every(({ weak }) => weak));
  assert.equal(await grounded(question), false);
  assert.equal(await grounded('cold butter and cheese'), true);
  assert.deepEqual(await search('zzz'), []);
  assert.deepEqual(await search(''), []);
  assert.deepEqual(await search('the of and'), []);
});

test('given a speaker, when searched by name or speaker:, then their lines are found', async () => {
  const { search } = await library([kitchen, budget]);
  assert.equal((await search('Cleo'))[0]?.startMs, 5_000);
  const said = await search('batteries speaker:Ben');
  assert.deepEqual(
    said.flatMap(({ evidence }) => evidence.map(({ text }) => text)),
    ['No, the batteries come on top.'],
  );
  const cleo = await search('speaker:cleo');
  assert.deepEqual(
    cleo.flatMap(({ evidence }) => evidence.map(({ text }) => text)),
    ['Is that with the batteries?'],
  );
  assert.ok((cleo[0]?.score ?? 0) > 0);
});

test('given phrases, exclusions, places and dates, when searched, then each restricts the hits', async () => {
  const { search } = await library([kitchen, budget]);
  const paths = async (query: string) => [...new Set((await search(query)).map(({ path }) => path))];
  assert.deepEqual(await paths('"twelve euros fifty"'), [budget.path]);
  assert.deepEqual(await paths('"fifty twelve euros"'), []);
  assert.deepEqual(
    await paths('"cooking every time you pour"'),
    [kitchen.path],
    'a phrase across two words of a cue',
  );
  assert.deepEqual(await paths('first table -budget'), [kitchen.path]);
  assert.deepEqual(await paths('table item in:work'), [budget.path]);
  assert.deepEqual(await paths('table item before:2024'), [budget.path]);
  assert.deepEqual(await paths('table item after:2024'), [kitchen.path]);
  assert.deepEqual(await paths('in:cooking'), [kitchen.path], 'a place alone lists what lies there');
});

test('given a scope, when searched, then folders, videos, times and kinds restrict the hits', async () => {
  const { search } = await library([
    kitchen,
    { ...budget, own: [...(budget.own ?? []), screen(0, 9_000, 'table item')] },
  ]);
  const paths = async (scope: Parameters<typeof search>[1]) =>
    [...new Set((await search('table item', scope)).map(({ path }) => path))].sort();
  assert.deepEqual(await paths({}), [kitchen.path, budget.path].sort());
  assert.deepEqual(await paths({ uris: [uriOf('/videos/work')] }), [budget.path]);
  assert.deepEqual(await paths({ uris: [uriOf(kitchen.path)] }), [kitchen.path]);
  assert.deepEqual(await paths({ uris: [uriOf('/videos/wor')] }), []);
  assert.deepEqual(await paths({ recordedToMs: Date.UTC(2024, 0) }), [budget.path]);
  const shown = await search('table item', { kinds: ['screenText'] });
  assert.deepEqual(
    shown.flatMap(({ evidence }) => evidence.map(({ kind }) => kind)),
    ['screenText'],
  );
});

test('given said: and shown:, when searched, then only speech or only pictures match', async () => {
  const { search } = await library([
    { path: '/a.mp4', own: cues('0 the error is on page four') },
    { path: '/b.mp4', own: [screen(10_000, 80_000, 'Error 404: page not found')] },
  ]);
  const paths = async (query: string) => (await search(query)).map(({ path }) => path);
  assert.deepEqual(await paths('said:error'), ['/a.mp4']);
  assert.deepEqual(await paths('shown:errors'), ['/b.mp4']);
  assert.deepEqual(await paths('shown:"error 404"'), ['/b.mp4']);
  const [slide] = await search('shown:error');
  assert.deepEqual([slide?.startMs, slide?.endMs], [10_000, 40_000], 'text that lasts: its first 30 s, once');
});

test('given a video found by its title only, when searched, then the title is the evidence', async () => {
  const { search } = await library([kitchen, { path: '/videos/Holiday in Rome.mp4', durationMs: 90_000 }]);
  const [hit] = await search('holidays rome');
  assert.equal(hit?.path, '/videos/Holiday in Rome.mp4');
  assert.deepEqual(
    hit?.evidence.map(({ kind }) => kind),
    ['title'],
  );
  assert.deepEqual([hit?.startMs, hit?.endMs], [0, 30_000]);
  assert.equal((await search('videos of May 2024', { kinds: ['title'] })).length, 2);
  assert.equal((await search('lesson', { kinds: ['title'] }))[0]?.path, kitchen.path);
});

test('given facts only, when searched, then they are no hit unless facts are requested', async () => {
  const facts: Line = {
    kind: 'facts',
    text: 'Measured: red, still',
    startMs: 0,
    endMs: 30_000,
    source: 'measured',
  };
  const { search } = await library([{ path: '/a.mp4', own: [facts, ...cues('50 a red apple')] }]);
  assert.deepEqual(
    (await search('red')).flatMap(({ evidence }) => evidence.map(({ kind }) => kind)),
    ['speech'],
  );
  assert.deepEqual(await search('still'), []);
  const [hit] = await search('still', { kinds: ['facts'] });
  assert.deepEqual([hit?.startMs, hit?.endMs, hit?.evidence[0]?.kind], [0, 30_000, 'facts']);
});

test('given copies of one content, when searched, then they are one hit, and a sidecar belongs to its path', async () => {
  const own = cues('0 penguins walk over the ice', { source: 'track 2' });
  const mine = cues('0 penguins walk, says the German narrator');
  const { search } = await library([
    { path: '/a.mp4', videoId: 'same', own },
    { path: '/b.mp4', videoId: 'same', beside: mine },
    { path: '/c.mp4', videoId: 'same' },
  ]);
  const hits = await search('penguins ice');
  assert.deepEqual(
    hits.map(({ path }) => path),
    ['/b.mp4'],
  );
  assert.deepEqual(
    hits[0]?.evidence.map(({ source }) => source),
    ['track 2', 'a.srt'],
  );
  const plain = await library([
    { path: '/a.mp4', videoId: 'same', own },
    { path: '/c.mp4', videoId: 'same' },
  ]);
  assert.equal((await plain.search('penguins')).length, 1);
  assert.deepEqual(
    (await plain.search('penguins', { uris: [uriOf('/c.mp4')] })).map(({ path }) => path),
    ['/c.mp4'],
  );
});

test('given two copies with sidecars, when searched, then each keeps its own', async () => {
  const { search } = await library([
    { path: '/a.mp4', videoId: 'same', beside: cues('0 the cat sleeps') },
    { path: '/b.mp4', videoId: 'same', beside: cues('0 the dog sleeps') },
  ]);
  assert.deepEqual(
    (await search('cat')).map(({ path }) => path),
    ['/a.mp4'],
  );
  assert.equal((await search('sleeps')).length, 2);
});

test('given questions in German, Chinese and Japanese, when searched, then cues in that language are found', async () => {
  const { search } = await library([
    kitchen,
    {
      path: '/de.mp4',
      own: cues('0 Die Häuser am Bahnhof werden nächstes Jahr gebaut.\n5 Der Haushaltsplan liegt vor.', {
        language: 'de',
      }),
    },
    { path: '/zh.mp4', own: cues('0 我们在会议上讨论了机器学习的目的', { language: 'zh' }) },
    { path: '/ja.mp4', own: cues('0 会議で来年の予算について話しました', { language: 'ja' }) },
  ]);
  const first = async (query: string) => (await search(query))[0]?.path;
  assert.equal(await first('Haus'), '/de.mp4');
  assert.equal(await first('wann wird gebaut'), '/de.mp4');
  assert.equal(await first('Haushalt'), '/de.mp4');
  assert.equal(await first('机器学习是什么'), '/zh.mp4');
  assert.equal(await first('予算はいくらですか'), '/ja.mp4');
  assert.equal(await first('soaking mushrooms'), kitchen.path);
});

test('given a word that occurs nowhere, when searched, then the most similar word is used; existing words stay', async () => {
  const { search, ask, grounded } = await library([kitchen, budget]);
  assert.equal((await search('porcinni'))[0]?.startMs, 34_000);
  assert.equal((await search('how long to soak the procini'))[0]?.startMs, 34_000);
  assert.equal(await grounded('soak the procini in water'), true);
  const { answer, grounded: sure } = await ask('porcinni');
  assert.equal(sure, false);
  assert.match(answer, /No video contains “porcinni”\. Did you mean “porcini”\?/);
  assert.equal((await search('planing'))[0]?.path, budget.path, 'a word of a name');
  assert.deepEqual(await search('"dried porcinni"'), [], 'a phrase is taken at its word');
  assert.ok((await search('tables'))[0]?.evidence.every(({ text }) => /table/.test(text)));
});

test('given quoted words that are too common for the index, when searched, then the lines that hold them are found', async () => {
  const { search } = await library([kitchen, budget]);
  const find = async (query: string) =>
    (await search(query)).flatMap(({ path, startMs, evidence }) =>
      evidence.map(({ text }) => `${path === kitchen.path ? 'kitchen' : 'budget'} ${startMs / 1000} ${text}`),
    );
  assert.deepEqual(await find('"is that with the"'), ['budget 11 Is that with the batteries?']);
  assert.deepEqual(await find('"the" "is" in:planning speaker:Cleo'), [
    'budget 11 Is that with the batteries?',
  ]);
  assert.deepEqual(await find('"no, the" in:planning'), ['budget 14 No, the batteries come on top.']);
  assert.deepEqual(await find('said:"is that"'), ['budget 11 Is that with the batteries?']);
  assert.deepEqual(await find('shown:"is that"'), []);
  assert.deepEqual(await find('"on" -batteries in:planning'), []);
  assert.deepEqual(await find('"at that of"'), []);
  assert.equal((await search('"the"', {}, 1)).length, 1);
});

test('given a query of any size, when searched, then it is answered at once', async () => {
  const { search, ask } = await library([kitchen]);
  const words = Array.from({ length: 200_000 }, (_, i) => `rice${i} fasse "`).join(' ');
  assert.deepEqual(await search(words), []);
  assert.equal((await ask(`rice ${'x'.repeat(1_000_000)}`)).citations.length, 0);
  assert.ok((await search(`butter ${'?'.repeat(100_000)}`)).length > 0);
});

test('given an aborted search, when awaited, then it rejects with the reason', async () => {
  const { retrieve } = await library([kitchen]);
  const reason = new Error('enough');
  await assert.rejects(retrieve('rice', 10, {}, AbortSignal.abort(reason)), reason);
});

test('given wide letters, ligatures and decomposed accents in lines, when their plain words are searched, then the lines are found', async () => {
  const { search } = await library([
    {
      path: '/videos/nhk.mp4',
      own: cues('0 Aya: ＮＨＫ ＷＯＲＬＤ reports on the ﬁsheries of the ｎｏｒｔｈ.'),
    },
    { path: '/videos/cafe.mp4', own: cues('0 Ben: We met in the cafe\u0301 near the harbour.') },
  ]);
  for (const [query, path] of [
    ['nhk', '/videos/nhk.mp4'],
    ['fisheries', '/videos/nhk.mp4'],
    ['north', '/videos/nhk.mp4'],
    ['ＮＯＲＴＨ', '/videos/nhk.mp4'],
    ['cafe', '/videos/cafe.mp4'],
    ['café', '/videos/cafe.mp4'],
  ] as const)
    assert.deepEqual(
      (await search(query)).map((hit) => hit.path),
      [path],
      query,
    );
});

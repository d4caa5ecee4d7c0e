import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import type { CorrectionsResult } from '../../server/protocol/corrections.ts';
import type { VideoResult } from '../../server/protocol/videos.ts';
import { goldfish, sandbox, startDaemon } from '../support/daemon.ts';
import type { IndependentClient } from '../support/independent-client.ts';
import { fill, makeMedia } from '../support/make-media.ts';
import { openaiServer } from '../support/openai-server.ts';
import { atRest, hitsOf, search, statusWhen, until, uriOf } from '../support/watched.ts';

const vtt = (first: string) => `WEBVTT

00:01.000 --> 00:03.000
<v Speaker 1>${first}

00:04.000 --> 00:06.000
<v Speaker 1>It remembers for three months.

00:07.000 --> 00:09.000
Nobody told the heron.
`;

async function talk(path: string): Promise<void> {
  writeFileSync(path.replace(/mp4$/, 'vtt'), vtt('The coldfish swims in circles.'));
  await makeMedia(path, {
    seconds: 10,
    video: { width: 64, height: 48, fps: 5, draw: (canvas) => fill(canvas, [120, 40, 80]) },
  });
}

const found = async (client: IndependentClient, query: string) =>
  (await search(client, query)).flatMap(({ evidence }) =>
    evidence.filter(({ kind }) => kind !== 'title').map(({ text }) => text),
  );

const videoOf = async (client: IndependentClient, uri: string) =>
  (await client.result('goldfish/video', { uri })) as unknown as VideoResult;

const change = async (client: IndependentClient, name: string, params: object) =>
  (await client.result(`goldfish/corrections/${name}`, params)) as unknown as CorrectionsResult;

const line = (uri: string, startMs: number, more: object) => ({ uri, kind: 'speech', startMs, ...more });

test('given corrections, when made, then search finds them at once; they survive reindex, rename, new subtitles, forget and a kill', async (t) => {
  const box = sandbox();
  let daemon = await startDaemon(box);
  t.after(() => daemon.child.kill());
  let client = await daemon.client();
  const folder = join(box.folder, 'videos');
  mkdirSync(folder);
  const path = join(folder, 'talk.mp4');
  const uri = uriOf(path);
  await talk(path);
  await client.result('goldfish/index', { uris: [uriOf(folder)], keep: true });
  assert.deepEqual(await found(client, 'axolotl'), []);

  // Nothing is made while indexing is paused, but what a person says counts at once.
  await client.result('goldfish/pause', {});
  await change(client, 'line', line(uri, 1000, { text: 'The axolotl swims in circles.' }));
  assert.deepEqual(await found(client, 'axolotl'), ['The axolotl swims in circles.']);
  await change(client, 'speaker', { uri, from: 'Speaker 1', to: 'Ana' });
  await change(client, 'line', line(uri, 8000, { was: 'Nobody told the heron.', speaker: 'Ben' }));
  await change(client, 'tag', { uri, startMs: 4000, endMs: 60_000, tag: 'for the trailer' });
  assert.deepEqual(await found(client, 'months speaker:ana'), ['It remembers for three months.']);
  assert.deepEqual(await found(client, 'heron speaker:ben'), ['Nobody told the heron.']);
  assert.deepEqual(await found(client, 'tag:trailer'), ['for the trailer']);
  const video = await videoOf(client, uri);
  assert.deepEqual(
    video.lines.map(({ kind, text, speaker, corrected }) => [kind, speaker, text, corrected?.text]),
    [
      ['facts', undefined, video.lines[0]?.text, undefined],
      ['speech', 'Ana', 'The axolotl swims in circles.', 'The coldfish swims in circles.'],
      ['speech', 'Ana', 'It remembers for three months.', 'It remembers for three months.'],
      ['tag', undefined, 'for the trailer', undefined],
      ['speech', 'Ben', 'Nobody told the heron.', 'Nobody told the heron.'],
    ],
  );
  assert.equal(video.lines.find(({ kind }) => kind === 'tag')?.endMs, video.durationMs);
  const kept = video.corrections;
  assert.equal(kept.length, 4);
  await client.result('goldfish/resume', {});

  const still = async (query = 'axolotl') => {
    assert.deepEqual(await found(client, query), ['The axolotl swims in circles.']);
    const [copy] = (await client.result('goldfish/videos', {})).videos as unknown as { uri: string }[];
    assert.deepEqual((await videoOf(client, String(copy?.uri))).corrections, kept);
  };
  await client.result('goldfish/reindex', { uri });
  await statusWhen(client, atRest);
  await still();

  const moved = join(folder, 'renamed.mp4');
  renameSync(path.replace(/mp4$/, 'vtt'), moved.replace(/mp4$/, 'vtt'));
  renameSync(path, moved);
  await hitsOf(client, 'axolotl', (hits) => hits[0]?.uri === uriOf(moved));
  await statusWhen(client, atRest);
  await still();

  // The subtitles say something else now: the person's line stands in the place of theirs.
  writeFileSync(moved.replace(/mp4$/, 'vtt'), vtt('The whole fish swims in circles.'));
  const replaced = await until(
    client,
    () => videoOf(client, uriOf(moved)),
    ({ lines }) => lines.some(({ corrected }) => corrected?.text === 'The whole fish swims in circles.'),
  );
  assert.ok(!replaced.lines.some(({ text }) => text.includes('whole fish')));
  await statusWhen(client, atRest);
  await still();
  assert.match(readFileSync(moved.replace(/mp4$/, 'vtt'), 'utf8'), /whole fish/);

  await client.result('goldfish/forget', { uri: uriOf(moved) });
  assert.deepEqual(await found(client, 'axolotl'), []);
  await client.result('goldfish/reindex', { uri: uriOf(moved) });
  await statusWhen(client, atRest);
  await still();

  const last = change(client, 'line', line(uriOf(moved), 4000, { text: 'It remembers for a quarter.' }));
  await last;
  daemon.child.kill('SIGKILL');
  await daemon.exit;
  daemon = await startDaemon(box);
  client = await daemon.client();
  await statusWhen(client, atRest);
  assert.deepEqual(await found(client, 'quarter'), ['It remembers for a quarter.']);

  const { corrections } = await change(client, 'list', { uri: uriOf(moved) });
  assert.equal(corrections.length, 5);
  for (const { id } of corrections) await change(client, 'remove', { uri: uriOf(moved), id });
  assert.deepEqual(await found(client, 'axolotl'), []);
  assert.deepEqual(await found(client, 'whole fish'), ['The whole fish swims in circles.']);
  assert.deepEqual((await videoOf(client, uriOf(moved))).corrections, []);
  assert.deepEqual(client.faults, []);
});

test('given a corrected caption, when another model captions the clip, then the correction stays; removed, the new caption shows', async (t) => {
  const box = sandbox();
  const daemon = await startDaemon(box);
  t.after(() => daemon.child.kill());
  const client = await daemon.client();
  const folder = join(box.folder, 'videos');
  mkdirSync(folder);
  const uri = uriOf(join(folder, 'street.mp4'));
  await makeMedia(join(folder, 'street.mp4'), {
    seconds: 4,
    video: { width: 64, height: 48, fps: 5, draw: (canvas) => fill(canvas, [200, 40, 40]) },
  });
  const captionBy = async (model: string, says: string) => {
    const server = await openaiServer({ model, answer: () => [says] });
    t.after(() => server.close());
    await client.result('goldfish/settings/set', {
      key: 'models.captioner',
      value: `${server.baseUrl}#${model}`,
    });
  };
  const captions = ({ lines }: VideoResult) => lines.filter(({ kind }) => kind === 'caption');
  const captioned = (fits: (video: VideoResult) => boolean) =>
    until(
      client,
      () => videoOf(client, uri),
      (video) => captions(video).length > 0 && fits(video),
    );
  await captionBy('small', 'A red car stands in the street.');
  await client.result('goldfish/folders/add', { uri: uriOf(folder) });
  await until(
    client,
    async () => (await search(client, 'car')).length,
    (count) => count > 0,
  );
  await change(client, 'line', { uri, kind: 'caption', startMs: 0, text: 'A fire engine waits.' });
  assert.deepEqual(await found(client, 'fire engine'), ['A fire engine waits.']);
  assert.deepEqual(await found(client, 'car'), []);

  await captionBy('large', 'A vehicle of some kind.');
  const after = await captioned((video) => captions(video)[0]?.corrected?.text === 'A vehicle of some kind.');
  assert.deepEqual(
    captions(after).map(({ text, source }) => [text, source]),
    [['A fire engine waits.', 'large']],
  );
  const id = String(after.corrections[0]?.id);
  await change(client, 'remove', { uri, id });
  assert.deepEqual(
    captions(await videoOf(client, uri)).map(({ text }) => text),
    ['A vehicle of some kind.'],
  );
  assert.deepEqual(await found(client, 'vehicle'), ['A vehicle of some kind.']);
});

test('given a corrected line and a tag, when the clip is captioned later, then the prompt has the corrected line and no tag', async (t) => {
  const box = sandbox();
  const daemon = await startDaemon(box);
  t.after(() => daemon.child.kill());
  const client = await daemon.client();
  const folder = join(box.folder, 'videos');
  mkdirSync(folder);
  const path = join(folder, 'talk.mp4');
  const uri = uriOf(path);
  await talk(path);
  await client.result('goldfish/index', { uris: [uriOf(folder)], keep: true });
  await change(client, 'line', line(uri, 1000, { text: 'The axolotl swims in circles.' }));
  await change(client, 'tag', { uri, startMs: 0, endMs: 9000, tag: 'for the trailer' });
  const server = await openaiServer({ model: 'eyes', answer: () => ['The axolotl swims in a tank.'] });
  t.after(() => server.close());
  await client.result('goldfish/settings/set', { key: 'models.captioner', value: `${server.baseUrl}#eyes` });
  await hitsOf(client, 'tank', (hits) => hits.length > 0);
  await statusWhen(client, atRest);
  assert.equal(server.requests.length, 1);
  const prompt = server.requests[0]?.messages[0]?.text ?? '';
  assert.match(prompt, /\[speech\] "The axolotl swims in circles\."/);
  assert.match(prompt, /It remembers for three months/);
  assert.doesNotMatch(prompt, /coldfish|trailer/);

  // The caption stays what it was, and what is stored is not what the person said.
  await change(client, 'line', line(uri, 1000, { text: 'The newt swims in circles.' }));
  assert.deepEqual(await found(client, 'tank'), ['The axolotl swims in a tank.']);
  await statusWhen(client, atRest);
  assert.equal(server.requests.length, 1);
  const { corrections } = await change(client, 'list', { uri });
  for (const { id } of corrections) await change(client, 'remove', { uri, id });
  assert.deepEqual(await found(client, 'coldfish'), ['The coldfish swims in circles.']);
});

test('given wrong corrections, when sent, then each is refused and nothing is written; given several at once, then none is lost', async (t) => {
  const box = sandbox();
  const daemon = await startDaemon(box);
  t.after(() => daemon.child.kill());
  const client = await daemon.client();
  const folder = join(box.folder, 'videos');
  mkdirSync(folder);
  const path = join(folder, 'talk.mp4');
  const uri = uriOf(path);
  await talk(path);
  await client.result('goldfish/index', { uris: [uri] });
  const refused = async (name: string, params: object) => {
    const { error } = await client.request(`goldfish/corrections/${name}`, params);
    assert.ok(error?.data?.remedy || error?.code === -32602, JSON.stringify(error));
    return [error?.code, error?.data?.kind];
  };
  const invalid = [-32602, 'invalid'];
  const cases: readonly (readonly [string, object, readonly unknown[]])[] = [
    ['line', line(uri, 1000, { was: 'Something else.', text: 'x' }), [-32011, 'notFound']],
    ['line', line(uri, 9_900_000, { text: 'x' }), [-32011, 'notFound']],
    ['line', line(uri, 1000, {}), invalid],
    ['line', line(uri, 1000, { text: 'x'.repeat(5001) }), invalid],
    ['line', { ...line(uri, 0, { text: 'x' }), kind: 'facts' }, invalid],
    ['line', line(uriOf('/etc/passwd'), 1000, { text: 'x' }), [-32011, 'notFound']],
    ['line', line('https://example.org/a.mp4', 1000, { text: 'x' }), invalid],
    ['speaker', { uri, from: 'Nobody', to: 'Ana' }, [-32011, 'notFound']],
    ['speaker', { uri, from: 'Speaker 1', to: ' \u0007 ' }, [-32012, 'invalid']],
    ['tag', { uri, startMs: 5000, endMs: 5000, tag: 'x' }, [-32012, 'invalid']],
    ['tag', { uri, startMs: 1, endMs: 2, tag: 'x'.repeat(201) }, invalid],
    ['remove', { uri, id: 'none' }, [-32011, 'notFound']],
    ['list', { uri: uriOf('/etc') }, [-32011, 'notFound']],
  ];
  for (const [name, params, wanted] of cases)
    assert.deepEqual(await refused(name, params), wanted, JSON.stringify([name, params]).slice(0, 200));
  assert.equal(existsSync(join(box.dataDir, 'corrections')), false);

  // Both of two at once are kept, and of two on one line the later one.
  const texts = ['A', 'B', 'C'].map((letter) => `${letter} fish.`);
  await Promise.all([
    ...texts.map((text) => change(client, 'line', line(uri, 1000, { text }))),
    change(client, 'tag', { uri, startMs: 0, endMs: 500, tag: 'opening' }),
  ]);
  const { corrections } = await change(client, 'list', { uri });
  assert.deepEqual(
    corrections.map((one) => (one.change === 'speaker' ? '' : one.text)),
    ['C fish.', 'opening'],
  );
});

test('given an editor command and the command line, when lines are corrected and tagged, then both are shown and can be undone', async (t) => {
  const box = sandbox();
  const daemon = await startDaemon(box);
  t.after(() => daemon.child.kill());
  const client = await daemon.client();
  const folder = join(box.folder, 'videos');
  mkdirSync(folder);
  const path = join(folder, 'talk.mp4');
  await talk(path);
  await client.result('goldfish/index', { uris: [uriOf(path)] });
  const { error } = await client.request('workspace/executeCommand', {
    command: 'goldfish/corrections/line',
    arguments: [line(uriOf(path), 1000, { text: 'The axolotl \u001b[31mswims.' })],
  });
  assert.equal(error, undefined);
  const tagged = await goldfish(box, 'tag', `${path}#t=4,6`, 'for', 'the', 'trailer');
  assert.equal(tagged.code, 0, tagged.stderr);
  assert.equal((await goldfish(box, 'correct', `${path}#t=7.5`, '--speaker', 'Ben')).code, 0);
  const renamed = await goldfish(box, 'correct', path, '--everywhere', 'Speaker 1', '--speaker', 'Ana');
  assert.equal(
    renamed.stdout,
    [
      '1.    0:01  speech “The coldfish swims in circles.” now “The axolotl  [31mswims.”',
      '2.    0:04  tag: for the trailer',
      '3.    0:07  speech “Nobody told the heron.” by Ben',
      '4.  whole  Speaker 1 is Ana',
      '',
    ].join('\n'),
  );
  assert.match(
    (await goldfish(box, 'show', path)).stdout,
    /said: Ana: The axolotl {2}\[31mswims\. \(talk\.vtt, corrected\)/,
  );
  assert.match((await goldfish(box, 'search', 'tag:trailer')).stdout, /tagged: for the trailer/);
  assert.equal((await goldfish(box, 'corrections', path, '--undo', '1')).code, 0);
  assert.deepEqual(await found(client, 'coldfish'), ['The coldfish swims in circles.']);
  assert.equal((await goldfish(box, 'corrections', path, '--undo', '9')).code, 1);
  assert.equal((await goldfish(box, 'correct', path)).code, 2);
});

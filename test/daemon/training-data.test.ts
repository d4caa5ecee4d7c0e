import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { decodePicture } from '../../server/src/adapters/sharp-picture.ts';
import { encodePng } from '../../server/src/base/png.ts';
import type { TrainingRow } from '../../server/src/core/training/training-row.ts';
import { goldfish, type Sandbox, sandbox, startDaemon } from '../support/daemon.ts';
import type { IndependentClient } from '../support/independent-client.ts';
import { openaiServer } from '../support/openai-server.ts';
import { framesOf, scenes, sceneVideo } from '../support/tiny-scenes.ts';
import { atRest, statusWhen, uriOf } from '../support/watched.ts';

const SECONDS = 5;

async function run(box: Sandbox, ...args: readonly string[]) {
  const { code, stdout, stderr } = await goldfish(box, ...args, '--json');
  return { code, result: JSON.parse(stdout) as Record<string, unknown>, stderr };
}

function rowsIn(folder: string): readonly TrainingRow[] {
  return ['train', 'validation', 'test'].flatMap((split) =>
    readFileSync(join(folder, `${split}.jsonl`), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as TrainingRow),
  );
}

const textOf = (row: TrainingRow, message: 0 | 1) =>
  row.messages[message].content.map((part) => (part.type === 'text' ? part.text : '')).join('');

/** A daemon with a captioner behind a host, which keeps the requests that it got. */
async function captioningDaemon(t: { after(work: () => unknown): void }) {
  const box = sandbox();
  const daemon = await startDaemon(box);
  t.after(() => daemon.child.kill());
  const client = await daemon.client();
  let captions = 0;
  const server = await openaiServer({
    model: 'eyes',
    answer: () => {
      captions += 1;
      return [`A shape, number ${captions}.`];
    },
  });
  t.after(() => server.close());
  const set = (key: string, value: unknown) => client.result('goldfish/settings/set', { key, value });
  await set('clips.seconds', SECONDS);
  await set('screenText.enabled', false);
  await set('models.frames', 4);
  await set('models.captioner', `${server.baseUrl}#eyes`);
  return { box, client, server };
}

async function correctFirst(client: IndependentClient, uri: string) {
  await client.result('goldfish/corrections/line', {
    uri,
    kind: 'caption',
    startMs: 0,
    text: 'A teal circle.',
  });
  await client.result('goldfish/corrections/tag', {
    uri,
    startMs: SECONDS * 1000,
    endMs: 9900,
    tag: 'geometry',
  });
}

test('given corrections and tags, when a data set is written, then prompts are those that the captioner got, and no content is divided', async (t) => {
  const { box, client, server } = await captioningDaemon(t);
  const folder = join(box.folder, 'videos');
  mkdirSync(folder);
  const speech = [{ startMs: 1000, endMs: 3000, text: 'This is Luna.' }];
  for (let i = 0; i < 4; i += 1)
    await sceneVideo(join(folder, `${i}.mp4`), scenes(3 + i), {
      seconds: SECONDS,
      width: 64,
      height: 48,
      fps: 4,
      speech,
    });
  await client.result('goldfish/index', { uris: [uriOf(folder)], keep: true });
  await statusWhen(client, atRest);
  const first = uriOf(join(folder, '0.mp4'));
  await correctFirst(client, first);

  const target = join(box.folder, 'lessons');
  const { code, result, stderr } = await run(box, 'train', 'export', target, '--split', '50/25/25');
  assert.equal(code, 0, stderr);
  const clips = 3 + 4 + 5 + 6;
  assert.deepEqual(result.sources, { corrections: 1, tags: 1, captions: clips - 1, subtitles: 0, host: 0 });
  const rows = rowsIn(target);
  assert.equal(rows.length, clips + 1);

  // Byte for byte what the captioner was asked.
  const asked = new Set(server.requests.map(({ messages }) => messages.at(-1)?.text));
  for (const row of rows)
    if (row.source !== 'tags') assert.ok(asked.has(textOf(row, 0)), `${textOf(row, 0)}\n\n${[...asked][0]}`);
  assert.match(
    textOf(rows.find(({ startMs }) => startMs === 0) ?? assert.fail(), 0),
    /\[speech\] "This is Luna\."/,
  );
  const corrected = rows.find(({ source }) => source === 'corrections');
  assert.ok(corrected);
  assert.equal(textOf(corrected, 1), 'A teal circle.');
  assert.match(corrected.rejected ?? '', /^A shape, number \d+\.$/);
  const tagged = rows.find(({ source }) => source === 'tags');
  assert.ok(tagged);
  assert.equal(textOf(tagged, 1), 'geometry.');
  assert.match(textOf(tagged, 0), /Question: Which tags describe this clip\?/);

  // Frames are lossless and of the size that the captioner takes.
  for (const row of rows) {
    assert.equal(row.frames.length, 4);
    assert.equal(row.messages[0].content.filter(({ type }) => type === 'image').length, 4);
    for (const frame of row.frames) {
      const picture = await decodePicture(readFileSync(join(target, frame)), { width: 999, height: 999 });
      assert.deepEqual([picture.width, picture.height], [64, 48]);
    }
  }
  const splits = Map.groupBy(
    ['train', 'validation', 'test'].flatMap((split) =>
      readFileSync(join(target, `${split}.jsonl`), 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => ({ split, content: (JSON.parse(line) as TrainingRow).content })),
    ),
    ({ content }) => content,
  );
  assert.equal(splits.size, 4);
  for (const [content, list] of splits)
    assert.equal(new Set(list.map(({ split }) => split)).size, 1, content);

  // The folder is taken now, and the data folder is never written to.
  const again = await run(box, 'train', 'export', target);
  assert.equal(again.code, 1);
  assert.match(again.stderr, /is not empty, and nothing was written/);
  const inside = await run(box, 'train', 'export', join(box.dataDir, 'lessons'));
  assert.match(inside.stderr, /is in Goldfish's data folder/);
});

test('given subtitles and a larger model on a host, when a data set is written, then what they say are rows, and nothing is sent without consent', async (t) => {
  const { box, client } = await captioningDaemon(t);
  const teacher = await openaiServer({
    model: 'teacher',
    answer: ({ messages }) => [
      messages.at(-1)?.text.includes('we count to three')
        ? 'Two shapes are counted.'
        : 'A shape glides over a wall.',
    ],
  });
  t.after(() => teacher.close());
  const folder = join(box.folder, 'videos');
  mkdirSync(folder);
  const size = { seconds: SECONDS, width: 64, height: 48, fps: 4 };
  await sceneVideo(join(folder, 'talk.mp4'), scenes(3), {
    ...size,
    speech: [{ startMs: 1000, endMs: 3000, text: 'Now we count to three.' }],
  });
  await sceneVideo(join(folder, 'described.mp4'), scenes(2), size);
  const description = 'A circle slides slowly to the left edge of the picture.';
  writeFileSync(
    join(folder, 'described.descriptions.vtt'),
    `WEBVTT\nKind: descriptions\n\n00:01.000 --> 00:03.000\n${description}\n\n00:06.000 --> 00:07.000\n[Door]\n`,
  );
  await client.result('goldfish/index', { uris: [uriOf(folder)], keep: true });
  await statusWhen(client, atRest);
  await correctFirst(client, uriOf(join(folder, 'talk.mp4')));

  const target = join(box.folder, 'lessons');
  const host = `${teacher.baseUrl}#teacher`;
  const price = ['--price', '1,2'];
  const asked = await run(box, 'train', 'export', target, '--host', host, ...price);
  assert.equal(asked.result.sent, false);
  // Four clips: of five one is corrected.
  assert.match(asked.stderr, /would get 16 frames of 4 clips.*tokens in.*costs about \$0\.0\d/);
  assert.equal(teacher.requests.length, 0);
  assert.equal(existsSync(target), false);

  const from = ['--from', 'corrections', 'captions', 'subtitles'];
  const { code, result, stderr } = await run(
    box,
    'train',
    'export',
    target,
    ...from,
    '--host',
    host,
    '--yes',
  );
  assert.equal(code, 0, stderr);
  const rows = rowsIn(target);
  // The host captions what no person described: of four clips without a correction, one has an audio description.
  assert.deepEqual(result.sources, { corrections: 1, tags: 0, captions: 0, subtitles: 2, host: 3 });
  assert.equal(teacher.requests.length, 3);
  const bySource = Map.groupBy(rows, ({ source }) => source);
  const subtitles = bySource.get('subtitles') ?? [];
  const described = subtitles.find((row) => textOf(row, 1) === description) ?? assert.fail();
  assert.match(textOf(described, 0), /Describe what is seen/);
  assert.ok(!textOf(described, 0).includes('slides slowly'), 'the answer is not in its prompt');
  const spoken = subtitles.find((row) => textOf(row, 1) === 'Now we count to three.') ?? assert.fail();
  assert.match(
    textOf(spoken, 0),
    /\[speech\] "Now we count to three\."[\s\S]*Question: What is said in this clip\?/,
  );
  for (const row of bySource.get('host') ?? []) {
    assert.equal(row.describer, 'teacher');
    assert.equal(textOf(row, 1), 'A shape glides over a wall.');
    assert.equal(row.frames.length, 4);
  }
  const unnamed = await run(box, 'train', 'export', join(box.folder, 'x'), '--from', 'host');
  assert.match(unnamed.stderr, /need a host[\s\S]*--host http/);
});

test('given no captions at all, when a data set is written, then the error says what to do', async (t) => {
  const { box } = await captioningDaemon(t);
  const { code, stderr } = await run(box, 'train', 'export', join(box.folder, 'lessons'));
  assert.equal(code, 1);
  assert.match(stderr, /nothing to train on[\s\S]*Correct some captions first/);
  assert.equal(existsSync(join(box.folder, 'lessons')), false);
});

test('given data sets of others, when they are imported, then rows have frames, subtitles and the daemon’s prompts', async (t) => {
  const { box } = await captioningDaemon(t);
  const media = join(box.folder, 'media');
  mkdirSync(join(media, 'page'), { recursive: true });
  await sceneVideo(join(media, 'v_1.mp4'), scenes(2), { seconds: 2, width: 64, height: 64, fps: 4 });
  await sceneVideo(join(media, 'page', '7.mp4'), scenes(3), { seconds: 2, width: 64, height: 64, fps: 4 });
  writeFileSync(join(media, 'v_1.vtt'), 'WEBVTT\n\n00:00.500 --> 00:02.000\nHere it moves.\n');
  writeFileSync(join(media, 'broken.mp4'), 'no video');
  const [picture] = framesOf(scenes(1)[0] ?? assert.fail());
  assert.ok(picture);
  writeFileSync(join(media, '123.png'), await encodePng(picture));
  const imported = async (format: string, annotations: unknown, ...more: readonly string[]) => {
    const file = join(box.folder, `${format}.json`);
    writeFileSync(file, typeof annotations === 'string' ? annotations : JSON.stringify(annotations));
    const target = join(box.folder, `from-${format}`);
    const { code, result, stderr } = await run(
      box,
      'train',
      'import',
      format,
      file,
      target,
      '--media',
      media,
      ...more,
    );
    assert.equal(code, 0, stderr);
    return { result, rows: rowsIn(target) };
  };

  const instruct = await imported(
    'video-instruct',
    [
      { video_id: 'v_1', q: 'What moves?', a: 'A circle.' },
      { video_id: 'v_1', q: 'Where to?', a: 'To the left.' },
      { video_id: 'gone', q: 'What?', a: 'Nothing.' },
      { video_id: 'broken', q: 'What?', a: 'Nothing.' },
      { q: 'no video' },
    ],
    '--licence',
    'CC-BY-4.0',
  );
  assert.deepEqual([instruct.result.missing, instruct.result.unusable], [1, 1]);
  assert.equal((instruct.result.unreadable as readonly unknown[]).length, 1);
  const [one, two] = instruct.rows;
  assert.ok(one && two);
  assert.equal(instruct.rows.length, 2);
  assert.deepEqual(one.frames, two.frames);
  assert.equal(one.frames.length, 4);
  assert.match(textOf(one, 0), /\[speech\] "Here it moves\."[\s\S]*Question: What moves\?/);
  assert.deepEqual([textOf(one, 1), one.licence, one.source], ['A circle.', 'CC-BY-4.0', 'imported']);

  const webvid = await imported('webvid', [{ videoid: 7, name: 'Aerial - shapes', page_dir: 'page' }]);
  assert.equal(textOf(webvid.rows[0] ?? assert.fail(), 1), 'shapes');
  assert.match(textOf(webvid.rows[0] ?? assert.fail(), 0), /^\nDescribe what is seen/);

  // Rolling captions, as sites with machine-made subtitles write them: each cue repeats the line before it.
  const rolling = [
    '00:00.000 --> 00:00.800\n \nHere it<00:00:00.400><c> goes</c>',
    '00:00.800 --> 00:00.810\nHere it goes\n ',
    '00:00.810 --> 00:01.900\nHere it goes\nround<00:00:01.200><c> again</c>',
    '00:01.900 --> 00:01.910\nround again\n ',
    '00:01.910 --> 00:03.000\nround again\nand stops',
  ];
  writeFileSync(join(media, 'page', '7.en.vtt'), `WEBVTT\n\n${rolling.join('\n\n')}\n`);
  const cmd = await imported('cmd', { annotations: [{ image_id: 'page/7', caption: 'Shapes go round.' }] });
  const [film] = cmd.rows;
  assert.ok(film);
  assert.equal(textOf(film, 1), 'Shapes go round.');
  assert.match(textOf(film, 0), /\[speech\] "Here it goes/);
  assert.equal(textOf(film, 0).split('Here it').length, 2, 'rolled words are there once');

  const asked = (image: string, ...turns: readonly string[]) => ({
    [image.endsWith('.png') ? 'image' : 'video']: image,
    conversations: turns.map((value, i) => ({ from: i % 2 === 0 ? 'human' : 'gpt', value })),
  });
  const llava = await imported('llava', [
    asked('page/7.mp4', '<video>\nWhat moves?', 'Three shapes.', 'Where to?', 'Round.'),
    asked('123.png', '<image>\nWhich shape?', 'A circle.'),
  ]);
  assert.deepEqual(llava.rows.map((row) => [row.frames.length, textOf(row, 1)]).sort(), [
    [1, 'A circle.'],
    [4, 'Round.'],
    [4, 'Three shapes.'],
  ]);
  const conversation = llava.rows.find((row) => textOf(row, 1) === 'Round.') ?? assert.fail();
  assert.match(textOf(conversation, 0), /Question: Where to\?/);
  assert.ok(!textOf(conversation, 0).includes('<video>'));

  const pictures = await imported('cc-sbu-align', {
    annotations: [{ image_id: '123', caption: 'A circle.' }],
  });
  assert.equal(pictures.rows[0]?.frames.length, 1);

  const pairs = await imported('pairs', 'page/7.mp4\tThree shapes.\n123.png\tOne shape.\n');
  assert.deepEqual(pairs.rows.map((row) => [row.frames.length, textOf(row, 1)]).sort(), [
    [1, 'One shape.'],
    [4, 'Three shapes.'],
  ]);

  const wrong = join(box.folder, 'wrong.json');
  writeFileSync(wrong, '{}');
  const refused = await run(box, 'train', 'import', 'cmd', wrong, join(box.folder, 'x'), '--media', media);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /is not of the format cmd: expected a list/);
});

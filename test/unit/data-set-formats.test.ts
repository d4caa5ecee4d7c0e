import assert from 'node:assert/strict';
import test from 'node:test';
import { DataSetFormatError, parseDataSet } from '../../server/src/core/training/data-set-formats.ts';

const parse = (format: Parameters<typeof parseDataSet>[0], value: unknown) =>
  parseDataSet(format, typeof value === 'string' ? value : JSON.stringify(value));

test('given VideoInstruct records, when they are parsed, then each is a question about a video with its subtitles', () => {
  const { examples, unusable } = parse('video-instruct', [
    { video_id: 'v_Q1', q: 'What happens first?', a: 'A man opens a door.' },
    { video_id: 'v_Q1', q: 'Who is there?', a: '' },
    { video_id: 'v_Q2', q: 'Who?' },
    null,
  ]);
  assert.equal(unusable, 3);
  assert.deepEqual(examples, [
    {
      media: 'v_Q1',
      extensions: ['mp4', 'mkv', 'webm', 'avi', 'mov'],
      subtitles: ['v_Q1.vtt'],
      picture: false,
      question: 'What happens first?',
      answer: 'A man opens a door.',
    },
  ]);
});

test('given CMD records with and without "annotations", when they are parsed, then both give captions', () => {
  const records = [{ image_id: 'AbC_1', caption: ' Two friends argue in a car. ' }];
  const { examples } = parse('cmd', records);
  assert.deepEqual(parse('cmd', { annotations: records }).examples, examples);
  assert.deepEqual(
    [examples[0]?.media, examples[0]?.answer, examples[0]?.question, examples[0]?.subtitles],
    ['AbC_1', 'Two friends argue in a car.', undefined, ['AbC_1.en.vtt', 'AbC_1.vtt']],
  );
});

test('given WebVid names, when they are parsed, then the caption is what follows the last hyphen and colon', () => {
  const captions = [
    'Aerial - forest at dawn',
    'Berlin, 2014: people - night: a tram',
    'plain words',
    'ends -',
  ].map((name) => parse('webvid', [{ videoid: 12, name, page_dir: '000001_000050' }]).examples[0]);
  assert.deepEqual(
    captions.map((example) => example?.answer),
    ['forest at dawn', 'a tram', 'plain words', undefined],
  );
  assert.equal(captions[0]?.media, '000001_000050/12');
});

test('given a LLaVA conversation, when it is parsed, then each question with its answer is an example, without marks', () => {
  const conversations = [
    { from: 'human', value: '<video>\nWhat is shown?' },
    { from: 'gpt', value: 'A harbour.' },
    { from: 'human', value: 'At what time of day?\n<image>' },
    { from: 'gpt', value: 'At dusk.' },
    { from: 'human', value: 'And then?' },
  ];
  const { examples, unusable } = parse('llava', [
    { id: 1, video: 'a/b.mp4', conversations },
    { id: 2, image: 'c.jpg', conversations: conversations.slice(0, 2) },
    { id: 3, conversations },
    { id: 4, image: 'd.jpg', conversations: [] },
  ]);
  assert.equal(unusable, 2);
  assert.deepEqual(
    examples.map(({ media, picture, question, answer }) => [media, picture, question, answer]),
    [
      ['a/b.mp4', false, 'What is shown?', 'A harbour.'],
      ['a/b.mp4', false, 'At what time of day?', 'At dusk.'],
      ['c.jpg', true, 'What is shown?', 'A harbour.'],
    ],
  );
});

test('given cc_sbu_align records, when they are parsed, then they are captions of pictures', () => {
  const { examples } = parse('cc-sbu-align', { annotations: [{ image_id: '123', caption: 'long text' }] });
  assert.deepEqual(
    examples.map(({ media, extensions, picture, answer }) => [media, extensions[0], picture, answer]),
    [['123', 'jpg', true, 'long text']],
  );
});

test('given pairs as lines of text and of JSON, when they are parsed, then both give captions', () => {
  const { examples, unusable } = parse(
    'pairs',
    '\uFEFFa.mp4\tA dog runs.\r\n{"file": "b c.png", "caption": "A cat."}\n\nonly-a-path.mp4\n{"file": 1\n',
  );
  assert.equal(unusable, 2);
  assert.deepEqual(
    examples.map(({ media, picture, answer }) => [media, picture, answer]),
    [
      ['a.mp4', false, 'A dog runs.'],
      ['b c.png', true, 'A cat.'],
    ],
  );
});

test('given paths that lead out of the media folder, when they are parsed, then none is an example', () => {
  for (const media of [
    '../a.mp4',
    '/etc/passwd',
    'a/../../b.mp4',
    'C:\\a.mp4',
    'a\\..\\..\\b.mp4',
    'a\0.mp4',
  ]) {
    const conversations = [
      { from: 'human', value: 'What?' },
      { from: 'gpt', value: 'That.' },
    ];
    assert.deepEqual(parse('llava', [{ video: media, conversations }]), { examples: [], unusable: 1 }, media);
    assert.deepEqual(parse('pairs', `${media}\tThat.`), { examples: [], unusable: 1 }, media);
  }
});

test('given a file of another format, when it is parsed, then the error says what was expected', () => {
  assert.throws(() => parse('cmd', 'not JSON'), DataSetFormatError);
  assert.throws(() => parse('cmd', { videos: [] }), /"image_id", "caption"/);
  assert.throws(() => parse('video-instruct', '3'), /"video_id", "q", "a"/);
});

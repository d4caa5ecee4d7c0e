import assert from 'node:assert/strict';
import test from 'node:test';
import { buildVideoOutline } from '../../server/src/core/generation/video-outline.ts';
import { findSentenceAt, splitSentences } from '../../server/src/core/language/sentence-splitter.ts';
import { parseOverviewQuestion } from '../../server/src/core/query/question-intent.ts';
import { lesson } from '../support/cooking-lesson.ts';
import { cues } from '../support/transcripts.ts';

function shown(text: string, more = {}): (readonly [number, number, string])[] {
  return splitSentences(cues(text, more)).map(
    ({ startMs, endMs, text }) => [startMs / 1000, endMs / 1000, text] as const,
  );
}

test('given sentences across cues, when split, then each has the times of its cues', () => {
  assert.deepEqual(shown('0 We start here. Now\n3 the pan goes on. And\n6 that is all.'), [
    [0, 3, 'We start here.'],
    [0, 6, 'Now the pan goes on.'],
    [3, 10, 'And that is all.'],
  ]);
});

test('given a pause or another speaker, then a sentence ends', () => {
  assert.deepEqual(shown('0 no full stop\n20 after a pause'), [
    [0, 4, 'no full stop'],
    [20, 24, 'after a pause'],
  ]);
  assert.equal(shown('0 Ana: and then\n3 Ben: what').length, 2);
});

test('given a time, when its sentence is found, then speech comes before what is shown, and the nearest if nothing is', () => {
  const slide = {
    kind: 'screenText',
    text: 'Agenda',
    startMs: 0,
    endMs: 20_000,
    source: 'tesseract',
  } as const;
  const sentences = splitSentences([slide, ...cues('4 First this.\n10 Then that.\n40 And the end.')]);
  const textAt = (second: number) => findSentenceAt(sentences, second * 1000)?.text;
  assert.deepEqual([2, 4, 9, 11, 16, 29, 31, 90].map(textAt), [
    'Agenda',
    'First this.',
    'Agenda',
    'Then that.',
    'Agenda',
    'Agenda',
    'And the end.',
    'And the end.',
  ]);
  assert.equal(findSentenceAt([], 0), undefined);
});

test('given Chinese cues, then they are joined without a space', () => {
  assert.deepEqual(shown('0 我们今天\n3 学习。', { language: 'zh' }), [[0, 7, '我们今天学习。']]);
});

test('given speech without full stops, then it is cut at cues', () => {
  const rows = Array.from(
    { length: 30 },
    (_, i) => `${i * 3} these are some words that never come to an end`,
  );
  const sentences = shown(rows.join('\n'));
  assert.ok(sentences.length >= 4, `${sentences.length}`);
  for (const [, , text] of sentences) assert.ok(text.length > 0 && text.length <= 300, text);
});

test('given a question about a whole video, then it is an overview, with its topic; given another, then it is not', () => {
  assert.deepEqual(parseOverviewQuestion('What is this video about?', []), []);
  assert.deepEqual(parseOverviewQuestion('Summarise the penguins', ['penguins']), ['penguins']);
  assert.deepEqual(parseOverviewQuestion('Worum geht es in diesem Video?', []), []);
  assert.deepEqual(parseOverviewQuestion('这个视频讲了什么？', []), []);
  assert.equal(parseOverviewQuestion('What did they say about the budget?', ['budget']), undefined);
  assert.equal(parseOverviewQuestion('When does the train leave?', ['train']), undefined);
});

test('given lines with or without chapters, when outlined, then sections cover the video in order', () => {
  const sections = buildVideoOutline(lesson, 270_000, []);
  assert.ok(sections.length >= 3);
  assert.equal(sections[0]?.startMs, 0);
  assert.equal(sections.at(-1)?.endMs, 270_000);
  sections.forEach(({ startMs, sentence }, i) => {
    assert.ok(i === 0 || startMs === sections[i - 1]?.endMs);
    assert.ok(sentence.endMs - sentence.startMs <= 30_000);
  });
  const chapters = [
    { startMs: 0, endMs: 65_000, title: 'One' },
    { startMs: 65_000, endMs: 270_000, title: 'Two' },
  ];
  assert.deepEqual(
    buildVideoOutline(lesson, 270_000, chapters).map(({ title }) => title),
    ['One', 'Two'],
  );
  assert.deepEqual(buildVideoOutline([], 270_000, chapters), []);
});

test('given a transcript without punctuation, when split, then each sentence is a few lines and not all of them', () => {
  assert.deepEqual(
    shown(
      '0 okay so today we look at the results\n4 we handle nine hundred requests a second now\n8 it was two hundred and fifty before the cache\n12 but memory keeps growing',
    ).map(([, , text]) => text),
    [
      'okay so today we look at the results',
      'we handle nine hundred requests a second now',
      'it was two hundred and fifty before the cache but memory keeps growing',
    ],
  );
  assert.deepEqual(
    shown('0 大家好我是老师\n3 今天我们学做馒头\n6 先把五百克面粉倒进盆里\n9 再加半碗温水和一点酵母').map(
      ([, , text]) => text,
    ),
    ['大家好我是老师 今天我们学做馒头', '先把五百克面粉倒进盆里 再加半碗温水和一点酵母'],
  );
});

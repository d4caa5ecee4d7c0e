import assert from 'node:assert/strict';
import test from 'node:test';
import type { Line } from '../../server/src/core/domain/description.ts';
import { findMentions } from '../../server/src/core/generation/find-mentions.ts';
import { analyseQuestion } from '../../server/src/core/query/question-analysis.ts';

const line = (second: number, text: string, more: Partial<Line> = {}): Line => ({
  kind: 'speech',
  source: 'meeting.srt',
  language: 'en',
  startMs: second * 1000,
  endMs: second * 1000 + 4000,
  text,
  ...more,
});
const mentions = (question: string, lines: readonly Line[], languages = ['en']) =>
  findMentions(analyseQuestion(question, languages), lines).map(({ sentence, count }) => [
    sentence.startMs / 1000,
    count,
  ]);

test('given sentences with all words of a question or some, when mentions are found, then only the former are', () => {
  const lines = [
    line(0, 'The old cluster is slow.'),
    line(10, 'The new cluster is fast.'),
    line(20, 'Switch the old clusters off.'),
  ];
  assert.deepEqual(mentions('old cluster', lines), [
    [0, 1],
    [20, 1],
  ]);
});

test('given a sentence that says it twice, when mentions are found, then it counts twice', () => {
  assert.deepEqual(mentions('budget', [line(0, 'The budget, I repeat: the budget, has to grow.')]), [[0, 2]]);
  assert.deepEqual(mentions('old cluster', [line(0, 'Old cluster here, old cluster there.')]), [[0, 2]]);
  assert.deepEqual(mentions('old cluster', [line(0, 'Old cluster here, new cluster there.')]), [[0, 1]]);
  const german = line(0, 'Der Radweg, ja der Radweg, wird breit.', { language: 'de' });
  assert.deepEqual(mentions('Radweg', [german], ['de']), [[0, 2]]);
  const chinese = line(0, '大雨，明天有大雨。', { language: 'zh' });
  assert.deepEqual(mentions('大雨', [chinese], ['zh']), [[0, 2]]);
});

test('given one sentence over two lines, when mentions are found, then it is one', () => {
  const lines = [line(0, 'Because of the budget,'), line(4, 'the budget of last year, we stop.')];
  assert.deepEqual(mentions('budget', lines), [[0, 2]]);
});

test('given a second track with the same words, when mentions are found, then each moment is one', () => {
  const lines = [
    line(0, 'The budget has to grow.'),
    line(0.2, 'The budget must grow.', { source: 'embedded:3' }),
    line(30, 'The budget is not final.', { source: 'embedded:3' }),
  ];
  assert.deepEqual(mentions('budget', lines), [
    [0, 1],
    [30, 1],
  ]);
});

test('given a slide that lasts, when mentions are found, then it is one, and none if speech mentions it meanwhile', () => {
  const slide = (startMs: number, text: string): Line =>
    line(0, text, { kind: 'screenText', source: 'tesseract', startMs, endMs: startMs + 60_000 });
  const shown = [slide(100_000, 'Budget 2025'), slide(100_000, 'The budget grows')];
  assert.deepEqual(mentions('budget', shown), [[100, 1]]);
  const said = [line(110, 'This is the budget.'), line(130, 'And that is the budget of last year.')];
  assert.deepEqual(mentions('budget', [...shown, ...said]), [
    [110, 1],
    [130, 1],
  ]);
});

test('given the name of a speaker, when mentions are found, then it counts only with another word of the question', () => {
  const lines = [
    line(0, 'The budget is final.', { speaker: 'Marcus' }),
    line(10, 'Lunch is ready.', { speaker: 'Marcus' }),
    line(20, 'Ask Marcus.', { speaker: 'Priya' }),
  ];
  assert.deepEqual(mentions('Marcus budget', lines), [[0, 1]]);
  assert.deepEqual(mentions('Marcus', lines), [[20, 1]]);
});

test('given titles, facts and frames, when mentions are found, then they mention nothing', () => {
  const lines = (['title', 'facts', 'frame'] as const).map((kind) => line(0, 'Budget', { kind }));
  assert.deepEqual(mentions('budget', lines), []);
});

import assert from 'node:assert/strict';
import test from 'node:test';
import type { Line } from '../../server/src/core/domain/description.ts';
import { analyseQuestion } from '../../server/src/core/query/question-analysis.ts';
import { findBestSpan } from '../../server/src/core/ranking/best-span.ts';

function cue(startS: number, endS: number, text: string, more: Partial<Line> = {}): Line {
  return {
    kind: 'speech',
    text,
    startMs: startS * 1000,
    endMs: endS * 1000,
    source: 'a',
    language: 'en',
    ...more,
  };
}

function check(
  query: string,
  lines: readonly Line[],
  range: readonly [number, number],
  evidence: readonly string[],
) {
  const question = analyseQuestion(query, ['en']);
  const found = findBestSpan(
    question,
    lines,
    question.concepts.map(() => 1),
  );
  assert.ok(found);
  assert.deepEqual([found.startMs / 1000, found.endMs / 1000], range);
  assert.deepEqual(
    found.evidence.map(({ text }) => text),
    evidence,
  );
}

test('given one matching cue, then the span includes one cue on each side', () => {
  const lines = [
    cue(0, 4, 'one'),
    cue(4, 8, 'two'),
    cue(8, 12, 'apples'),
    cue(12, 16, 'four'),
    cue(16, 20, 'five'),
  ];
  check('apples', lines, [4, 16], ['apples']);
});

test('given a neighbour that makes the span too long, then only the other is included', () => {
  const lines = [cue(0, 9, 'before'), cue(9, 19, 'apples'), cue(19, 29, 'pears'), cue(29, 31, 'after')];
  check('apples pears', lines, [0, 29], ['apples', 'pears']);
  check('apples pears', lines.slice(1), [9, 31], ['apples', 'pears']);
});

test('given evidence more than 30 s apart, then the span with most of it is chosen', () => {
  const lines = [cue(0, 5, 'apples'), cue(40, 45, 'pears and plums'), cue(50, 55, 'plums')];
  check('apples pears plums', lines, [40, 55], ['pears and plums', 'plums']);
});

test('given equal spans, then the shortest is chosen', () => {
  check('apples', [cue(0, 9, 'apples'), cue(30, 33, 'apples'), cue(60, 63, 'apples')], [30, 33], ['apples']);
});

test('given a matching slide, then the span is its range, up to 30 s', () => {
  const slide = (endS: number) => cue(10, endS, 'Apples', { kind: 'screenText' });
  check('apples', [slide(25)], [10, 25], ['Apples']);
  check('apples', [slide(300), cue(100, 104, 'no match')], [10, 40], ['Apples']);
});

test('given a slide and a cue during it, when both match, then the span is at the cue', () => {
  const slide = cue(0, 300, 'Apples and pears', { kind: 'screenText' });
  check('apples pears plums', [slide, cue(100, 104, 'plums')], [100, 104], ['Apples and pears', 'plums']);
});

test('given lines without a match, then there is no span', () => {
  const question = analyseQuestion('apples', ['en']);
  assert.equal(findBestSpan(question, [cue(0, 1, 'pears')], [1]), undefined);
  assert.equal(findBestSpan(question, [], [1]), undefined);
});

test('given the context of a window, when its place is found, then context is no evidence', () => {
  const question = analyseQuestion('pears and apples', ['en']);
  const lines = [cue(0, 4, 'pears and apples'), cue(70, 74, 'the pears'), cue(75, 78, 'the apples')];
  const found = findBestSpan(question, lines, [1, 1], { startMs: 60_000, endMs: 120_000 });
  assert.deepEqual(
    [found?.startMs, found?.evidence.map(({ text }) => text)],
    [70_000, ['the pears', 'the apples']],
  );
});

import assert from 'node:assert/strict';
import test from 'node:test';
import type { Line } from '../../server/src/core/domain/description.ts';
import { parseQuery } from '../../server/src/core/query/query-parser.ts';
import { findAlertMatches } from '../../server/src/core/ranking/match-alert.ts';

const line = (startS: number, text: string, more: Partial<Line> = {}): Line => ({
  kind: 'speech',
  text,
  startMs: startS * 1000,
  endMs: (startS + 3) * 1000,
  source: 'a',
  language: 'en',
  ...more,
});

const LINES: readonly Line[] = [
  line(0, 'The budgets were approved.', { speaker: 'Ana' }),
  line(10, 'Who owns the'),
  line(13, 'new office?'),
  line(20, 'Office and budget'),
  line(21, 'are separate.', { speaker: 'Tom' }),
  line(30, 'Budget 2027', { kind: 'screenText' }),
  line(40, 'A budget is named here.', { kind: 'title' }),
  line(50, 'budget', { kind: 'tag' }),
  line(60, 'Das Budget steht.', { source: 'b', language: 'de' }),
];

const startsOf = (query: string, lines = LINES) =>
  findAlertMatches(parseQuery(query), lines).map(({ startMs }) => startMs / 1000);

test('given words, then sentences match that hold all of them in any form, said or shown', () => {
  assert.deepEqual(startsOf('budget'), [0, 20, 30, 60]);
  assert.deepEqual(startsOf('office budget'), [20]);
  assert.deepEqual(startsOf('pension'), []);
});

test('given a sentence across lines, then it matches once, at its start', () => {
  assert.deepEqual(startsOf('"the new office"'), [10]);
});

test('given operators, then they narrow the matches', () => {
  assert.deepEqual(startsOf('budget -office'), [0, 30, 60]);
  assert.deepEqual(startsOf('shown:budget'), [30]);
  assert.deepEqual(startsOf('budget speaker:ana'), [0]);
});

test('given words of a question, then they need not occur', () => {
  assert.deepEqual(startsOf('when is the budget mentioned?'), [0, 20, 30, 60]);
});

test('given no words or no lines, then nothing matches', () => {
  assert.deepEqual(startsOf('in:talks'), []);
  assert.deepEqual(startsOf('budget', []), []);
});

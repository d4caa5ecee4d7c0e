import assert from 'node:assert/strict';
import test from 'node:test';
import { parseRttm, scoreDiarisation } from '../support/diarisation-error.ts';

const near = (actual: number, expected: number) =>
  assert.ok(Math.abs(actual - expected) < 0.005, `${actual} instead of ${expected}`);
const turn = (speaker: string, start: number, end: number) => ({ speaker, start, end });

test('given the same turns under other names, when scored, then there is no error', () => {
  const score = scoreDiarisation([turn('a', 0, 5), turn('b', 5, 9)], [turn('x', 0, 5), turn('y', 5, 9)]);
  assert.deepEqual(score, { error: 0, missed: 0, falseAlarm: 0, confusion: 0 });
});

test('given one voice for two speakers, when scored, then the shorter speaker is confused', () => {
  // Scored: 0.25 to 5.75 and 6.25 to 9.75.
  const { error, confusion } = scoreDiarisation([turn('a', 0, 6), turn('b', 6, 10)], [turn('x', 0, 10)]);
  near(confusion, 3.5 / 9);
  near(error, 3.5 / 9);
});

test('given missing and superfluous speech, when scored, then each counts by its length', () => {
  const { missed, falseAlarm, confusion } = scoreDiarisation(
    [turn('a', 0, 10)],
    [turn('x', 0, 6), turn('x', 12, 14)],
  );
  near(missed, 3.75 / 9.5);
  near(falseAlarm, 2 / 9.5);
  near(confusion, 0);
});

test('given two speakers at once, when only one is heard, then the other is missed', () => {
  const { missed, error } = scoreDiarisation([turn('a', 0, 4), turn('b', 0, 4)], [turn('x', 0, 4)]);
  near(missed, 0.5);
  near(error, 0.5);
});

test('given an edge that is off by less than the collar, when scored, then it costs nothing; without a collar it does', () => {
  const [reference, heard] = [[turn('a', 1, 5)], [turn('x', 1.2, 4.8)]];
  near(scoreDiarisation(reference, heard).error, 0);
  near(scoreDiarisation(reference, heard, 0).error, 0.1);
});

test('given RTTM, when parsed, then each recording has its turns', () => {
  const turns = parseRttm(
    'SPEAKER one 1 1.500 2.000 <NA> <NA> ann <NA> <NA>\n\nSPEAKER two 1 0 1 <NA> <NA> ben <NA> <NA>\n',
  );
  assert.deepEqual(turns.get('one'), [turn('ann', 1.5, 3.5)]);
  assert.deepEqual(turns.get('two'), [turn('ben', 0, 1)]);
});

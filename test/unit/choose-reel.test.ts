import assert from 'node:assert/strict';
import test from 'node:test';
import { chooseReel, type ReelCandidate } from '../../server/src/core/ranking/choose-reel.ts';

const candidate = (
  uri: string,
  startS: number,
  endS: number,
  recordedMs = 0,
  durationS = 600,
): ReelCandidate => {
  const range = { startMs: startS * 1000, endMs: endS * 1000 };
  const line = {
    ...range,
    kind: 'speech',
    text: `${uri} ${startS}`,
    source: 'x',
    matches: [{ start: 0, end: 1 }],
  } as const;
  return { hit: { uri, ...range, evidence: [line] }, recordedMs, durationMs: durationS * 1000 };
};

const reelOf = (candidates: readonly ReelCandidate[], lengthS: number) =>
  chooseReel(candidates, lengthS * 1000).map(({ uri, startMs, endMs }) => [
    uri,
    startMs / 1000,
    endMs / 1000,
  ]);

test('given more moments than fit, then the best that fit are chosen, in the order of recording', () => {
  const candidates = [
    candidate('b', 10, 14, 2),
    candidate('a', 30, 34, 1),
    candidate('a', 5, 9, 1),
    candidate('c', 1, 3, 0),
  ];
  assert.deepEqual(reelOf(candidates, 12), [
    ['a', 29.6, 34.4],
    ['b', 9.6, 14.4],
  ]);
  assert.deepEqual(reelOf(candidates, 13), [
    ['c', 0.6, 3.4],
    ['a', 29.6, 34.4],
    ['b', 9.6, 14.4],
  ]);
});

test('given moments that touch, then they are one, and the words at the edges stay whole', () => {
  assert.deepEqual(reelOf([candidate('a', 10, 14), candidate('a', 14, 17)], 30), [['a', 9.6, 17.4]]);
  assert.deepEqual(reelOf([candidate('a', 0, 3, 0, 3)], 30), [['a', 0, 3]]);
});

test('given long moments, then none takes the whole reel; if none fits, the best is cut', () => {
  assert.deepEqual(reelOf([candidate('a', 100, 160), candidate('b', 100, 160)], 60), [
    ['a', 99.6, 114.6],
    ['b', 99.6, 114.6],
  ]);
  assert.deepEqual(reelOf([candidate('a', 100, 160)], 2), [['a', 99.6, 101.6]]);
  assert.deepEqual(reelOf([], 60), []);
});

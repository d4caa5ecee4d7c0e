import assert from 'node:assert/strict';
import test from 'node:test';
import {
  chooseSpeechToken,
  findLoopStart,
  type SpeechTokenRules,
  toTokenSegments,
} from '../../server/src/core/recognition/speech-tokens.ts';

/** Ids 0 to 4 are words, 5 ends, 6 is never written, 10 to 19 are timestamps. */
const rules: SpeechTokenRules = {
  suppressed: new Set([6]),
  endToken: 5,
  firstTimeToken: 10,
  lastInitialTimeToken: 12,
};

/** Chooses after `written`, where the ids named are that likely and the others hardly. */
function choose(written: readonly number[], likely: Readonly<Record<number, number>>): number {
  const logits = new Float32Array(20).fill(-20);
  for (const [id, logit] of Object.entries(likely)) logits[Number(id)] = logit;
  return chooseSpeechToken(logits, written, rules).id;
}

test('given nothing written, when a token is chosen, then it is a timestamp near the start', () => {
  assert.equal(choose([], { 1: 9, 5: 8, 14: 7, 12: 1 }), 12);
});

test('given an opening timestamp, when a token is chosen, then text or the end may follow, but no timestamp', () => {
  assert.equal(choose([10], { 13: 9, 2: 1 }), 2);
  assert.equal(choose([10], { 13: 9, 5: 2, 2: 1 }), 5);
});

test('given text, when a token is chosen, then timestamps never go back and a forbidden token is never written', () => {
  assert.equal(choose([10, 1, 14, 14, 2], { 12: 9, 14: 8, 6: 7, 3: 1 }), 3);
  assert.equal(choose([10, 1, 14, 14, 2], { 12: 9, 15: 2, 3: 1 }), 15);
});

test('given a closing timestamp, when a token is chosen, then the same or a later one or the end follows', () => {
  assert.equal(choose([10, 1, 14], { 2: 9, 13: 8, 14: 1 }), 14);
  assert.equal(choose([10, 1, 14], { 2: 9, 5: 3, 14: 1 }), 5);
});

test('given many likely timestamps, when their sum exceeds the best word, then a timestamp is written', () => {
  assert.equal(choose([10, 1], { 2: 2, 15: 1.2, 16: 1.3, 17: 1.2 }), 16);
  assert.equal(choose([10, 1], { 2: 4, 15: 1.2, 16: 1.3, 17: 1.2 }), 2);
});

test('given logits, when a token is chosen, then its probability is that among all tokens', () => {
  const logits = new Float32Array(20).fill(Number.NEGATIVE_INFINITY);
  logits[2] = 1;
  logits[6] = 1;
  const { id, logProbability } = chooseSpeechToken(logits, [10], rules);
  assert.equal(id, 2);
  assert.ok(Math.abs(logProbability - Math.log(0.5)) < 1e-6);
});

test('given a phrase that repeats itself at the end, when a loop is sought, then its first occurrence is kept', () => {
  assert.equal(findLoopStart([1, 2, 3, ...Array(16).fill(4)]), 4);
  assert.equal(findLoopStart([9, ...Array(6).fill([1, 2, 3]).flat()]), 4);
  assert.equal(findLoopStart([1, 2, 3, 4, 4, 4, 4]), undefined, 'a word said a few times');
  assert.equal(findLoopStart([...Array(16).fill(4), 5]), undefined, 'speech goes on');
  assert.equal(findLoopStart([]), undefined);
});

test('given tokens, when split into segments, then times enclose the text and an open end lasts until the sound ends', () => {
  const tokens = [10, 1, 2, 15, 15, 3].map((id, i) => ({ id, logProbability: -i / 10 }));
  assert.deepEqual(
    toTokenSegments(tokens, 10, 30_000).map(({ logProbability, ...segment }) => ({
      ...segment,
      logProbability: Math.round(logProbability * 100) / 100,
    })),
    [
      { ids: [1, 2], startMs: 0, endMs: 100, logProbability: -0.15 },
      { ids: [3], startMs: 100, endMs: 30_000, logProbability: -0.5 },
    ],
  );
  const untimed = [{ id: 1, logProbability: 0 }];
  assert.deepEqual(toTokenSegments(untimed, 10, 30_000), [
    { ids: [1], startMs: undefined, endMs: undefined, logProbability: 0 },
  ]);
});

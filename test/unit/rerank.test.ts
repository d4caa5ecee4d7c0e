import assert from 'node:assert/strict';
import test from 'node:test';
import type { HitPlace } from '../../server/src/core/ranking/merge-overlapping.ts';
import { createRerank } from '../../server/src/search/rerank.ts';
import { fakeReranker } from '../support/fake-reranker.ts';

/** A place that one line was found in. */
function placeOf(number: number, text: string): HitPlace {
  const range = { startMs: number * 60_000, endMs: number * 60_000 + 5000 };
  const line = { kind: 'speech' as const, text, source: 'a.srt', ...range };
  const window = { id: `w${number}`, videoId: 'v', uri: '' as const, terms: text, lines: [line], ...range };
  return {
    videoId: 'v',
    uri: '',
    score: 10 - number / 10,
    termCoverage: 1,
    hasTermPair: false,
    answerOdds: 1,
    evidence: [line],
    window,
    ...range,
  };
}

const PLACES = Array.from({ length: 40 }, (_, at) => placeOf(at, `tide number ${at}`));
const never = new AbortController().signal;

/** A reranker that takes so long for each place, ms, by a clock of its own, and tells how many it was given. */
function slow(eachMs: number) {
  const given: number[] = [];
  const pace = { eachMs };
  let time = 0;
  const model = fakeReranker({ favours: 'number 4' });
  const rank: typeof model.rank = async (question, passages, signal) => {
    given.push(passages.length);
    time += pace.eachMs * passages.length;
    return model.rank(question, passages, signal);
  };
  const rerank = createRerank(
    () => counted,
    () => undefined,
    () => time,
  );
  const counted = { ...model, rank };
  const ask = async (question: string, patienceMs: number) =>
    (await rerank()?.(question, PLACES, patienceMs, never))?.[0]?.evidence[0]?.text;
  return { given, ask, pace };
}

test('given hits, when reranked, then the favoured one is first, of 30 that are read', async () => {
  const { ask, given } = slow(1);
  assert.equal(await ask('which tide', 60_000), 'tide number 4');
  assert.equal(await ask('what tide', 60_000), 'tide number 4');
  assert.deepEqual(given, [30, 30]);
});

test('given a slow reranker, then it gets as many hits as fit the deadline, at least five', async () => {
  const { ask, given } = slow(200);
  await ask('first', 60_000);
  await ask('an answer waits', 3000);
  await ask('a search waits', 400);
  await ask('an answer again', 3000);
  assert.deepEqual(given, [30, 12, 5, 12]);
});

test('given a reranker that became faster, then it gets more hits again', async () => {
  const { ask, given, pace } = slow(200);
  await ask('first', 60_000);
  pace.eachMs = 1;
  await ask('second', 400);
  await ask('third', 400);
  assert.deepEqual(given, [30, 5, 30]);
});

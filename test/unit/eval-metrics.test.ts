import assert from 'node:assert/strict';
import test from 'node:test';
import type { EvalPrediction } from '../../server/src/evaluation/item.ts';
import { summariseVerdicts } from '../../server/src/evaluation/metrics/accuracy.ts';
import { matchesAnswer, normaliseAnswer, tokenF1 } from '../../server/src/evaluation/metrics/answer-match.ts';
import { measureCitations } from '../../server/src/evaluation/metrics/citation-accuracy.ts';
import { areaUnderRoc } from '../../server/src/evaluation/metrics/confidence.ts';
import { measureRetrieval } from '../../server/src/evaluation/metrics/retrieval.ts';
import { bestIou, mergeSpans, spanCoverage, spanIou } from '../../server/src/evaluation/metrics/spans.ts';

const near = (actual: number | undefined, expected: number) =>
  assert.ok(Math.abs((actual ?? Number.NaN) - expected) < 1e-9, `${actual} is not ${expected}`);

const hit = (video: string, start: number, end: number) => ({
  video,
  startMs: start * 1000,
  endMs: end * 1000,
  score: 1,
  why: 'speech',
});

function prediction(part: Partial<EvalPrediction>): EvalPrediction {
  return {
    id: 'x:1',
    video: 'v',
    task: 'open',
    question: 'q',
    gold: {},
    labels: {},
    pred: '',
    citations: [],
    hits: [],
    abstained: false,
    key: '',
    ...part,
  };
}

test('given two spans, when their IoU is computed, then it is the shared part of the union', () => {
  near(spanIou([0, 10], [5, 15]), 1 / 3);
  near(spanIou([0, 10], [0, 10]), 1);
  near(spanIou([0, 10], [10, 20]), 0);
  near(spanIou([5, 5], [5, 5]), 0);
  near(
    bestIou(
      [0, 10],
      [
        [20, 30],
        [2, 10],
      ],
    ),
    0.8,
  );
});

test('given overlapping spans, when coverage is computed, then no second counts twice', () => {
  assert.deepEqual(
    mergeSpans([
      [5, 9],
      [0, 6],
      [20, 21],
    ]),
    [
      [0, 9],
      [20, 21],
    ],
  );
  const { recall, precision } = spanCoverage(
    [
      [0, 10],
      [5, 15],
    ],
    [[10, 20]],
  );
  near(recall, 0.5);
  near(precision, 5 / 15);
});

test('given hits and gold spans, when retrieval is measured, then ranks and caps count', () => {
  const metrics = measureRetrieval([
    // Right at rank 1, wholly.
    { video: 'a', gold: { spans: [[10, 20]] }, hits: [hit('a', 10, 20)] },
    // Right at rank 2; rank 1 is in another video.
    { video: 'a', gold: { spans: [[10, 20]] }, hits: [hit('b', 10, 20), hit('a', 15, 20)] },
    // A hit of 100 s reaches the span only by its length.
    { video: 'a', gold: { spans: [[50, 55]] }, hits: [hit('a', 0, 100)] },
    // Without spans it does not count.
    { video: 'a', gold: {}, hits: [] },
  ]);
  assert.ok(metrics);
  assert.equal(metrics.items, 3);
  near(metrics.clipRecall['R@1 (30 s)'], 1 / 3);
  near(metrics.clipRecall['R@3 (30 s)'], 2 / 3);
  near(metrics.clipRecall['R@1 (60 s)'], 2 / 3);
  near(metrics.recallAtIou['R@1,IoU=0.7'], 1 / 3);
  near(metrics.recallAtIou['R@3,IoU=0.5'], 2 / 3);
  near(metrics.meanIou, (1 + 0 + 0.05) / 3);
  near(metrics.mrr, (1 + 0.5 + 1) / 3);
  near(metrics.coverage['1']?.recall, 2 / 3);
  near(metrics.ndcg, (1 + 0.5 / Math.log2(3) + 0.05) / 3);
  near(metrics.seekErrorSeconds.median, 25);
  assert.equal(measureRetrieval([{ video: 'a', gold: {}, hits: [] }]), undefined);
});

test('given citations, when they are measured, then right answers with a wrong place are told apart', () => {
  const gold = { spans: [[10, 20]] as const };
  const cited = (id: string, ...citations: ReturnType<typeof hit>[]) => prediction({ id, gold, citations });
  const metrics = measureCitations(
    [
      cited('right-place', hit('v', 18, 25)),
      cited('wrong-place', hit('v', 20, 30)),
      cited('both', hit('v', 0, 5), hit('v', 11, 12)),
      cited('no-citation'),
      prediction({ id: 'no-span', citations: [hit('v', 0, 1)] }),
    ],
    ({ id }) => id !== 'both',
  );
  assert.ok(metrics);
  assert.equal(metrics.items, 4);
  near(metrics.precision, 2 / 4);
  near(metrics.answers, 2 / 4);
  assert.equal(metrics.rightAnswers, 3);
  near(metrics.rightForTheRightReason, 1 / 3);
});

test('given two spellings of an answer, when they are normalised, then they are equal', () => {
  for (const [a, b] of [
    ['The Dogs', 'dog'],
    ['two men', '2 man'],
    ['a knife.', 'knives'],
    ['Grey', 'gray'],
    ["Ann's book", 'Ann book'],
    ['boxes', 'box'],
    ['YES!', 'yeah'],
  ] as const)
    assert.equal(normaliseAnswer(a), normaliseAnswer(b));
  assert.notEqual(normaliseAnswer('bus'), normaliseAnswer('bu'));
  assert.notEqual(normaliseAnswer('glass'), normaliseAnswer('glas'));
});

test('given an answer, when it is compared with the gold answer, then short ones may stand in a sentence', () => {
  assert.ok(matchesAnswer('It is chasing a mouse across the room.', 'mouse'));
  assert.ok(!matchesAnswer('It is chasing a mousetrap.', 'mouse'));
  assert.ok(matchesAnswer('No, he is on land.', 'no'));
  assert.ok(!matchesAnswer('There is no doubt: yes.', 'no'));
  assert.ok(!matchesAnswer('', ''));
  assert.ok(matchesAnswer('They gather, hug and then walk back.', 'They gather and hug, then walk back.'));
  assert.ok(!matchesAnswer('Nobody is seen on the field.', 'They gather and hug, then walk back.'));
  near(tokenF1('a red car', 'the red bus'), 0.5);
  near(tokenF1('red red', 'red'), 2 / 3);
  near(tokenF1('', ''), 1);
});

test('given verdicts with gaps, when they are summarised, then accuracy has bounds and one denominator', () => {
  const summary = summariseVerdicts([
    { video: 'a', verdict: { id: '1', outcome: 'judged', matches: true, score: 4.8 } },
    { video: 'a', verdict: { id: '2', outcome: 'judged', matches: false, score: 1 } },
    { video: 'b', verdict: { id: '3', outcome: 'empty', matches: false, score: 0 } },
    { video: 'b', verdict: { id: '4', outcome: 'refused' } },
    { video: 'b', verdict: { id: '5', outcome: 'unjudged' } },
  ]);
  near(summary.accuracy, 1 / 3);
  assert.deepEqual(summary.bounds, { low: 1 / 5, high: 3 / 5 });
  assert.equal(summary.refused, 1);
  assert.equal(summary.unjudged, 1);
  assert.equal(summary.empty, 1);
  near(summary.score, 5.8 / 3);
  near(summary.flooredScore, 5 / 3);
  assert.ok(summary.clustered);
});

test('given scores of right and wrong answers, when the area under the curve is computed, then ties count half', () => {
  assert.equal(areaUnderRoc([0.9, 0.8], [0.1]), 1);
  assert.equal(areaUnderRoc([0.1], [0.9]), 0);
  assert.equal(areaUnderRoc([0.5, 0.5], [0.5]), 0.5);
  assert.equal(areaUnderRoc([0.9, 0.3], [0.5, 0.3]), 0.625);
  assert.ok(Number.isNaN(areaUnderRoc([], [0.5])));
});

test('given more than 10 hits, when recall is measured, then depth 100 is too, and ranks beyond 10 count for nothing else', () => {
  const hit = (startMs: number) => ({
    video: 'v',
    startMs,
    endMs: startMs + 10_000,
    score: 0.5,
    why: 'speech',
  });
  const hits = Array.from({ length: 20 }, (_, i) => hit((i + 1) * 100_000));
  const metrics = measureRetrieval([{ video: 'v', hits, gold: { spans: [[1500, 1510]] } }]);
  assert.equal(metrics?.recallAtIou['R@10,IoU=0.7'], 0);
  assert.equal(metrics?.recallAtIou['R@100,IoU=0.7'], 1);
  assert.equal(metrics?.mrr, 0);
  const few = measureRetrieval([{ video: 'v', hits: hits.slice(0, 10), gold: { spans: [[1500, 1510]] } }]);
  assert.equal(few?.recallAtIou['R@100,IoU=0.7'], undefined);
});

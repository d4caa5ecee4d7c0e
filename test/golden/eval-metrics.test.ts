import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import type { SpanSeconds } from '../../server/src/evaluation/item.ts';
import {
  HIGHLIGHT_LEVELS,
  highlightHitAtOne,
  MOMENT_LENGTHS,
  type MomentLength,
  measureMoments,
} from '../../server/src/evaluation/metrics/moment-retrieval.ts';

interface Truth {
  readonly relevant_windows: readonly SpanSeconds[];
  readonly relevant_clip_ids: readonly number[];
  readonly saliency_scores: readonly (readonly number[])[];
}
interface Predicted {
  readonly pred_relevant_windows: readonly (readonly [number, number, number])[];
  readonly pred_saliency_scores: readonly number[];
}
type Figures = Record<
  MomentLength,
  { readonly queries: number; readonly mAP: Record<string, number>; readonly R1: Record<string, number> }
> & { readonly hit1: Record<keyof typeof HIGHLIGHT_LEVELS, number> };

const folder = join(import.meta.dirname, 'eval-metrics');
const readLines = <T>(name: string) =>
  readFileSync(join(folder, name), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as T);

const truth = readLines<Truth>('qvhighlights-truth.jsonl');
const predicted = readLines<Predicted>('qvhighlights-predictions.jsonl');
const figures: Figures = JSON.parse(readFileSync(join(folder, 'qvhighlights-figures.json'), 'utf8'));

/** The original rounds to two digits of a percent. */
const isSame = (share: number | undefined, percent: number | undefined, what: string) =>
  assert.ok(Math.abs((share ?? Number.NaN) * 100 - (percent ?? Number.NaN)) <= 0.01, `${what}: ${share} and ${percent}`);

test('given predictions in the format of QVHighlights, when they are measured, then all figures are those of the original', () => {
  const queries = truth.map(({ relevant_windows }, i) => ({
    gold: relevant_windows,
    predicted: (predicted[i]?.pred_relevant_windows ?? []).map(([start, end, score]) => ({
      span: [start, end] as const,
      score,
    })),
  }));
  for (const length of Object.keys(MOMENT_LENGTHS) as MomentLength[]) {
    const measured = measureMoments(queries, length);
    const wanted = figures[length];
    assert.equal(measured.queries, wanted.queries);
    isSame(measured.meanAveragePrecision, wanted.mAP.average, `${length} mAP`);
    for (const [threshold, value] of Object.entries(measured.averagePrecision))
      isSame(value, wanted.mAP[threshold], `${length} mAP@${threshold}`);
    for (const [threshold, value] of Object.entries(measured.recallAtOne))
      isSame(value, wanted.R1[threshold], `${length} R1@${threshold}`);
  }
});

test('given predicted saliency, when the best clip is looked up, then Hit@1 is that of the original', () => {
  const queries = truth.map(({ relevant_clip_ids, saliency_scores }, i) => ({
    saliency: relevant_clip_ids.map((clip, at) => ({ clip, scores: saliency_scores[at] ?? [] })),
    predictedScores: predicted[i]?.pred_saliency_scores ?? [],
  }));
  for (const name of ['Fair', 'Good', 'VeryGood'] as const)
    isSame(highlightHitAtOne(queries, HIGHLIGHT_LEVELS[name]), figures.hit1[name], name);
});

test('given a query without predictions, when measured, then it counts as wrong', () => {
  const gold: readonly SpanSeconds[] = [[0, 10]];
  const right = { gold, predicted: [{ span: [0, 10] as const, score: 1 }] };
  const figuresOfBoth = measureMoments([right, { gold, predicted: [] }]);
  assert.equal(figuresOfBoth.meanAveragePrecision, 0.5);
  assert.equal(figuresOfBoth.recallAtOne['0.5'], 0.5);
});

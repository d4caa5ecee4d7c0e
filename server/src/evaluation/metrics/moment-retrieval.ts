import type { SpanSeconds } from '../item.ts';
import { meanOf } from '../statistics/intervals.ts';
import { lengthOfSpan, spanIou } from './spans.ts';

/** One query with its gold spans and what was predicted. Predictions are in the order in which they were returned. */
export interface MomentQuery {
  readonly gold: readonly SpanSeconds[];
  readonly predicted: readonly { readonly span: SpanSeconds; readonly score: number }[];
}

/** Figures of one range of gold lengths; shares 0..1. */
export interface MomentFigures {
  readonly queries: number;
  /** Mean average precision by IoU threshold, and its mean over all ten. */
  readonly averagePrecision: Readonly<Record<string, number>>;
  readonly meanAveragePrecision: number;
  /** Share of queries whose first prediction has at least an IoU, by threshold. */
  readonly recallAtOne: Readonly<Record<string, number>>;
}

const IOU_THRESHOLDS = [0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95] as const;
/** Predictions that average precision counts. */
const MAX_PREDICTIONS = 10;

/** Lengths of gold spans, seconds: the lower bound is outside, the upper inside. */
export const MOMENT_LENGTHS = {
  full: [0, Number.POSITIVE_INFINITY],
  short: [0, 10],
  middle: [10, 30],
  long: [30, 150],
} as const;
export type MomentLength = keyof typeof MOMENT_LENGTHS;

/** Marks predictions, best score first, as right (true) or wrong. Each gold span is matched once. */
function matchPredictions({ gold, predicted }: MomentQuery, threshold: number): readonly boolean[] {
  const matched = new Set<number>();
  return predicted
    .slice(0, MAX_PREDICTIONS)
    .toSorted((a, b) => b.score - a.score)
    .map(({ span }) => {
      const candidates = gold
        .map((goldSpan, i) => ({ i, iou: spanIou(span, goldSpan) }))
        .filter(({ i, iou }) => iou >= threshold && !matched.has(i))
        .sort((a, b) => b.iou - a.iou);
      const [best] = candidates;
      if (best === undefined) return false;
      matched.add(best.i);
      return true;
    });
}

/** Returns the area under the precision-recall curve, interpolated as VOC 2011 does. */
function interpolatedPrecision(marks: readonly boolean[], positives: number): number {
  if (positives === 0) return 0;
  let right = 0;
  const precisions = marks.map((isRight, i) => {
    if (isRight) right += 1;
    return right / (i + 1);
  });
  let best = 0;
  let area = 0;
  for (let i = marks.length - 1; i >= 0; i -= 1) {
    best = Math.max(best, precisions[i] ?? 0);
    if (marks[i]) area += best / positives;
  }
  return area;
}

/** Returns the best IoU of the first prediction with a gold span; 0 without predictions. */
function firstIou({ gold, predicted: [first] }: MomentQuery): number {
  return first === undefined ? 0 : Math.max(0, ...gold.map((span) => spanIou(first.span, span)));
}

/** Keeps the gold spans of a length, and the queries that have any. */
function selectByLength(queries: readonly MomentQuery[], length: MomentLength): readonly MomentQuery[] {
  const [above, upTo] = MOMENT_LENGTHS[length];
  const isAll = length === 'full';
  return queries.flatMap(({ gold, predicted }) => {
    const inRange = gold.filter(
      (span) => isAll || (lengthOfSpan(span) > above && lengthOfSpan(span) <= upTo),
    );
    return inRange.length === 0 ? [] : [{ gold: inRange, predicted }];
  });
}

/**
 * Measures moments as QVHighlights does. A query without predictions counts as wrong; the original leaves it out of
 * average precision.
 */
export function measureMoments(
  queries: readonly MomentQuery[],
  length: MomentLength = 'full',
): MomentFigures {
  const selected = selectByLength(queries, length);
  const byThreshold = <T>(value: (threshold: number) => T) =>
    Object.fromEntries(IOU_THRESHOLDS.map((threshold) => [String(threshold), value(threshold)]));
  const averagePrecision = byThreshold((threshold) =>
    meanOf(
      selected.map((query) => interpolatedPrecision(matchPredictions(query, threshold), query.gold.length)),
    ),
  );
  const ious = selected.map(firstIou);
  return {
    queries: selected.length,
    averagePrecision,
    meanAveragePrecision: meanOf(Object.values(averagePrecision)),
    recallAtOne: byThreshold((threshold) => meanOf(ious.map((iou) => (iou >= threshold ? 1 : 0)))),
  };
}

/** Least saliency of a clip that counts as a highlight. */
export const HIGHLIGHT_LEVELS = { Fair: 2, Good: 3, VeryGood: 4 } as const;

/** Scores of a query's clips: of each of three raters, and predicted. Clips without a rating have none. */
export interface HighlightQuery {
  readonly saliency: readonly { readonly clip: number; readonly scores: readonly number[] }[];
  readonly predictedScores: readonly number[];
}

/** Returns the share of queries whose highest predicted clip is a highlight for at least one rater. */
export function highlightHitAtOne(queries: readonly HighlightQuery[], level: number): number {
  return meanOf(
    queries.map(({ saliency, predictedScores }) => {
      const top = predictedScores.indexOf(Math.max(...predictedScores));
      const scores = saliency.find(({ clip }) => clip === top)?.scores ?? [];
      return scores.some((score) => score >= level) ? 1 : 0;
    }),
  );
}

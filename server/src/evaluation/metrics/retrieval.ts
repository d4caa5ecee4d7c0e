import type { EvalPrediction, PredictedHit, SpanSeconds } from '../item.ts';
import { meanOf, quantile } from '../statistics/intervals.ts';
import { bestIou, spanCoverage, toSpan, touchesGold } from './spans.ts';

/** Numbers of what was found, over the items with gold spans. Shares are 0..1; absent members could not be computed. */
export interface RetrievalMetrics {
  readonly items: number;
  /** Share of items of which one of the first k hits touches a gold span, by k. Hits are cut to 30 s and 60 s. */
  readonly clipRecall: Readonly<Record<string, number>>;
  /** Share of items of which one of the first k hits has at least an IoU, by `R@k,IoU`. */
  readonly recallAtIou: Readonly<Record<string, number>>;
  /** Mean of the first hit's IoU. */
  readonly meanIou: number;
  /** Share of the gold seconds inside the first k hits, and precision, by k. */
  readonly coverage: Readonly<Record<string, { readonly recall: number; readonly precision: number }>>;
  /** Mean of 1 / rank of the first of 10 hits that touches a gold span. */
  readonly mrr: number;
  /** Normalised discounted cumulative gain of the first 10 hits, gain = IoU. */
  readonly ndcg: number;
  /** Seconds between the first hit's start and the nearest gold start, of items whose first hit is in the right video. */
  readonly seekErrorSeconds: { readonly median: number; readonly p90: number };
}

const DEPTHS = [1, 3, 5, 10] as const;
/** Depth of searches over a whole set, as TVR measures them. */
export const CORPUS_DEPTH = 100;
const CAPS_SECONDS = [30, 60] as const;
const IOU_LEVELS = [0.3, 0.5, 0.7] as const;

/** Shortens a hit to a length: longer hits would score by themselves. */
function capHit(hit: PredictedHit, seconds: number): PredictedHit {
  return { ...hit, endMs: Math.min(hit.endMs, hit.startMs + seconds * 1000) };
}

interface Judged {
  readonly video: string;
  readonly hits: readonly PredictedHit[];
  readonly gold: readonly SpanSeconds[];
}

const iouOf = ({ video, gold }: Judged, hit: PredictedHit) =>
  hit.video === video ? bestIou(toSpan(hit), gold) : 0;

const isFound = ({ video, hits, gold }: Judged, depth: number, cap: number) =>
  hits.slice(0, depth).some((hit) => touchesGold(capHit(hit, cap), video, gold));

function clipRecall(items: readonly Judged[], depth: number, cap: number): number {
  return items.filter((item) => isFound(item, depth, cap)).length / items.length;
}

/** Returns whether one of the first 3 hits, cut to 30 s, touches a gold span: how runs on moments are compared. */
export function findsMoment({ video, hits, gold }: Pick<EvalPrediction, 'video' | 'hits' | 'gold'>): boolean {
  return isFound({ video, hits, gold: gold.spans ?? [] }, 3, 30);
}

function recallAtIou(items: readonly Judged[], depth: number, level: number): number {
  const found = items.filter((item) => item.hits.slice(0, depth).some((hit) => iouOf(item, hit) >= level));
  return found.length / items.length;
}

function coverageAt(items: readonly Judged[], depth: number) {
  const parts = items.map(({ video, hits, gold }) =>
    spanCoverage(
      hits.slice(0, depth).flatMap((hit) => (hit.video === video ? [toSpan(hit)] : [])),
      gold,
    ),
  );
  return {
    recall: meanOf(parts.map(({ recall }) => recall)),
    precision: meanOf(parts.map(({ precision }) => precision)),
  };
}

function reciprocalRank({ video, hits, gold }: Judged): number {
  const rank = hits.slice(0, 10).findIndex((hit) => touchesGold(hit, video, gold));
  return rank < 0 ? 0 : 1 / (rank + 1);
}

const discounted = (gains: readonly number[]) =>
  gains.reduce((sum, gain, i) => sum + gain / Math.log2(i + 2), 0);

/** The ideal order has one perfect hit for each gold span. */
function ndcg(item: Judged): number {
  const gains = item.hits.slice(0, 10).map((hit) => iouOf(item, hit));
  const ideal = discounted(item.gold.slice(0, 10).map(() => 1));
  return ideal === 0 ? 0 : Math.min(1, discounted(gains) / ideal);
}

function seekErrors(items: readonly Judged[]): readonly number[] {
  return items.flatMap(({ video, hits: [first], gold }) => {
    if (first?.video !== video) return [];
    return [Math.min(...gold.map(([start]) => Math.abs(start - first.startMs / 1000)))];
  });
}

/** Returns the depths at which recall is measured: 100 only where more than 10 hits were kept. */
const depthsOf = (items: readonly Judged[]): readonly number[] =>
  items.some(({ hits }) => hits.length > 10) ? [...DEPTHS, CORPUS_DEPTH] : DEPTHS;

/** Measures hits against gold spans. Undefined if no item has spans. */
export function measureRetrieval(
  predictions: readonly Pick<EvalPrediction, 'video' | 'hits' | 'gold'>[],
): RetrievalMetrics | undefined {
  const items = predictions.flatMap(({ video, hits, gold: { spans = [] } }) =>
    spans.length > 0 ? [{ video, hits, gold: spans }] : [],
  );
  if (items.length === 0) return undefined;
  const errors = seekErrors(items).toSorted((a, b) => a - b);
  return {
    items: items.length,
    clipRecall: Object.fromEntries(
      CAPS_SECONDS.flatMap((cap) =>
        DEPTHS.map((depth) => [`R@${depth} (${cap} s)`, clipRecall(items, depth, cap)]),
      ),
    ),
    recallAtIou: Object.fromEntries(
      depthsOf(items).flatMap((depth) =>
        IOU_LEVELS.map((level) => [`R@${depth},IoU=${level}`, recallAtIou(items, depth, level)]),
      ),
    ),
    meanIou: meanOf(items.map((item) => (item.hits[0] ? iouOf(item, item.hits[0]) : 0))),
    coverage: Object.fromEntries(DEPTHS.map((depth) => [depth, coverageAt(items, depth)])),
    mrr: meanOf(items.map(reciprocalRank)),
    ndcg: meanOf(items.map(ndcg)),
    seekErrorSeconds: { median: quantile(errors, 0.5), p90: quantile(errors, 0.9) },
  };
}

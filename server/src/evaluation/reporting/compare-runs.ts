import type { EvalPrediction } from '../item.ts';
import type { Verdict } from '../judging/verdict.ts';
import { findsMoment } from '../metrics/retrieval.ts';
import type { Interval } from '../statistics/intervals.ts';
import { mcnemarExact, pairedBootstrap } from '../statistics/paired.ts';
import type { ReportTable } from './paper-table.ts';

/** A run as it is compared. */
export interface ComparedRun {
  readonly name: string;
  readonly predictions: readonly EvalPrediction[];
  readonly verdicts: readonly Verdict[];
}

/** An item that only one of two runs has right. */
export interface ChangedItem {
  readonly id: string;
  readonly question: string;
  readonly a: string;
  readonly b: string;
  readonly better: 'a' | 'b';
}

export interface Comparison {
  readonly a: string;
  readonly b: string;
  /** Items with an outcome in both: a verdict, or a moment that was searched for. */
  readonly items: number;
  readonly accuracyA: number;
  readonly accuracyB: number;
  readonly difference: number;
  readonly interval?: Interval;
  /** McNemar's exact p. */
  readonly p: number;
  /** True if the interval excludes 0. */
  readonly isDifferent: boolean;
  readonly changed: readonly ChangedItem[];
}

/** Returns what is right by id: answers by their verdict, moments if one of the first 3 hits is there. */
function toOutcomes({ predictions, verdicts }: ComparedRun): ReadonlyMap<string, boolean> {
  const judged = verdicts.flatMap(({ id, matches }) =>
    matches === undefined ? [] : [[id, matches] as const],
  );
  const moments = predictions.filter(({ task, failure }) => task === 'moment' && failure === undefined);
  return new Map([...judged, ...moments.map((moment) => [moment.id, findsMoment(moment)] as const)]);
}

/** Compares two runs on the items that both have an outcome for. */
export function compareRuns(a: ComparedRun, b: ComparedRun, seed = 0): Comparison {
  const [inA, inB] = [toOutcomes(a), toOutcomes(b)];
  const predictionOfB = new Map(b.predictions.map((prediction) => [prediction.id, prediction]));
  const pairs = a.predictions.flatMap((prediction) => {
    const [first, second] = [inA.get(prediction.id), inB.get(prediction.id)];
    return first === undefined || second === undefined ? [] : [{ prediction, first, second }];
  });
  const values = pairs.map(({ prediction, first, second }) => ({
    cluster: prediction.video,
    a: Number(first),
    b: Number(second),
  }));
  const onlyA = pairs.filter(({ first, second }) => first && !second);
  const onlyB = pairs.filter(({ first, second }) => second && !first);
  const interval = pairedBootstrap(values, seed);
  const share = (count: number) => (pairs.length === 0 ? Number.NaN : count / pairs.length);
  const accuracyA = share(pairs.filter(({ first }) => first).length);
  const accuracyB = share(pairs.filter(({ second }) => second).length);
  const toChanged = (better: 'a' | 'b') => (pair: (typeof pairs)[number]) => ({
    id: pair.prediction.id,
    question: pair.prediction.question,
    a: pair.prediction.pred,
    b: predictionOfB.get(pair.prediction.id)?.pred ?? '',
    better,
  });
  return {
    a: a.name,
    b: b.name,
    items: pairs.length,
    accuracyA,
    accuracyB,
    difference: accuracyB - accuracyA,
    ...(interval ? { interval } : {}),
    p: mcnemarExact(onlyA.length, onlyB.length),
    isDifferent: interval !== undefined && (interval.low > 0 || interval.high < 0),
    changed: [...onlyA.map(toChanged('a')), ...onlyB.map(toChanged('b'))],
  };
}

/** Most changed items that the table lists. */
const SHOWN_CHANGES = 20;

/** Lays a comparison out for people. */
export function toComparisonTables(comparison: Comparison): readonly ReportTable[] {
  const { a, b, items, interval, changed } = comparison;
  const points = (share: number) => `${(share * 100).toFixed(2)}`;
  const spread = interval ? `${points(interval.low)} to ${points(interval.high)}` : 'unknown: one video';
  return [
    {
      title: `${b} against ${a}`,
      header: ['Measure', 'Value'],
      rows: [
        ['items with an outcome in both', String(items)],
        [`accuracy of ${a}`, `${points(comparison.accuracyA)} %`],
        [`accuracy of ${b}`, `${points(comparison.accuracyB)} %`],
        ['difference, points', points(comparison.difference)],
        ['95 % interval, resampling videos', spread],
        ["McNemar's exact p", comparison.p.toPrecision(3)],
        ['conclusion', comparison.isDifferent ? 'the runs differ' : 'no difference seen'],
      ],
      notes: [],
    },
    {
      title: `Items that changed: ${changed.length}`,
      header: ['Item', 'Better', 'Question', a, b],
      rows: changed
        .slice(0, SHOWN_CHANGES)
        .map((item) => [item.id, item.better === 'a' ? a : b, item.question, item.a, item.b]),
      notes: changed.length > SHOWN_CHANGES ? [`${changed.length - SHOWN_CHANGES} more: use --json.`] : [],
    },
  ];
}

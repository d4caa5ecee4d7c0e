import type { Verdict } from '../judging/verdict.ts';
import {
  type ClusteredValue,
  clusterBootstrap,
  type Interval,
  meanOf,
  wilsonInterval,
} from '../statistics/intervals.ts';

/** Accuracy of a set of verdicts. All shares are 0..1. */
export interface Accuracy {
  /** Share of right answers among those with a verdict. */
  readonly accuracy: number;
  readonly right: number;
  /** Answers with a verdict. */
  readonly decided: number;
  /** Answers without one, and why. */
  readonly unjudged: number;
  readonly refused: number;
  /** Counted as wrong: no text at all, and "the videos do not say". */
  readonly empty: number;
  readonly abstained: number;
  /** Accuracy if all answers without a verdict were wrong, and if all were right. */
  readonly bounds: Interval;
  readonly wilson: Interval;
  /** Interval by resampling videos; absent for a single video. */
  readonly clustered?: Interval;
  /** Mean of the scores as given, and of their whole part as the original scripts took it; absent without scores. */
  readonly score?: number;
  readonly flooredScore?: number;
}

/** One verdict and the video that it is about. */
export interface ClusteredVerdict {
  readonly verdict: Verdict;
  readonly video: string;
}

/** Summarises verdicts. The same denominator serves accuracy and score. */
export function summariseVerdicts(verdicts: readonly ClusteredVerdict[], seed = 0): Accuracy {
  const decided = verdicts.filter(({ verdict }) => verdict.matches !== undefined);
  const right = decided.filter(({ verdict }) => verdict.matches === true).length;
  const countOutcome = (outcome: Verdict['outcome']) =>
    verdicts.filter(({ verdict }) => verdict.outcome === outcome).length;
  const undecided = verdicts.length - decided.length;
  const total = Math.max(1, verdicts.length);
  const values: readonly ClusteredValue[] = decided.map(({ verdict, video }) => ({
    cluster: video,
    value: verdict.matches ? 1 : 0,
  }));
  const clustered = clusterBootstrap(values, seed);
  const scores = verdicts.flatMap(({ verdict }) => (verdict.score === undefined ? [] : [verdict.score]));
  return {
    accuracy: decided.length === 0 ? Number.NaN : right / decided.length,
    right,
    decided: decided.length,
    unjudged: countOutcome('unjudged'),
    refused: countOutcome('refused'),
    empty: countOutcome('empty'),
    abstained: countOutcome('abstained'),
    bounds: { low: right / total, high: (right + undecided) / total },
    wilson: wilsonInterval(right, decided.length),
    ...(clustered ? { clustered } : {}),
    ...(scores.length > 0 ? { score: meanOf(scores), flooredScore: meanOf(scores.map(Math.floor)) } : {}),
  };
}

import type { AskUsage } from '../../protocol/ask.ts';
import type { SpentTime } from '../base/spent-time.ts';

/** A range of a video in seconds, as sets and prediction files write it. */
export type SpanSeconds = readonly [start: number, end: number];

/**
 * How an item is scored. `choice`: the option named; `open`: a judge compares texts; `axis`: a judge gives 0 to 5;
 * `moment`: the ranges found.
 */
export type EvalTask = 'choice' | 'open' | 'axis' | 'moment';

/** The right answer of an item. Members that a set does not have are absent. */
export interface GoldAnswer {
  readonly text?: string;
  /** Index of the right option, from 0. */
  readonly index?: number;
  /** Where the answer is seen or said, in the item's video. */
  readonly spans?: readonly SpanSeconds[];
  /** Saliency 0..4 of each clip of 2 s, averaged over raters (QVHighlights). */
  readonly saliency?: readonly { readonly clip: number; readonly scores: readonly number[] }[];
}

/** One question of a set. */
export interface EvalItem {
  /** Set and number, such as `tvqa-long:7`. Unique within the set and stable between versions of Goldfish. */
  readonly id: string;
  /** Id of the video in the set. */
  readonly video: string;
  readonly task: EvalTask;
  readonly question: string;
  /** A second wording with the same answer (consistency). */
  readonly pairedQuestion?: string;
  readonly options?: readonly string[];
  readonly gold: GoldAnswer;
  /** What reports group by: `category`, `duration`, ... */
  readonly labels: Readonly<Record<string, string>>;
  /** True if the question is about the video as a whole: the reference answers it from all clips. */
  readonly whole?: boolean;
}

/** A range that a search or an answer names. */
export interface PredictedRange {
  readonly video: string;
  readonly startMs: number;
  readonly endMs: number;
}

export interface PredictedHit extends PredictedRange {
  /** 0..1, higher is better. */
  readonly score: number;
  /** Kind of the first evidence: `speech`, `caption`, ... */
  readonly why: string;
}

/** One line of `predictions.jsonl`. It contains no times of the run, so that equal runs give equal files. */
export interface EvalPrediction {
  readonly id: string;
  readonly video: string;
  readonly task: EvalTask;
  readonly question: string;
  readonly options?: readonly string[];
  readonly gold: GoldAnswer;
  readonly labels: Readonly<Record<string, string>>;
  /** The answer as given; '' if there is none. */
  readonly pred: string;
  /** The answer to the second wording. */
  readonly pairedPred?: string;
  readonly pairedQuestion?: string;
  /** Index into `options`; absent if the answer names no option. */
  readonly choice?: number;
  /** How likely each option is as the answerer sees it, in the set's order. Absent if it was not asked or cannot tell. */
  readonly optionShares?: readonly number[];
  /** 0..1: the share of the likeliest option, else the score of the best hit. Absent without either. */
  readonly confidence?: number;
  readonly citations: readonly PredictedRange[];
  readonly hits: readonly PredictedHit[];
  /** True if Goldfish said that the videos do not answer the question. */
  readonly abstained: boolean;
  /** Why there is no answer. Such an item is asked again by the next run. */
  readonly failure?: string;
  /** Digest of everything that the answer depends on. Equal keys are never computed twice. */
  readonly key: string;
}

/** What one item cost, in `costs.jsonl`. */
export interface ItemCost {
  readonly id: string;
  readonly searchMs: number;
  readonly answerMs: number;
  /** Processor and accelerator time of both; absent in older files. */
  readonly searchSpent?: SpentTime;
  readonly answerSpent?: SpentTime;
  /** What the answerer was asked; absent if it was not. */
  readonly usage?: AskUsage;
}

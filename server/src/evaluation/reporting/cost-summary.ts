import type { ItemCost } from '../item.ts';
import type { JudgingCost, TokenPrice } from '../judging/judge-answers.ts';
import type { IndexingCost } from '../running/prediction-store.ts';
import { quantile } from '../statistics/intervals.ts';

/** What the user pays. Absent members cost nothing that is known. */
export interface CostPrices {
  /** Of the answerer's tokens. */
  readonly answerer?: TokenPrice;
  /** US dollars for an hour of the machine. */
  readonly machineHour?: number;
}

export const COST_STAGES = ['indexing', 'answers', 'search', 'judging'] as const;

/** What one stage of a run cost. Members that are unknown are absent. */
export interface StageCost {
  readonly stage: (typeof COST_STAGES)[number];
  /** Videos that were indexed, or items that were asked, searched for or judged. */
  readonly count: number;
  /** Wall time. */
  readonly seconds?: number;
  readonly processorSeconds?: number;
  readonly acceleratorSeconds?: number;
  /** Requests to a language model. */
  readonly calls?: number;
  /** Tokens of the calls that the model counted. */
  readonly tokensIn?: number;
  readonly tokensOut?: number;
  /** Calls whose tokens are unknown. */
  readonly untold?: number;
  readonly dollars?: number;
}

/** Time and money of a run. */
export interface CostSummary {
  readonly stages: readonly StageCost[];
  readonly videos: number;
  readonly clips: number;
  /** Length of the indexed videos; absent if it is not known. */
  readonly mediaSeconds?: number;
  readonly searchMs: { readonly p50: number; readonly p99: number };
  readonly answerMs: { readonly p50: number; readonly p99: number };
  readonly answerSeconds: number;
  /** Items of the run that were asked in it. The others were known from an earlier run. */
  readonly asked: number;
  /** Absent without a judge that costs. */
  readonly judging?: JudgingCost;
}

/** What a cost summary is made of. */
export interface CostRecord {
  readonly costs: readonly ItemCost[];
  readonly indexing: readonly IndexingCost[];
  readonly judging?: JudgingCost;
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** Adds up what is known; undefined if nothing is. */
function sumKnown(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : sum(known);
}

const toSeconds = (ms: number | undefined) => (ms === undefined ? undefined : ms / 1000);

/** Leaves out the members that are unknown. */
function toStage(stage: StageCost['stage'], members: Record<string, number | undefined>): StageCost {
  const known = Object.entries(members).filter(([, value]) => value !== undefined);
  return { stage, count: 0, ...Object.fromEntries(known) };
}

const priceTokens = (tokensIn: number, tokensOut: number, price: TokenPrice) =>
  (tokensIn * price.input + tokensOut * price.output) / 1_000_000;

function summariseIndexing(indexing: readonly IndexingCost[], machineHour: number | undefined) {
  // A run that was continued has indexed the same videos again, each shard others.
  const shards = [...Map.groupBy(indexing, ({ shard }) => shard ?? '').values()];
  const sumOfShards = (member: (cost: IndexingCost) => number) =>
    sum(shards.map((calls) => Math.max(...calls.map(member))));
  const seconds = sum(indexing.map((cost) => cost.seconds));
  const videos = sumOfShards((cost) => cost.videos);
  const mediaSeconds = sumOfShards((cost) => cost.mediaSeconds ?? 0);
  return {
    videos,
    clips: sumOfShards((cost) => cost.clips),
    ...(mediaSeconds > 0 ? { mediaSeconds } : {}),
    stage: toStage('indexing', {
      count: videos,
      seconds,
      processorSeconds: toSeconds(sumKnown(indexing.map(({ spent }) => spent?.processorMs))),
      acceleratorSeconds: toSeconds(sumKnown(indexing.map(({ spent }) => spent?.acceleratorMs))),
      dollars: machineHour === undefined ? undefined : (seconds / 3600) * machineHour,
    }),
  };
}

function summariseAnswers(costs: readonly ItemCost[], { answerer, machineHour }: CostPrices): StageCost {
  const usages = costs.flatMap(({ usage }) => usage ?? []);
  const seconds = sum(costs.map(({ answerMs }) => answerMs)) / 1000;
  const tokensIn = sumKnown(usages.map((usage) => usage.tokensIn));
  const tokensOut = sumKnown(usages.map((usage) => usage.tokensOut));
  const dollars = [
    machineHour === undefined ? undefined : (seconds / 3600) * machineHour,
    answerer && tokensIn !== undefined && tokensOut !== undefined
      ? priceTokens(tokensIn, tokensOut, answerer)
      : undefined,
  ];
  return toStage('answers', {
    count: costs.length,
    seconds,
    processorSeconds: toSeconds(sumKnown(costs.map(({ answerSpent }) => answerSpent?.processorMs))),
    acceleratorSeconds: toSeconds(sumKnown(costs.map(({ answerSpent }) => answerSpent?.acceleratorMs))),
    calls: sumKnown(usages.map(({ calls }) => calls)),
    tokensIn,
    tokensOut,
    untold: sumKnown(usages.map(({ untold }) => untold)),
    dollars: sumKnown(dollars),
  });
}

function summariseSearches(costs: readonly ItemCost[], { machineHour }: CostPrices): StageCost {
  const seconds = sum(costs.map(({ searchMs }) => searchMs)) / 1000;
  return toStage('search', {
    count: costs.length,
    seconds,
    processorSeconds: toSeconds(sumKnown(costs.map(({ searchSpent }) => searchSpent?.processorMs))),
    acceleratorSeconds: toSeconds(sumKnown(costs.map(({ searchSpent }) => searchSpent?.acceleratorMs))),
    dollars: machineHour === undefined ? undefined : (seconds / 3600) * machineHour,
  });
}

function summariseJudging(judging: JudgingCost, { machineHour }: CostPrices): StageCost {
  const { calls, tokensIn, tokensOut, dollars, seconds, spent, items = calls } = judging;
  const machine = machineHour === undefined || seconds === undefined ? 0 : (seconds / 3600) * machineHour;
  return toStage('judging', {
    count: items,
    seconds,
    processorSeconds: toSeconds(spent?.processorMs),
    acceleratorSeconds: toSeconds(spent?.acceleratorMs),
    calls,
    tokensIn,
    tokensOut,
    dollars: dollars + machine > 0 ? dollars + machine : undefined,
  });
}

/** Adds up what a run cost, stage by stage. */
export function summariseCosts(
  { costs, indexing, judging }: CostRecord,
  prices: CostPrices = {},
): CostSummary {
  const spread = (values: readonly number[]) => {
    const sorted = values.toSorted((a, b) => a - b);
    return { p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99) };
  };
  const { stage, ...indexed } = summariseIndexing(indexing, prices.machineHour);
  return {
    stages: [
      stage,
      summariseAnswers(costs, prices),
      summariseSearches(costs, prices),
      ...(judging ? [summariseJudging(judging, prices)] : []),
    ],
    ...indexed,
    searchMs: spread(costs.map(({ searchMs }) => searchMs)),
    answerMs: spread(costs.map(({ answerMs }) => answerMs)),
    answerSeconds: sum(costs.map(({ answerMs }) => answerMs)) / 1000,
    asked: new Set(costs.map(({ id }) => id)).size,
    ...(judging ? { judging } : {}),
  };
}

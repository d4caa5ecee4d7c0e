import type { EvalPrediction } from '../item.ts';
import type { HumanLabel } from '../judging/label-file.ts';
import type { Verdict } from '../judging/verdict.ts';
import { type Accuracy, summariseVerdicts } from '../metrics/accuracy.ts';
import { type CitationAccuracy, measureCitations } from '../metrics/citation-accuracy.ts';
import { areaUnderRoc } from '../metrics/confidence.ts';
import { type MomentFigures, type MomentLength, measureMoments } from '../metrics/moment-retrieval.ts';
import { measureRetrieval, type RetrievalMetrics } from '../metrics/retrieval.ts';
import { toSpan } from '../metrics/spans.ts';
import type { RunInfo } from '../running/run-set.ts';
import { calibrateJudge, type JudgeCalibration } from '../statistics/agreement.ts';
import { meanOf, minimalDetectableDifference } from '../statistics/intervals.ts';
import { type CostPrices, type CostRecord, type CostSummary, summariseCosts } from './cost-summary.ts';

/** Everything that a report is made of. */
export interface RunRecord extends CostRecord {
  readonly info: RunInfo;
  readonly predictions: readonly EvalPrediction[];
  /** How answers were judged: `exact`, a host's model, `imported`. */
  readonly judge: string;
  readonly verdicts: readonly Verdict[];
  /** What people say of some of the answers. */
  readonly labels?: readonly HumanLabel[];
}

export interface GroupAccuracy {
  readonly label: string;
  readonly value: string;
  readonly accuracy: Accuracy;
}

/** An answer that is wrong or was not judged, for people to look at. */
export interface WrongAnswer {
  readonly prediction: EvalPrediction;
  readonly verdict: Verdict | undefined;
}

export interface RunReport {
  readonly name: string;
  readonly set: string;
  readonly judge: string;
  readonly items: number;
  readonly failures: number;
  readonly info: RunInfo;
  /** Absent for sets of moments. */
  readonly accuracy?: Accuracy;
  /** The judge compared with people; absent without labels. */
  readonly calibration?: JudgeCalibration;
  readonly groups: readonly GroupAccuracy[];
  /** Accuracy of the option that is right most often; absent for other than choices. */
  readonly majority?: { readonly index: number; readonly accuracy: number };
  /** How well the confidence tells right answers from wrong ones: area under the ROC curve; absent if it cannot be told. */
  readonly confidence?: number;
  /** Share of questions that were answered although the right video was not searched; only for such runs. */
  readonly answeredAbsent?: number;
  /** Items of a choice run by likelihood whose model did not tell it, so that the text decided. */
  readonly withoutLikelihood?: number;
  /** Share of votes that agree with their majority; absent for single votes. */
  readonly voteAgreement?: number;
  readonly retrieval?: RetrievalMetrics;
  readonly citations?: CitationAccuracy;
  /** Figures of QVHighlights by length of the gold span; only for sets of moments. */
  readonly moments?: Readonly<Record<MomentLength, MomentFigures>>;
  readonly cost: CostSummary;
  /** Difference of accuracy that a comparison of this size would probably show. */
  readonly detectable: number;
  readonly wrong: readonly WrongAnswer[];
}

/** Groups with more values than this are not listed: every value would be noise. */
const MAX_GROUP_VALUES = 40;

function summariseGroups(
  predictions: readonly EvalPrediction[],
  verdictOf: ReadonlyMap<string, Verdict>,
  seed: number,
): readonly GroupAccuracy[] {
  const labels = [...new Set(predictions.flatMap((prediction) => Object.keys(prediction.labels)))].sort();
  return labels.flatMap((label) => {
    const groups = Map.groupBy(
      predictions.filter(({ labels: own }) => own[label] !== undefined),
      ({ labels: own }) => own[label] ?? '',
    );
    if (groups.size > MAX_GROUP_VALUES) return [];
    return [...groups].map(([value, members]) => ({
      label,
      value,
      accuracy: summariseVerdicts(toClustered(members, verdictOf), seed),
    }));
  });
}

function toClustered(predictions: readonly EvalPrediction[], verdictOf: ReadonlyMap<string, Verdict>) {
  return predictions.map(({ id, video }) => ({
    video,
    verdict: verdictOf.get(id) ?? ({ id, outcome: 'unjudged', reason: 'not judged yet' } satisfies Verdict),
  }));
}

/** Returns the accuracy of always choosing the option that is right most often. */
function findMajority(predictions: readonly EvalPrediction[]): RunReport['majority'] {
  const indexes = predictions.flatMap(({ gold }) => (gold.index === undefined ? [] : [gold.index]));
  const [most] = [...Map.groupBy(indexes, (index) => index)].sort((a, b) => b[1].length - a[1].length);
  return most && { index: most[0], accuracy: most[1].length / indexes.length };
}

/** Compares the judge with the labels of the answers that were labelled as they are. */
function calibrate(
  { labels = [], info }: RunRecord,
  answered: readonly EvalPrediction[],
  verdictOf: ReadonlyMap<string, Verdict>,
): JudgeCalibration | undefined {
  const labelOf = new Map(labels.map(({ key, right }) => [key, right]));
  const pairs = answered.flatMap(({ id, key }) => {
    const [judge, person] = [verdictOf.get(id)?.matches, labelOf.get(key)];
    return judge === undefined || person === undefined ? [] : [[judge, person] as const];
  });
  if (pairs.length === 0) return undefined;
  const decided = answered.flatMap(({ id }) => verdictOf.get(id)?.matches ?? []);
  return calibrateJudge(pairs, meanOf(decided.map(Number)), info.seed);
}

/** Numbers of a run's confidence, and of runs of a special kind. */
function measureConfidence(
  answered: readonly EvalPrediction[],
  isRight: (prediction: EvalPrediction) => boolean,
  verdicts: readonly Verdict[],
  { settings }: RunInfo,
): Pick<RunReport, 'confidence' | 'answeredAbsent' | 'withoutLikelihood' | 'voteAgreement'> {
  const scores = (right: boolean) =>
    answered.flatMap((prediction) =>
      prediction.confidence !== undefined && isRight(prediction) === right ? [prediction.confidence] : [],
    );
  const confidence = areaUnderRoc(scores(true), scores(false));
  const accepted = answered.filter(({ abstained, pred }) => !abstained && pred !== '').length;
  const silent = answered.filter(({ task, optionShares }) => task === 'choice' && !optionShares).length;
  const agreements = verdicts.flatMap(({ agreement }) => agreement ?? []);
  return {
    ...(Number.isNaN(confidence) ? {} : { confidence }),
    ...(settings.absent && answered.length > 0 ? { answeredAbsent: accepted / answered.length } : {}),
    ...(settings.likelihood ? { withoutLikelihood: silent } : {}),
    ...(agreements.length > 0 ? { voteAgreement: meanOf(agreements) } : {}),
  };
}

/** Measures the hits in the right video as moments. */
function measureByLength(predictions: readonly EvalPrediction[]) {
  const queries = predictions.map(({ video, hits, gold }) => ({
    gold: gold.spans ?? [],
    predicted: hits.flatMap((hit) => (hit.video === video ? [{ span: toSpan(hit), score: hit.score }] : [])),
  }));
  return {
    full: measureMoments(queries, 'full'),
    short: measureMoments(queries, 'short'),
    middle: measureMoments(queries, 'middle'),
    long: measureMoments(queries, 'long'),
  };
}

/** Summarises a run. */
export function summariseRun(record: RunRecord, prices: CostPrices = {}): RunReport {
  const { info, judge, verdicts } = record;
  const predictions = record.predictions.filter(({ failure }) => failure === undefined);
  const verdictOf = new Map(verdicts.map((verdict) => [verdict.id, verdict]));
  const answered = predictions.filter(({ task }) => task !== 'moment');
  const isRight = ({ id }: EvalPrediction) => verdictOf.get(id)?.matches === true;
  const calibration = calibrate(record, answered, verdictOf);
  const moments = predictions.filter(({ task }) => task === 'moment');
  const majority = findMajority(answered.filter(({ task }) => task === 'choice'));
  const retrieval = measureRetrieval(predictions);
  const citations = measureCitations(predictions, isRight);
  const wrong = answered
    .filter((prediction) => !isRight(prediction))
    .map((prediction) => ({ prediction, verdict: verdictOf.get(prediction.id) }));
  return {
    name: info.name,
    set: info.set,
    judge,
    items: info.items.length,
    failures: record.predictions.length - predictions.length,
    info,
    ...(answered.length > 0
      ? { accuracy: summariseVerdicts(toClustered(answered, verdictOf), info.seed) }
      : {}),
    ...(calibration ? { calibration } : {}),
    groups: summariseGroups(answered, verdictOf, info.seed),
    ...(majority ? { majority } : {}),
    ...measureConfidence(answered, isRight, verdicts, info),
    ...(retrieval ? { retrieval } : {}),
    ...(citations ? { citations } : {}),
    ...(moments.length > 0 ? { moments: measureByLength(moments) } : {}),
    cost: summariseCosts(record, prices),
    detectable: minimalDetectableDifference(answered.length),
    wrong,
  };
}

/** Returns the mean of the macro groups of a label (MLVU's M-Avg: the mean over tasks, not items). */
export function macroAccuracy(groups: readonly GroupAccuracy[], label: string): number {
  return meanOf(groups.filter((group) => group.label === label).map(({ accuracy }) => accuracy.accuracy));
}

import type { EvalPrediction } from '../item.ts';
import { judgeChoice } from './choice-verdict.ts';
import { judgeExactly } from './exact-judge.ts';
import type { Verdict } from './verdict.ts';

/** Separates what options decide from what a judge must read. Moments need neither. */
export function splitByJudge(predictions: readonly EvalPrediction[]): {
  readonly byOption: readonly EvalPrediction[];
  readonly byText: readonly EvalPrediction[];
} {
  const answered = predictions.filter(({ failure, task }) => failure === undefined && task !== 'moment');
  return {
    byOption: answered.filter(({ task }) => task === 'choice'),
    byText: answered.filter(({ task }) => task !== 'choice'),
  };
}

/** Judges all predictions by option and by words: free, deterministic, offline. */
export function judgeWithoutModel(predictions: readonly EvalPrediction[]): readonly Verdict[] {
  const { byOption, byText } = splitByJudge(predictions);
  return [...byOption.map(judgeChoice), ...byText.map(judgeExactly)];
}

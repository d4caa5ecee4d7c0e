import type { EvalPrediction } from '../item.ts';
import { matchesAnswer, tokenF1 } from '../metrics/answer-match.ts';
import { toJudgedText, type Verdict } from './verdict.ts';

/** Judges an answer by its words: the same verdict each time, on any machine, for nothing. */
export function judgeExactly(prediction: EvalPrediction): Verdict {
  const { id, gold, pred, pairedPred, abstained } = prediction;
  if (pred === '') return { id, outcome: 'empty', matches: false, score: 0 };
  if (abstained) return { id, outcome: 'abstained', matches: false, score: 0 };
  const answers = [pred, pairedPred].flatMap((answer) =>
    answer === undefined ? [] : [toJudgedText(answer)],
  );
  const wanted = gold.text ?? '';
  const matches = answers.every((answer) => matchesAnswer(answer, wanted));
  const f1 = Math.min(...answers.map((answer) => tokenF1(answer, wanted)));
  return { id, outcome: 'judged', matches, score: matches ? 5 : Math.round(f1 * 50) / 10 };
}

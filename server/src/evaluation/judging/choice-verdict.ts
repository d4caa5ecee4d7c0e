import type { EvalPrediction } from '../item.ts';
import type { Verdict } from './verdict.ts';

/** Judges a choice. An answer that names no option is wrong and never replaced by a guess. */
export function judgeChoice({ id, gold, choice, pred, abstained }: EvalPrediction): Verdict {
  if (choice === undefined) {
    if (pred === '') return { id, outcome: 'empty', matches: false };
    if (abstained) return { id, outcome: 'abstained', matches: false };
    return { id, outcome: 'unjudged', matches: false, reason: 'the answer names no option' };
  }
  if (gold.index === undefined) return { id, outcome: 'unjudged', reason: 'the right option is not public' };
  return { id, outcome: 'judged', matches: choice === gold.index };
}

/**
 * How an answer was judged. `unjudged`: the judge failed or gave no verdict; `refused`: it or a filter declined; `empty`
 * and `abstained` need no judge and are wrong.
 */
export type VerdictOutcome = 'judged' | 'unjudged' | 'refused' | 'empty' | 'abstained';

/** One line of `judged.JUDGE.jsonl`. */
export interface Verdict {
  readonly id: string;
  readonly outcome: VerdictOutcome;
  /** True if the answer gives the gold answer; absent if nobody decided. */
  readonly matches?: boolean;
  /** 0..5 as the judge gave it. */
  readonly score?: number;
  /** Why there is no verdict. */
  readonly reason?: string;
  /** Share of the votes for the verdict, if several were taken. */
  readonly agreement?: number;
  /** Model that the judge's host said it is. */
  readonly judgedBy?: string;
}

/** Removes citation marks. Judges compare what was said, not where it stands. */
export function toJudgedText(answer: string): string {
  return answer
    .replace(/\s*\[\d+\]/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}

/** Counts the characters that regular expressions look at. */
export interface RegExpWork {
  /** Characters since the start. */
  readonly chars: number;
  /** Ends the counting. */
  stop(): void;
}

/**
 * Counts what regular expressions look at, also those in `replace`, `match`, `test` and `split`, without a clock: a
 * match costs the characters from where the search began to its end, a failed search those to the end of the text.
 * Backtracking within one search is not counted.
 */
export function countRegExpWork(): RegExpWork {
  const { exec } = RegExp.prototype;
  let chars = 0;
  const counting = function (this: RegExp, text: string): RegExpExecArray | null {
    const from = this.global || this.sticky ? this.lastIndex : 0;
    const match = exec.call(this, text);
    const end = match === null ? (this.sticky ? from + 1 : text.length) : match.index + match[0].length;
    chars += Math.max(1, end - from);
    return match;
  };
  const replaceExec = (value: typeof exec) => Object.defineProperty(RegExp.prototype, 'exec', { value });
  replaceExec(counting);
  return {
    get chars() {
      return chars;
    },
    stop: () => replaceExec(exec),
  };
}

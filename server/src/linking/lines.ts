export interface Position {
  /** From 0. */
  readonly line: number;
  /** UTF-16 units from the line's start. */
  readonly character: number;
}

/** Turns offsets of a text into positions and back. Lines end as LSP has it: `\n`, `\r\n` or `\r`. */
export function positionsIn(text: string) {
  const starts = [0, ...[...text.matchAll(/\r\n|\n|\r/g)].map((end) => end.index + end[0].length)];
  return {
    positionAt(offset: number): Position {
      let low = 0;
      let high = starts.length - 1;
      while (low < high) {
        const middle = Math.ceil((low + high) / 2);
        if ((starts[middle] ?? 0) <= offset) low = middle;
        else high = middle - 1;
      }
      return { line: low, character: offset - (starts[low] ?? 0) };
    },
    /** Past the end of a line or of the text is its end. */
    offsetAt({ line, character }: Position): number {
      const start = starts[line];
      if (start === undefined) return text.length;
      return Math.min(start + character, starts[line + 1] ?? text.length);
    },
  };
}

import { linesOf, type Position } from './lines.ts';

/** One change as LSP tells it: with a range what is put in its place, without one the whole text. */
export interface Edit {
  readonly range?: { readonly start: Position; readonly end: Position } | undefined;
  readonly text: string;
}

/** Lines that are put in at once without a new list. */
const MANY = 1000;

/** Lines with what ends them. */
function split(text: string): string[] {
  const { count, startOf } = linesOf(text);
  return Array.from({ length: count }, (_, line) => text.slice(startOf(line), startOf(line + 1)));
}

function within(line: string | undefined, character: number): number {
  return linesOf(line ?? '').offsetAt({ line: 0, character });
}

/** A text after changes, each told by the lines that the one before it left: thousands cost one pass. */
export function edited(text: string, edits: readonly Edit[]): string {
  let lines: string[] | undefined;
  let whole = text;
  for (const { range, text: put } of edits) {
    if (range === undefined) {
      whole = put;
      lines = undefined;
      continue;
    }
    lines ??= split(whole);
    const last = lines.length - 1;
    const at = ({ line, character }: Position) =>
      line > last
        ? { line: last, offset: lines?.[last]?.length ?? 0 }
        : { line, offset: within(lines?.[line], character) };
    const [start, named] = [at(range.start), at(range.end)];
    const behind = named.line > start.line || (named.line === start.line && named.offset >= start.offset);
    const end = behind ? named : start;
    const joined =
      (lines[start.line] ?? '').slice(0, start.offset) + put + (lines[end.line] ?? '').slice(end.offset);
    // A neighbour may come to share its end: `\r` and `\n` that meet are one.
    const [from, to] = [Math.max(0, start.line - 1), Math.min(last, end.line + 1)];
    const before = from < start.line ? (lines[from] ?? '') : '';
    const after = to > end.line ? (lines[to] ?? '') : '';
    const next = split(before + joined + after);
    // Only the last line of a text may be one that nothing ends.
    if (to < last) next.pop();
    if (next.length < MANY) lines.splice(from, to - from + 1, ...next);
    else lines = lines.slice(0, from).concat(next, lines.slice(to + 1));
  }
  return lines?.join('') ?? whole;
}

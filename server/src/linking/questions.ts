import type { Lines } from './lines.ts';

/** How notes are written: what a comment looks like in them, and what links do. */
export type Syntax = 'markdown' | 'org';

/**
 * A question that stands in a note as a comment of its own line, `<!-- goldfish: Who owns the budget? -->` or org's
 * `# goldfish: ...`, with the answer under it up to `<!-- /goldfish -->`, if there is one yet.
 */
export interface WrittenQuestion {
  readonly text: string;
  readonly syntax: Syntax;
  /** From 0. */
  readonly line: number;
  /** How many before it ask the same. */
  readonly nth: number;
  /** The line of the mark that ends its answer; absent where none follows. */
  readonly endLine?: number;
  /** What stands before it on its line. */
  readonly indent: string;
}

interface Marks {
  readonly question: RegExp;
  /** A line as answers have them. Anything else under a question is the writer's own, and no answer. */
  readonly inside: RegExp;
  readonly end: RegExp;
}

const marks: Readonly<Record<Syntax, Marks>> = {
  markdown: {
    question: /^([ \t]*)<!--[ \t]*goldfish:(.*)-->[ \t]*$/,
    inside: /^[ \t]*>/,
    end: /^[ \t]*<!--[ \t]*\/goldfish[ \t]*-->[ \t]*$/,
  },
  org: {
    question: /^([ \t]*)#[ \t]+goldfish:(.*)$/,
    inside: /^[ \t]*(?::(?: |$)|- \[\[)/,
    end: /^[ \t]*#[ \t]+\/goldfish[ \t]*$/,
  },
};

const WORD = 'goldfish:';
/** Of a line with a question, UTF-16 units. */
const LONGEST = 4096;

/** The questions of a note, in order. */
export function findQuestions(text: string, lines: Lines, syntax: Syntax): readonly WrittenQuestion[] {
  const { question, inside, end } = marks[syntax];
  const lineAt = (line: number) => text.slice(lines.startOf(line), lines.endOf(line));
  const asked = new Map<string, number>();
  const found: WrittenQuestion[] = [];
  for (let line = 0, at = text.indexOf(WORD); at >= 0; at = text.indexOf(WORD, lines.endOf(line))) {
    ({ line } = lines.positionAt(at));
    const here = lineAt(line);
    const [, indent = '', given = ''] = (here.length <= LONGEST && question.exec(here)) || [];
    const words = given.trim();
    if (words === '') continue;
    let next = line + 1;
    while (next < lines.count && inside.test(lineAt(next))) next += 1;
    const ended = next < lines.count && end.test(lineAt(next));
    const nth = asked.get(words) ?? 0;
    asked.set(words, nth + 1);
    found.push({ text: words, syntax, line, nth, indent, ...(ended ? { endLine: next } : {}) });
  }
  return found;
}

import type { LineIndex } from './line-index.ts';

/** How notes are written: what a comment looks like in them, and what links do. */
export type Syntax = 'markdown' | 'org';

/**
 * A question that stands in a note as a comment of its own line, `<!-- goldfish: Who owns the budget? -->` or org's
 * `# goldfish: ...`, with the answer under it up to `<!-- /goldfish -->`, if there is one yet.
 */
export interface NoteQuestion {
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

interface QuestionPatterns {
  readonly question: RegExp;
  /** A line as answers have them. Anything else under a question is the writer's own, and no answer. */
  readonly inside: RegExp;
  readonly end: RegExp;
}

const PATTERNS: Readonly<Record<Syntax, QuestionPatterns>> = {
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

const QUESTION_MARKER = 'goldfish:';
/** Of a line with a question, UTF-16 units. */
const MAX_QUESTION_LINE_CHARS = 4096;

/** The questions of a note, in order. */
export function findQuestions(text: string, lines: LineIndex, syntax: Syntax): readonly NoteQuestion[] {
  const { question, inside, end } = PATTERNS[syntax];
  const readLine = (line: number) => text.slice(lines.startOf(line), lines.endOf(line));
  const occurrences = new Map<string, number>();
  const questions: NoteQuestion[] = [];
  for (
    let line = 0, offset = text.indexOf(QUESTION_MARKER);
    offset >= 0;
    offset = text.indexOf(QUESTION_MARKER, lines.endOf(line))
  ) {
    ({ line } = lines.positionAt(offset));
    const lineText = readLine(line);
    const [, indent = '', rawQuestion = ''] =
      (lineText.length <= MAX_QUESTION_LINE_CHARS && question.exec(lineText)) || [];
    const questionText = rawQuestion.trim();
    if (questionText === '') continue;
    let nextLine = line + 1;
    while (nextLine < lines.count && inside.test(readLine(nextLine))) nextLine += 1;
    const hasEndMark = nextLine < lines.count && end.test(readLine(nextLine));
    const nth = occurrences.get(questionText) ?? 0;
    occurrences.set(questionText, nth + 1);
    questions.push({
      text: questionText,
      syntax,
      line,
      nth,
      indent,
      ...(hasEndMark ? { endLine: nextLine } : {}),
    });
  }
  return questions;
}

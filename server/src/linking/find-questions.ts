import type { LineIndex } from './line-index.ts';

/** Names the syntax of a note, which defines its comments and links. */
export type Syntax = 'markdown' | 'org';

/**
 * Describes a question in a note. It is a comment on its own line, `<!-- goldfish: Who owns the budget? -->` or Org's
 * `# goldfish: ...`. An answer, if any, follows up to `<!-- /goldfish 2026-01-31 -->`.
 */
export interface NoteQuestion {
  readonly text: string;
  readonly syntax: Syntax;
  /** The line number, from 0. */
  readonly line: number;
  /** The number of earlier questions with the same text. */
  readonly nth: number;
  /** The line of the mark that ends the answer. Absent if the question has no answer yet. */
  readonly endLine?: number;
  /** The day on which the answer was written, as `2026-01-31`. Absent if the mark has none. */
  readonly answeredOn?: string;
  /** The whitespace before the question on its line. */
  readonly indent: string;
}

interface QuestionPatterns {
  readonly question: RegExp;
  /** Matches a line of an answer. Any other line below a question belongs to the note's author. */
  readonly inside: RegExp;
  /** Matches the mark that ends an answer, and captures its day. */
  readonly end: RegExp;
}

const PATTERNS_BY_SYNTAX: Readonly<Record<Syntax, QuestionPatterns>> = {
  markdown: {
    question: /^([ \t]*)<!--[ \t]*goldfish:(.*)-->[ \t]*$/,
    inside: /^[ \t]*>/,
    end: /^[ \t]*<!--[ \t]*\/goldfish(?:[ \t]+(\d{4}-\d{2}-\d{2}))?[ \t]*-->[ \t]*$/,
  },
  org: {
    question: /^([ \t]*)#[ \t]+goldfish:(.*)$/,
    inside: /^[ \t]*(?::(?: |$)|- \[\[)/,
    end: /^[ \t]*#[ \t]+\/goldfish(?:[ \t]+(\d{4}-\d{2}-\d{2}))?[ \t]*$/,
  },
};

const QUESTION_MARKER = 'goldfish:';
/** Limits the length of a line with a question, in UTF-16 units. */
const MAX_QUESTION_LINE_CHARS = 4096;

/** Finds the questions in a note, in order. */
export function findQuestions(text: string, lines: LineIndex, syntax: Syntax): readonly NoteQuestion[] {
  const { question, inside, end } = PATTERNS_BY_SYNTAX[syntax];
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
    const endMark = nextLine < lines.count ? end.exec(readLine(nextLine)) : null;
    const answeredOn = endMark?.[1];
    const nth = occurrences.get(questionText) ?? 0;
    occurrences.set(questionText, nth + 1);
    questions.push({
      text: questionText,
      syntax,
      line,
      nth,
      indent,
      ...(endMark === null ? {} : { endLine: nextLine }),
      ...(answeredOn === undefined ? {} : { answeredOn }),
    });
  }
  return questions;
}

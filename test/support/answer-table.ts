import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Line } from '../../server/src/core/domain/description.ts';
import type { Citation } from '../../server/src/core/domain/search-result.ts';

// Tables of questions that answers from words are measured by: test/golden/answers and test/golden/answers-unseen.

const golden = join(import.meta.dirname, '../golden');

/** A question about the videos of the table, and what is right. */
export interface TableQuestion {
  readonly kind: string;
  readonly language: string;
  /** Name of the video that is asked about, or '' for all. */
  readonly scope: string;
  /** Where it is said, s: any of these. [] where nothing answers. */
  readonly seconds: readonly number[];
  /** What the answer has to say. */
  readonly expected: string;
  readonly question: string;
  /** The question before it in the conversation, or ''. */
  readonly after: string;
}

/** A made-up video. */
export interface Transcript {
  readonly name: string;
  readonly lines: readonly Line[];
}

/** A question that nothing in the videos answers. */
export const isUnanswerable = ({ seconds }: TableQuestion) => seconds.length === 0;

export function readQuestions(table = 'answers'): readonly TableQuestion[] {
  const [, ...rows] = readFileSync(join(golden, table, 'questions.tsv'), 'utf8')
    .trimEnd()
    .split('\n');
  return rows.map((row) => {
    const [kind = '', language = '', scope = '', seconds = '', expected = '', question = '', after = ''] =
      row.split('\t');
    const parsed = seconds === '-' ? [] : seconds.split(',').map(Number);
    return { kind, language, scope, seconds: parsed, expected, question, after };
  });
}

/** Reads the transcripts of a table, `NAME.LANGUAGE.txt`, in the order of their names. */
export function readTranscripts(table: string): readonly Transcript[] {
  return globSync('*.txt', { cwd: join(golden, table) })
    .sort()
    .map((file) => {
      const [name = '', language = ''] = file.split('.');
      return { name, lines: readTranscript(name, language, table) };
    });
}

/** Reads a transcript of rows `seconds Speaker: text`. A line lasts until the next one, at most 6 s. */
export function readTranscript(name: string, language: string, table = 'answers'): readonly Line[] {
  const rows = readFileSync(join(golden, table, `${name}.${language}.txt`), 'utf8')
    .trimEnd()
    .split('\n')
    .map((row) => {
      const [, second = '0', speaker, text = ''] =
        /^(\d+) (?:([\p{L}\p{N} ]{2,20}): (?=\p{L}))?(.*)$/u.exec(row) ?? [];
      return { startMs: Number(second) * 1000, speaker, text };
    });
  return rows.map(({ startMs, speaker, text }, i) => ({
    kind: 'speech',
    source: `${name}.srt`,
    language,
    startMs,
    endMs: Math.min(rows[i + 1]?.startMs ?? Number.POSITIVE_INFINITY, startMs + 6_000),
    text,
    ...(speaker === undefined ? {} : { speaker }),
  }));
}

interface GivenAnswer {
  readonly answer: string;
  readonly grounded: boolean;
  readonly citations: readonly Pick<Citation, 'startMs' | 'endMs'>[];
}

/**
 * Tells whether an answer is right: it says what is expected and its first citation holds the second at which it is
 * said; a question that nothing answers gets no grounded answer.
 */
export function isRight(question: TableQuestion, { answer, grounded, citations }: GivenAnswer): boolean {
  if (isUnanswerable(question)) return !grounded;
  const [first] = citations;
  return (
    grounded &&
    first !== undefined &&
    answer.toLowerCase().includes(question.expected.toLowerCase()) &&
    question.seconds.some((second) => first.startMs <= second * 1000 && second * 1000 < first.endMs)
  );
}

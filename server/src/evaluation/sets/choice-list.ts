import type { z } from 'zod';
import type { SpanSeconds } from '../item.ts';
import { type Problems, readEntries } from './read-entries.ts';
import type { ParsedItem, SetAdapter } from './set-adapter.ts';
import { toFileVideos } from './short-qa.ts';

/** Options in front of which sets write `A. `, `(A) ` or `A) `. */
const OPTION_LABEL = /^\s*(?:\(?[A-H]\)|[A-H][.:])\s*/;

/** Returns options without the letters that the set wrote in front of them. */
function stripLabels(options: readonly string[]): readonly string[] {
  const isLabelled = options.every((option) => OPTION_LABEL.test(option));
  return options.map((option) => (isLabelled ? option.replace(OPTION_LABEL, '') : option).trim());
}

/** Returns the index of an answer given as a letter, a number or the text of an option. */
function findOptionIndex(answer: string | number, options: readonly string[]): number | undefined {
  if (typeof answer === 'number') return answer >= 0 && answer < options.length ? answer : undefined;
  const text = answer.trim().replace(OPTION_LABEL, '').trim();
  const byText = options.indexOf(text);
  if (text !== '' && byText >= 0) return byText;
  const letter =
    /^\(?([A-H])\)?[.:]?$/.exec(answer.trim())?.[1] ?? OPTION_LABEL.exec(answer)?.[0].match(/[A-H]/)?.[0];
  const index = letter === undefined ? -1 : letter.charCodeAt(0) - 65;
  return index >= 0 && index < options.length ? index : undefined;
}

/** Splits a question whose options are lines: `What is it?\n(A) x\n(B) y`. */
export function splitOptions(text: string): {
  readonly question: string;
  readonly options: readonly string[];
} {
  const lines = text.split('\n');
  const first = lines.findIndex((line) => OPTION_LABEL.test(line));
  if (first < 0) return { question: text.trim(), options: [] };
  const options = lines.slice(first).filter((line) => OPTION_LABEL.test(line));
  return { question: lines.slice(0, first).join(' ').trim(), options: stripLabels(options) };
}

interface ChoiceEntry {
  readonly id: string;
  readonly video: string;
  readonly question: string;
  readonly options: readonly string[];
  readonly answer: string | number | null | undefined;
  readonly spans?: readonly SpanSeconds[];
  readonly labels: Readonly<Record<string, string | undefined>>;
}

/** Builds an item of a choice. An answer that is no option is a problem; an answer that is not public is none. */
export function toChoiceItem(setId: string, entry: ChoiceEntry, problems: Problems): readonly ParsedItem[] {
  const { answer, spans } = entry;
  const options = stripLabels(entry.options);
  const index = answer === null || answer === undefined ? undefined : findOptionIndex(answer, options);
  if (options.length < 2) {
    problems.push(`${entry.id} has fewer than two options.`);
    return [];
  }
  if (index === undefined && answer !== null && answer !== undefined) {
    problems.push(`${entry.id}: the answer ${JSON.stringify(answer)} is none of its options.`);
    return [];
  }
  const labels = Object.entries(entry.labels).flatMap(([name, value]) =>
    value ? [[name, value] as const] : [],
  );
  return [
    {
      id: `${setId}:${entry.id}`,
      video: entry.video,
      task: 'choice',
      question: entry.question,
      options,
      gold: {
        ...(index === undefined ? {} : { index, text: options[index] }),
        ...(spans && spans.length > 0 ? { spans } : {}),
      },
      labels: Object.fromEntries(labels),
    },
  ];
}

export const questionFiles = (...patterns: readonly string[]) =>
  [{ role: 'questions', patterns, folder: 'annotations', required: true }] as const;

/** Creates an adapter of a list of entries, one question each. */
export function createListAdapter<T>(
  about: Omit<SetAdapter, 'parse' | 'task'>,
  schema: z.ZodType<T>,
  toEntries: (value: T, at: number) => readonly ChoiceEntry[],
): SetAdapter {
  return {
    ...about,
    task: 'choice',
    parse(files) {
      const problems: Problems = [];
      const items = readEntries(files.get('questions'), schema, problems).flatMap(({ value, at }) =>
        toEntries(value, at).flatMap((entry) => toChoiceItem(about.id, entry, problems)),
      );
      return { items, videos: toFileVideos(items), problems };
    },
  };
}

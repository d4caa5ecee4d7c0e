import { z } from 'zod';
import type { SpanSeconds } from '../item.ts';
import type { SetFile } from './set-adapter.ts';

/** Accepts a number or a text and returns text: sets write ids and answers both ways. */
export const textOrNumber = z.union([z.string(), z.number()]).transform(String);

/** Collects sentences about entries that cannot be used. */
export type Problems = string[];

/** Describes why a value does not fit, in one clause. */
export function describeMismatch(error: z.ZodError): string {
  const [issue] = error.issues;
  if (issue === undefined) return 'it has another form';
  const path = issue.path.join('.');
  return path === '' ? issue.message : `${path}: ${issue.message}`;
}

/** Parses JSON. Reports a problem and returns undefined if it is not JSON. */
export function parseJsonFile({ name, text }: SetFile, problems: Problems): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    problems.push(`${name} is not JSON: ${error instanceof Error ? error.message : String(error)}.`);
    return undefined;
  }
}

/** Parses a file of JSON lines, or a JSON array. */
function parseList(file: SetFile, problems: Problems): readonly unknown[] {
  const text = file.text.replace(/^\uFEFF/, '').trimStart();
  if (!text.startsWith('{')) {
    const parsed = parseJsonFile(file, problems);
    if (parsed === undefined || Array.isArray(parsed)) return parsed ?? [];
    problems.push(`${file.name} is not a list.`);
    return [];
  }
  return text.split('\n').flatMap((line, i) => {
    if (line.trim() === '') return [];
    const parsed = parseJsonFile({ name: `${file.name} line ${i + 1}`, text: line }, problems);
    return parsed === undefined ? [] : [parsed];
  });
}

/** One entry of a list and its position, from 0. */
export interface Entry<T> {
  readonly value: T;
  readonly at: number;
}

/** Returns the entries of lists (JSON arrays or JSON lines) that fit a schema, and reports the others. */
export function readEntries<T>(
  files: readonly SetFile[] | undefined,
  schema: z.ZodType<T>,
  problems: Problems,
): readonly Entry<T>[] {
  const entries: Entry<T>[] = [];
  let at = 0;
  for (const file of files ?? []) {
    for (const [i, value] of parseList(file, problems).entries()) {
      const parsed = schema.safeParse(value);
      if (parsed.success) entries.push({ value: parsed.data, at });
      else problems.push(`${file.name}, entry ${i}: ${describeMismatch(parsed.error)}.`);
      at += 1;
    }
  }
  return entries;
}

/** Parses the members of a JSON object, one problem for each that does not fit. */
export function readMembers<T>(
  files: readonly SetFile[] | undefined,
  schema: z.ZodType<T>,
  problems: Problems,
): readonly (readonly [key: string, value: T])[] {
  return (files ?? []).flatMap((file) => {
    const record = z.record(z.string(), z.unknown()).safeParse(parseJsonFile(file, problems));
    if (!record.success) {
      problems.push(`${file.name} is not an object of entries by name.`);
      return [];
    }
    return Object.entries(record.data).flatMap(([key, value]) => {
      const parsed = schema.safeParse(value);
      if (parsed.success) return [[key, parsed.data] as const];
      problems.push(`${file.name}, ${key}: ${describeMismatch(parsed.error)}.`);
      return [];
    });
  });
}

/** Parses `76.0-84.2` or `03:10-03:25` or `1:02:03 - 1:02:10` to seconds. Returns undefined for anything else. */
export function parseTimeSpan(text: string): SpanSeconds | undefined {
  const [from, to, ...rest] = text.split(/\s*[-–~]\s*/).map(parseClockSeconds);
  if (from === undefined || to === undefined || rest.length > 0 || to < from) return undefined;
  return [from, to];
}

/** Parses `84.2`, `03:10` or `1:02:03.5` to seconds. Returns undefined for anything else. */
export function parseClockSeconds(text: string): number | undefined {
  if (!/^\s*\d+(?::\d{1,2}){0,2}(?:\.\d+)?\s*$/.test(text)) return undefined;
  return text.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
}

/** Returns each id once, in order of appearance. */
export function uniqueIds(ids: Iterable<string>): readonly string[] {
  return [...new Set(ids)];
}

/** Parses time ranges and moments separated by commas or semicolons. */
export function parseTimeSpans(text: string | undefined): readonly SpanSeconds[] {
  return (text ?? '').split(/[,;]/).flatMap((part) => {
    const moment = parseClockSeconds(part);
    const span = parseTimeSpan(part) ?? (moment === undefined ? undefined : ([moment, moment] as const));
    return span === undefined ? [] : [span];
  });
}

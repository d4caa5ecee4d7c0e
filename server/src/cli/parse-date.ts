import { usageError } from './cli-failure.ts';

/**
 * Returns the date that `--after` or `--before` names, as the protocol takes it. Words such as `yesterday`, `last week`
 * or `3 days ago` mean whole days where the user is: `from` their start, `to` their end. The schema of dates, and the
 * code that reads questions, are loaded only here: they would double the time that each command takes to start.
 */
export async function parseDateOption(flag: '--after' | '--before', text: string): Promise<string> {
  const { scope: scopeSchema } = await import('../../protocol/base.ts');
  if (scopeSchema.shape.recordedFrom.safeParse(text).success && !Number.isNaN(Date.parse(text))) return text;
  const { findDateExpression } = await import('../core/query/date-expressions.ts');
  const { parseDatePeriod } = await import('../core/query/query-parser.ts');
  const typed = text.trim().toLowerCase();
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const findDay = (words: string) => findDateExpression(words, Date.now(), zone);
  const found = findDay(typed);
  const period =
    parseDatePeriod(typed) ??
    (found?.length === typed.length ? found : undefined) ??
    (typed === 'today' ? dayAfter(findDay('yesterday')) : undefined);
  if (period === undefined)
    throw usageError(
      `${flag}: "${text}" is not a date.`,
      'Use a date such as 2026-01-31, or words such as yesterday, "last week" or "3 days ago".',
    );
  return new Date(flag === '--after' ? period.fromMs : period.toMs - 1).toISOString();
}

const DAY_MS = 86_400_000;

/** Questions name today in other words, so their reader does not know it. */
function dayAfter(day: { readonly toMs: number } | undefined) {
  return day && { fromMs: day.toMs, toMs: day.toMs + DAY_MS };
}

import type { ParsedResult } from 'chrono-node';
import { monthNames, weekdayNames } from '../language/calendar-names.ts';
import {
  findLocalesOf,
  lettersOf,
  oncePerLocale,
  separatesWords,
  toPattern,
  toSource,
  toWholeWords,
} from '../language/locale-patterns.ts';
import type { Locale, RelativePeriod, TimeUnit } from '../language/locales/locale.ts';

/** Words that say when something was recorded: their place in the text, and the time they mean, ms since 1970. */
export interface DateExpression {
  /** Without what stands around them: `in March`. */
  readonly words: string;
  readonly at: number;
  readonly length: number;
  readonly fromMs: number;
  /** Exclusive. */
  readonly toMs: number;
}

interface CalendarDay {
  readonly year: number;
  /** From 0. */
  readonly month: number;
  /** From 1; may lie outside the month, as Date.UTC takes it. */
  readonly day: number;
}

const formatCache = new Map<string, Intl.DateTimeFormat>();

function toZonedDay(ms: number, zone: string): CalendarDay & { readonly minuteOfDay: number } {
  let format = formatCache.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    });
    formatCache.set(zone, format);
  }
  const parts = new Map(format.formatToParts(ms).map(({ type, value }) => [type, Number(value)]));
  const partValue = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
  return {
    year: partValue('year'),
    month: partValue('month') - 1,
    day: partValue('day'),
    minuteOfDay: partValue('hour') * 60 + partValue('minute'),
  };
}

/** The first moment of a day in a time zone; ms since 1970. */
function startOfDayMs({ year, month, day }: CalendarDay, zone: string): number {
  const wallMs = Date.UTC(year, month, day);
  let ms = wallMs;
  // Twice: the offset at the guess may be that of the other side of a change of the clocks.
  for (let i = 0; i < 2; i += 1) {
    const zonedDay = toZonedDay(ms, zone);
    const zonedWallMs = Date.UTC(zonedDay.year, zonedDay.month, zonedDay.day) + zonedDay.minuteOfDay * 60_000;
    ms += wallMs - zonedWallMs;
  }
  return ms;
}

type Period = { readonly from: CalendarDay; readonly to: CalendarDay };

/** A date in a text, widened to the period that it names. */
interface DatedWords {
  readonly at: number;
  readonly words: string;
  readonly period: Period;
  /** True for what can only mean the past: "yesterday". A plan may name "Friday", too. */
  readonly isPast: boolean;
}

const addDays = ({ year, month, day }: CalendarDay, days: number): CalendarDay => ({
  year,
  month,
  day: day + days,
});
const toDayPeriod = (day: CalendarDay): Period => ({ from: day, to: addDays(day, 1) });
const toWeekday = ({ year, month, day }: CalendarDay) => new Date(Date.UTC(year, month, day)).getUTCDay();
const toMonday = (day: CalendarDay) => addDays(day, -((toWeekday(day) + 6) % 7));
const toWeekPeriod = (day: CalendarDay): Period => ({ from: toMonday(day), to: addDays(toMonday(day), 7) });
const toMonthPeriod = (year: number, month: number): Period => ({
  from: { year, month, day: 1 },
  to: { year, month: month + 1, day: 1 },
});
const toYearPeriod = (year: number): Period => ({
  from: { year, month: 0, day: 1 },
  to: { year: year + 1, month: 0, day: 1 },
});

/** The last such weekday before today; `weekday` from 0, Sunday. */
function findLastWeekday(now: CalendarDay, weekday: number): Period {
  return toDayPeriod(addDays(now, -((toWeekday(now) - weekday + 7) % 7 || 7)));
}

/** A month without a year is the last one that has begun. */
function findLastMonth(now: CalendarDay, month: number, year?: number): Period {
  return toMonthPeriod(year ?? (month <= now.month ? now.year : now.year - 1), month);
}

function findPeriodAgo(now: CalendarDay, count: number, unit: TimeUnit): Period | undefined {
  if (unit === 'day') return toDayPeriod(addDays(now, -count));
  if (unit === 'week') return toWeekPeriod(addDays(now, -7 * count));
  if (unit === 'month') return toMonthPeriod(now.year, now.month - count);
  return unit === 'year' ? toYearPeriod(now.year - count) : undefined;
}

const PERIODS: Readonly<Record<RelativePeriod, (now: CalendarDay) => Period>> = {
  dayBeforeYesterday: (now) => findPeriodAgo(now, 2, 'day') ?? toDayPeriod(now),
  yesterday: (now) => toDayPeriod(addDays(now, -1)),
  earlierToday: toDayPeriod,
  lastWeek: (now) => toWeekPeriod(addDays(now, -7)),
  lastMonth: (now) => toMonthPeriod(now.year, now.month - 1),
  lastYear: (now) => toYearPeriod(now.year - 1),
  today: toDayPeriod,
  thisWeek: toWeekPeriod,
  thisMonth: (now) => toMonthPeriod(now.year, now.month),
  thisYear: (now) => toYearPeriod(now.year),
};
const AMBIGUOUS_PERIODS: ReadonlySet<string> = new Set(['today', 'thisWeek', 'thisMonth', 'thisYear']);

const periodPatterns = oncePerLocale((locale) =>
  Object.entries(PERIODS).map(([name, toPeriod]) => ({
    pattern: toPattern(locale, locale.dates.periods[name as RelativePeriod]),
    toPeriod,
    isPast: !AMBIGUOUS_PERIODS.has(name),
  })),
);

function findRelativePeriods(question: string, locale: Locale, now: CalendarDay): readonly DatedWords[] {
  return periodPatterns(locale).flatMap(({ pattern, toPeriod, isPast }) => {
    const match = pattern.exec(question);
    return match ? [{ at: match.index, words: match[0], period: toPeriod(now), isPast }] : [];
  });
}

/** Returns the number that a word or figure stands for in a locale, 1 if unknown. */
export function toNumber(text: string, locale: Locale): number {
  return locale.numbers[text.toLowerCase()] ?? (Number(text) || 1);
}

/** Returns the unit that a word names in a locale. */
export function toTimeUnit(word: string, locale: Locale): TimeUnit | undefined {
  const units = Object.entries(locale.units) as [TimeUnit, string][];
  return units.find(([, forms]) => new RegExp(`^${toSource(locale, [forms])}$`, 'i').test(word))?.[0];
}

const agoPattern = oncePerLocale((locale) => {
  const { ago } = locale.dates;
  const unit = toSource(locale, ['{unit}']);
  const number = `(\\d{1,3}|${Object.keys(locale.numbers).join('|')})`;
  return ago && toWholeWords(locale, ago.replaceAll('{n}', number).replaceAll('{unit}', `(${unit})`));
});

function findAgo(question: string, locale: Locale, now: CalendarDay): readonly DatedWords[] {
  const match = agoPattern(locale) && new RegExp(agoPattern(locale) ?? '', 'i').exec(question);
  const unit = match && toTimeUnit(match[2] ?? '', locale);
  const period = unit && findPeriodAgo(now, toNumber(match[1] ?? '', locale), unit);
  return period ? [{ at: match.index, words: match[0], period, isPast: true }] : [];
}

/** Words right before and after a date that say what it is. */
const contextPatterns = oncePerLocale((locale) => {
  const { prepositions, articles, pastBefore, pastAfter, future, possessive } = locale.dates;
  const [space, letters] = separatesWords(locale) ? ['\\s+', lettersOf(locale)] : ['', ''];
  const start = letters ? `(?<![${letters}])` : '';
  const end = letters ? `(?![${letters}])` : '';
  const source = (patterns: string) => toSource(locale, [patterns]);
  return {
    preposition: new RegExp(
      `${start}${source(prepositions)}(?:${space}${source(articles)})?(?:${space}|(?<=['’]))$`,
      'i',
    ),
    leadingPreposition: new RegExp(`^${source(prepositions)}${space}`, 'i'),
    pastBefore: new RegExp(`${start}(?:${source(articles)}${space})?${source(pastBefore)}${space}$`, 'i'),
    pastAfter: new RegExp(`^${space}${source(pastAfter)}${end}`, 'i'),
    past: new RegExp(`${start}(?:${source(pastBefore)}|${source(pastAfter)})${end}`, 'i'),
    future: new RegExp(`${start}${source(future)}${space}$|^${space}${source(future)}${end}`, 'i'),
    futureInside: new RegExp(`${start}${source(future)}${end}`, 'i'),
    possessive: possessive ? new RegExp(`^${source(possessive)}(?:\\s|$)`, 'i') : /(?!)/,
    calendarName: toPattern(locale, [...monthNames(locale.code), ...weekdayNames(locale.code)]),
  };
});

/**
 * Widens what chrono-node found to the period that it names: a day, week, month or year. Undefined for times of day and
 * for dates without any sign that they are one ("Sun", "3/4").
 */
function widen({ start, end, text }: ParsedResult, now: CalendarDay): Period | undefined {
  const tags = start.tags();
  const isCertain = (part: 'year' | 'month' | 'day' | 'weekday' | 'hour') => start.isCertain(part);
  const value = (part: 'year' | 'month' | 'day' | 'weekday') => start.get(part) ?? 0;
  if ([...tags].some((tag) => tag.startsWith('casualReference'))) return undefined;
  const month = value('month') - 1;
  const day = { year: value('year'), month, day: value('day') };
  if (tags.has('result/relativeDate')) {
    if (isCertain('hour')) return undefined;
    // Of "two weeks ago" chrono-node knows the day and guesses the weekday; of "two days ago" it knows both.
    if (isCertain('day')) return isCertain('weekday') ? toDayPeriod(day) : toWeekPeriod(day);
    return isCertain('month') ? toMonthPeriod(day.year, month) : toYearPeriod(day.year);
  }
  if (isCertain('day') && isCertain('month')) {
    if (!isCertain('year') && !/\p{L}/u.test(text)) return undefined;
    if (isCertain('year') && !/\d{4}/.test(text) && !/\p{L}/u.test(text)) return undefined;
    const isFuture = month > now.month || (month === now.month && day.day > now.day);
    const year = isCertain('year') ? day.year : now.year - (isFuture ? 1 : 0);
    const last =
      end?.isCertain('day') && end.get('month') === value('month') ? (end.get('day') ?? day.day) : day.day;
    return { from: { ...day, year }, to: { year, month, day: last + 1 } };
  }
  if (isCertain('month')) return findLastMonth(now, month, isCertain('year') ? day.year : undefined);
  return isCertain('weekday') ? findLastWeekday(now, value('weekday')) : undefined;
}

function findParsedDates(question: string, locale: Locale, now: CalendarDay): readonly DatedWords[] {
  const reference = { instant: new Date(Date.UTC(now.year, now.month, now.day, 12)), timezone: 0 };
  const context = contextPatterns(locale);
  return locale.dates.parser.parse(question, reference).flatMap((result) => {
    let period = widen(result, now);
    if (!period) return [];
    let { index, text } = result;
    let left = question.slice(0, index);
    let right = question.slice(index + text.length);
    if (context.future.test(left) || context.future.test(right) || context.futureInside.test(text)) return [];
    const textBefore = context.pastBefore.exec(left)?.[0] ?? '';
    const textAfter = context.pastAfter.exec(right)?.[0] ?? '';
    text = `${textBefore}${text}${textAfter}`;
    index -= textBefore.length;
    left = question.slice(0, index);
    right = question.slice(index + text.length);
    const preposition = context.preposition.exec(left)?.[0] ?? '';
    const isPast =
      textBefore !== '' ||
      textAfter !== '' ||
      context.past.test(text) ||
      result.start.tags().has('result/relativeDate');
    const isMonth = !result.start.isCertain('day') && result.start.isCertain('month');
    const isWeekday = !result.start.isCertain('day') && !isMonth && !isPast;
    // "Last November" in November is that of a year ago.
    if (isMonth && isPast && !result.start.isCertain('year') && period.from.month === now.month)
      period = toMonthPeriod(now.year - 1, now.month);
    const isAnchored =
      !separatesWords(locale) ||
      isPast ||
      preposition !== '' ||
      context.leadingPreposition.test(text) ||
      result.start.isCertain('year') ||
      context.possessive.test(right) ||
      (isWeekday && locale.dates.bareWeekdays && context.calendarName.test(text));
    if ((isMonth || isWeekday) && !isAnchored) return [];
    return [{ at: index - preposition.length, words: preposition + text, period, isPast }];
  });
}

/** "In March 2024", "in 2023": chrono-node lacks months without a day in some languages, and years in all. */
const monthPatterns = oncePerLocale((locale) => {
  const prepositions = toSource(locale, [locale.dates.prepositions]);
  const months = monthNames(locale.code);
  if (!separatesWords(locale)) {
    const month = '(?:(?<!\\d)(1[0-2]|[1-9])月(?!\\d+日))';
    return {
      month: new RegExp(`(?:(\\d{4})年の?)?${month}`, 'i'),
      year: /((?:19|20)\d{2})年(?!\d+月)/,
    };
  }
  const month = `(${toSource(locale, [months.join('|')])})`;
  return {
    month: toWholeWords(locale, `${prepositions}\\s+${month}(?:\\s+(?:de\\s+|del\\s+|of\\s+)?(\\d{4}))?`),
    year: toWholeWords(locale, `${prepositions}\\s+((?:19|20)\\d{2})(?!\\s*[-\\d.,%])`),
  };
});

function findMonthsAndYears(question: string, locale: Locale, now: CalendarDay): readonly DatedWords[] {
  const patterns = monthPatterns(locale);
  const datedWords: DatedWords[] = [];
  const match = patterns.month.exec(question);
  if (match) {
    const [words, first = '', second = ''] = match;
    const spaceless = !separatesWords(locale);
    const name = spaceless ? second : first;
    const year = Number(spaceless ? first : second) || undefined;
    const month = spaceless ? Number(name) - 1 : indexOfMonth(name, locale);
    datedWords.push({ at: match.index, words, period: findLastMonth(now, month, year), isPast: false });
  }
  const yearMatch = patterns.year.exec(question);
  if (yearMatch)
    datedWords.push({
      at: yearMatch.index,
      words: yearMatch[0],
      period: toYearPeriod(Number(yearMatch[1])),
      isPast: false,
    });
  return datedWords;
}

function indexOfMonth(name: string, locale: Locale): number {
  return monthNames(locale.code).findIndex((month) =>
    new RegExp(`^${toSource(locale, [month])}$`, 'i').test(name),
  );
}

/** What may stand around a date and goes with it: "from", "'s call", "the recording of". */
const surroundings = oncePerLocale((locale) => {
  const { articles, recordingNouns, recordingVerbs, links, prepositions, possessive } = locale.dates;
  const [gap, start, end] = separatesWords(locale)
    ? ['\\s+', `(?<![${lettersOf(locale)}])`, `(?![${lettersOf(locale)}])`]
    : ['', '', ''];
  const source = (patterns: string) => toSource(locale, [patterns]);
  const noun = `${source(recordingNouns)}`;
  const optional = (text: string) => `(?:${text})?`;
  const afterNoun = `(?:${source(links)}${gap}){0,3}${optional(`${source(recordingVerbs)}${gap}`)}${optional(`${source(prepositions)}${gap}`)}`;
  const leading = `(?:${optional(`${source(articles)}\\s*`)}${noun}${gap}${afterNoun}|(?:${source(recordingVerbs)}${gap}${optional(`${source(prepositions)}${gap}`)}))`;
  const trailing = `${possessive ? optional(source(possessive)) : ''}(?:${gap}${noun}${end})?`;
  return {
    leading: new RegExp(`${start}${leading}$`, 'i'),
    trailing: new RegExp(`^${trailing}`, 'i'),
    namesRecording: new RegExp(`${start}(?:${noun}|${source(recordingVerbs)})${end}`, 'i'),
    pastTense: toPattern(locale, locale.dates.pastTense),
  };
});

/** Most questions name no date, and to look for one takes chrono-node and a time zone. */
const mayNameDate = oncePerLocale((locale) => {
  const { units, dates, code } = locale;
  if (!separatesWords(locale)) return /\p{Script=Han}/u;
  // Abbreviations and cases of a name begin as it does.
  const names = [...monthNames(code), ...weekdayNames(code)].map((name) => name.slice(0, 3));
  const [periods, name] = [toSource(locale, Object.values(dates.periods).flat()), toSource(locale, names)];
  return new RegExp(`\\d|${periods}|${toSource(locale, Object.values(units))}|${name}`, 'i');
});

function findDatesIn(question: string, locale: Locale, now: CalendarDay): readonly DatedWords[] {
  const dates = [
    ...findRelativePeriods(question, locale, now),
    ...findParsedDates(question, locale, now),
    ...findAgo(question, locale, now),
    ...findMonthsAndYears(question, locale, now),
  ];
  return [...dates.filter(({ isPast }) => isPast), ...dates.filter(({ isPast }) => !isPast)];
}

/**
 * The first words of a question that say when the recording was made, together with "the call from" or "'s call" around
 * them. `nowMs` since 1970; `zone`: an IANA time zone, in which days begin. A day named without a year is the last one
 * that has been; "on Tuesday" or "in March" counts only where the question asks of the past, for a plan may name it too.
 */
export function findDateExpression(
  question: string,
  nowMs: number,
  zone: string,
): DateExpression | undefined {
  const locales = findLocalesOf(question).filter((locale) => mayNameDate(locale).test(question));
  if (locales.length === 0) return undefined;
  const now = toZonedDay(nowMs, zone);
  for (const locale of locales) {
    const around = surroundings(locale);
    for (const { at: dateAt, words, period, isPast } of findDatesIn(question, locale, now)) {
      const lead = around.leading.exec(question.slice(0, dateAt))?.[0] ?? '';
      const trail = around.trailing.exec(question.slice(dateAt + words.length))?.[0] ?? '';
      const matchedText = lead + words + trail;
      if (!isPast && !around.pastTense.test(question) && !around.namesRecording.test(matchedText)) continue;
      const [fromMs, toMs] = [startOfDayMs(period.from, zone), startOfDayMs(period.to, zone)];
      if (fromMs > nowMs) continue;
      return { words, at: dateAt - lead.length, length: matchedText.length, fromMs, toMs };
    }
  }
  return undefined;
}

import type { Ms } from '../domain/time-range.ts';
import {
  findLocalesOf,
  lettersOf,
  oncePerLocale,
  separatesWords,
  toSource,
  toWholeWords,
} from '../language/locale-patterns.ts';
import type { Locale } from '../language/locales/locale.ts';

/** A position such as 0:36 or 1:02:03 in a question. */
export interface ClockPosition {
  readonly ms: Ms;
  /** The position as typed: "0:36". */
  readonly time: string;
  /** Where the phrase with the position begins ("at 0:36"), and its length, characters. */
  readonly at: number;
  readonly length: number;
}

const TIME =
  '(?<![\\d:：.,])(?<time>(?:(?<hours>\\d{1,2})[:：])?(?<minutes>\\d{1,3})[:：](?<seconds>[0-5]\\d))(?!\\d|[:：]\\d)';

/** Matches a time that is the whole question or stands before the rest of it: "0:36", "0:36: what is said?". */
const LEADING_TIME = new RegExp(`^[¿\\s]*${TIME}\\s*(?:[?？,，:：]|$)`);

function endOfWord(locale: Locale): string {
  return separatesWords(locale) ? `(?![${lettersOf(locale)}])` : '';
}

const positionPatterns = oncePerLocale((locale) => {
  const { atTime, timeOfDay } = locale.position;
  const notTimeOfDay = timeOfDay ? `(?!\\s*${toSource(locale, [timeOfDay])}${endOfWord(locale)})` : '';
  return atTime.map((pattern) =>
    toWholeWords(locale, `${toSource(locale, [pattern]).replace('{time}', TIME)}${notTimeOfDay}`),
  );
});

/** Matches the start of a question up to an appointment: "who comes to the meeting". Not "... in the meeting". */
const appointmentPattern = oncePerLocale((locale) => {
  const { articles, prepositions } = locale.dates;
  const inside = toSource(locale, [prepositions]);
  const article = toSource(locale, [articles]);
  const anyVideo = toSource(locale, ['{video}']);
  return new RegExp(
    `(?<!${inside}\\s+)(?<![${lettersOf(locale)}])${article}\\s+(?!${anyVideo}\\s)${toSource(locale, [locale.wholeNouns])}\\s*$`,
    'i',
  );
});

function toClockPosition(match: RegExpExecArray): ClockPosition {
  const { time = '', hours = '0', minutes = '0', seconds = '0' } = match.groups ?? {};
  const totalSeconds = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  return { ms: totalSeconds * 1000, time, at: match.index, length: match[0].length };
}

function findInLocale(question: string, locale: Locale): ClockPosition | undefined {
  for (const pattern of positionPatterns(locale)) {
    const match = pattern.exec(question);
    const isAppointment =
      match && separatesWords(locale) && appointmentPattern(locale).test(question.slice(0, match.index));
    if (match && !isAppointment) return toClockPosition(match);
  }
  return undefined;
}

/**
 * Finds a position in a video: "at 0:36", "bei 1:02:03". A score, a ratio, a verse and a version have no word for "at"
 * before them and are no positions; neither is a time of day that says so ("10:30 pm", "the meeting at 10:30"). A bare
 * "at 10:30" may be either: the caller finds out whether a video is that long.
 */
export function findClockPosition(question: string): ClockPosition | undefined {
  const leading = LEADING_TIME.exec(question);
  if (leading) return toClockPosition(leading);
  for (const locale of findLocalesOf(question)) {
    const position = findInLocale(question, locale);
    if (position) return position;
  }
  return undefined;
}

import { monthNames, weekdayNames } from '../language/calendar-names.ts';
import {
  createQuestionMatcher,
  createStatementMatcher,
  findLocalesOf,
  oncePerLocale,
  separatesWords,
  toSource,
  toWholeWords,
} from '../language/locale-patterns.ts';
import type { Locale } from '../language/locales/locale.ts';
import { isStopWord } from '../language/stop-words.ts';

/** Maximum number of words after a number that may be what it counts: "forty old steel bridges". */
const MAX_COUNTED_PHRASE_WORDS = 4;
const matchesAmountQuestion = createQuestionMatcher(({ questions }) => questions.amount);
const matchesNumber = createStatementMatcher(({ amounts }) => amounts);
const matchesDay = createStatementMatcher(({ code }) => [...monthNames(code), ...weekdayNames(code)]);

/** True for questions whose answer is an amount, a length of time or a date. */
export function asksForAmount(text: string): boolean {
  return matchesAmountQuestion(text);
}

/** True for a text with a number, in figures or in words. */
export function statesAmount(text: string): boolean {
  return /\p{N}/u.test(text) || matchesNumber(text);
}

/** True for a text with a number, a month or a day of the week. */
export function statesDay(text: string): boolean {
  return statesAmount(text) || matchesDay(text);
}

const matchesCountQuestion = createQuestionMatcher(({ questions }) => questions.counted);
const namesCurrency = createQuestionMatcher(({ answers }) => answers.currencies);
const unitPattern = oncePerLocale(
  (locale) =>
    new RegExp(
      toWholeWords(
        locale,
        `(?:\\d[\\d.,]*|${toSource(locale, locale.amounts)}|${toSource(locale, Object.keys(locale.numbers))})[\\s-]*${toSource(locale, [...Object.values(locale.units), ...locale.answers.currencies])}`,
      ).source,
      'gi',
    ),
);

/** True for questions that ask how many there are of something other than money. */
export function asksForNumberOf(question: string): boolean {
  return matchesCountQuestion(question) && !namesCurrency(question);
}

/** True for a text with a number other than a length of time or a price. */
export function statesNumberOf(text: string): boolean {
  return findLocalesOf(text).some((locale) => statesAmount(text.replace(unitPattern(locale), ' ')));
}

/** Matches a number as a word of its own; neither an article nor a part of a thing. */
const numberPattern = oncePerLocale((locale) => {
  const names = Object.keys(locale.numbers).filter((name) => (locale.numbers[name] ?? 0) > 1);
  return new RegExp(
    `^(?!(?:half|quarter|halbe?[nrs]?)$)(?:\\d[\\d.,]*|${toSource(locale, [...locale.amounts, ...names])})$`,
    'i',
  );
});
const WORDS_AND_MARKS = /[\p{L}\p{N}\p{M}'’-]+|[^\s\p{L}\p{N}]/gu;

/**
 * Returns whether a text counts what `isCounted` tells: a number stands before it, or alone. In "the flight has sixteen locks and
 * takes a boat" nothing counts boats. True in a language without spaces.
 */
export function countsThing(text: string, isCounted: (word: string) => boolean): boolean {
  return findLocalesOf(text).some((locale) => {
    if (!separatesWords(locale)) return true;
    const words = text.replace(unitPattern(locale), ' ').match(WORDS_AND_MARKS) ?? [];
    // "Forty-two" is one word here.
    const isNumber = (word: string) => word.split('-').every((part) => numberPattern(locale).test(part));
    return words.some((word, i) => {
      const next = words[i + 1] ?? '.';
      if (!isNumber(word) || isNumber(next)) return false;
      const phrase = words.slice(i + 1, i + 1 + MAX_COUNTED_PHRASE_WORDS);
      const end = phrase.findIndex(
        (other) => !/\p{L}/u.test(other) || isStopWord(other.toLowerCase(), locale.code),
      );
      if (phrase.slice(0, end < 0 ? undefined : end).some(isCounted)) return true;
      return (end === 0 || phrase.length === 0) && !isYear(words[i - 1], word, locale);
    });
  });
}

const YEAR = /(?<!\d)(?:1[5-9]|20)\d\d(?!\d)/;

/** True for "1841", and for "forty-one" after "eighteen". */
function isYear(before: string | undefined, word: string, locale: Locale): boolean {
  if (YEAR.test(word)) return true;
  const century = locale.numbers[before?.toLowerCase() ?? ''] ?? 0;
  const years = locale.numbers[word.toLowerCase().split('-')[0] ?? ''] ?? 0;
  return century >= 15 && century <= 20 && years >= 10;
}

/** True for a text with a month, a day of the week or a year. */
export function statesCalendarDay(text: string): boolean {
  return matchesDay(text) || YEAR.test(text);
}

import { monthNames, weekdayNames } from '../language/calendar-names.ts';
import {
  createQuestionMatcher,
  createStatementMatcher,
  findLocalesOf,
  oncePerLocale,
  toSource,
  toWholeWords,
} from '../language/locale-patterns.ts';

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

/** True for a text with a number that is no length of time and no price. */
export function statesNumberOf(text: string): boolean {
  return findLocalesOf(text).some((locale) => statesAmount(text.replace(unitPattern(locale), ' ')));
}

const YEAR = /(?<!\d)(?:1[5-9]|20)\d\d(?!\d)/;

/** True for a text with a month, a day of the week or a year. */
export function statesCalendarDay(text: string): boolean {
  return matchesDay(text) || YEAR.test(text);
}

import { monthNames, weekdayNames } from '../language/calendar-names.ts';
import { createQuestionMatcher, createStatementMatcher } from '../language/locale-patterns.ts';

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

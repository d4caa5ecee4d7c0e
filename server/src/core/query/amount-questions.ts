import { monthNames, weekdayNames } from '../language/calendar-names.ts';
import { createQuestionMatcher, createStatementMatcher } from '../language/locale-patterns.ts';

const matchesAmountQuestion = createQuestionMatcher(({ questions }) => questions.amount);
const matchesAmount = createStatementMatcher(({ amounts, code }) => [
  ...amounts,
  ...monthNames(code),
  ...weekdayNames(code),
]);

/** True for questions whose answer is an amount, a length of time or a date. */
export function asksForAmount(text: string): boolean {
  return matchesAmountQuestion(text);
}

/** True where a sentence names a number, a month or a day. */
export function statesAmount(text: string): boolean {
  return /\p{N}/u.test(text) || matchesAmount(text);
}

import { createQuestionMatcher, createStatementMatcher, findLocalesOf } from '../language/locale-patterns.ts';
import { isStopWord } from '../language/stop-words.ts';

/** True for questions whose answer is a name: "What is the boat called?" */
export const asksForName: (question: string) => boolean = createQuestionMatcher(
  ({ questions }) => questions.name,
);

const introducesName = createStatementMatcher(({ answers }) => answers.names);

const CAPITALISED = /\p{Lu}\p{L}+/u;
const TWO_CAPITALISED = /\p{Lu}\p{L}+\s+\p{Lu}\p{L}+/u;

/**
 * Returns whether a sentence holds a name that the question lacks: after a word such as "called", or as a word with a
 * capital letter inside the sentence. German, where every noun has one, needs two. A transcript without capital letters
 * may hold a name anywhere.
 */
export function statesName(text: string, question: string): boolean {
  const isLowerCase = /\p{Ll}/u.test(text) && !/\p{Lu}/u.test(text);
  if (introducesName(text) || isLowerCase) return true;
  const inside = text.replace(/^\P{L}*\p{L}+/u, '');
  if (findLocalesOf(question).some(({ code }) => code === 'de')) return TWO_CAPITALISED.test(inside);
  const asked = question.toLowerCase();
  return (inside.match(new RegExp(CAPITALISED, 'gu')) ?? []).some(
    (word) => !asked.includes(word.toLowerCase()),
  );
}

const matchesPerson = createStatementMatcher(({ answers }) => answers.people ?? []);

/**
 * Returns whether a sentence names or means somebody: "Anna", "two brothers", "I". True where no list of such words is known
 * for its language, or no letter is a capital.
 */
export function statesPerson(text: string): boolean {
  const locales = findLocalesOf(text);
  const isKnown = locales.every(({ answers }) => answers.people !== undefined);
  if (!isKnown || !/\p{Lu}/u.test(text) || matchesPerson(text)) return true;
  const [first = '', ...others] = text.match(/[\p{L}\p{M}'’]+/gu) ?? [];
  const isName = locales.every(({ code }) => !isStopWord(first.toLowerCase(), code));
  return (isName && CAPITALISED.test(first)) || others.some((word) => CAPITALISED.test(word));
}

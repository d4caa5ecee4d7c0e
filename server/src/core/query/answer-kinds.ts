import {
  createQuestionMatcher,
  createStatementMatcher,
  findLocalesOf,
  lettersOf,
  oncePerLocale,
  separatesWords,
  toSource,
} from '../language/locale-patterns.ts';
import type { Locale } from '../language/locales/locale.ts';
import { isStopWord } from '../language/stop-words.ts';
import { isAgentlessPassive } from './agentless-passive.ts';
import {
  asksForAmount,
  asksForNumberOf,
  statesAmount,
  statesDay,
  statesNumberOf,
} from './amount-questions.ts';
import { asksForFrequency, statesFrequency } from './frequency-questions.ts';
import { statesLength, statesMeasure } from './measures.ts';
import { asksForName, statesName, statesPerson } from './name-questions.ts';

const matchesDurationQuestion = createQuestionMatcher(({ questions }) => questions.duration);
const asksForLengthOrTime = createQuestionMatcher(({ questions }) => questions.lengthOrTime ?? []);
const matchesDefinitionQuestion = createQuestionMatcher(({ questions }) => questions.definition);

/** A number and a unit of time: "two hours", "forty-five minutes", "an hour", "两个小时". */
function durationSource(locale: Locale): string {
  const { amounts, dates, units } = locale;
  const number = `(?:\\d[\\d.,]*|${toSource(locale, amounts)}|${toSource(locale, Object.keys(locale.numbers))})`;
  const unit = toSource(locale, Object.values(units));
  // "half an hour", "twenty five minutes", "2 bis 3 Stunden"; never "the hours".
  const between = separatesWords(locale)
    ? `(?:[\\s-]+(?!${toSource(locale, [dates.articles])}[\\s-])[${lettersOf(locale)}\\d]+){0,2}[\\s-]*`
    : '[\\d一二三四五六七八九十百]*';
  return `${number}${between}${unit}`;
}

const matchesDuration = createStatementMatcher((locale) => [
  durationSource(locale),
  ...(locale.answers.lengths ?? []),
]);

const asksForPrice = createQuestionMatcher(({ questions }) => questions.price);
const asksForDate = createQuestionMatcher(({ questions }) => questions.date);
const matchesPlaceQuestion = createQuestionMatcher(({ questions }) => questions.place);
/** "Where do they say", "where is it shown": such a question asks for a moment of the video. */
const asksForMoment = createQuestionMatcher(({ questions, saidOrShown, videoNouns }) => [
  ...questions.speech,
  ...saidOrShown,
  videoNouns,
]);
const asksForColour = createQuestionMatcher(({ questions }) => questions.colour);
const asksForPerson = createQuestionMatcher(({ questions }) => questions.person);
const asksForReason = createQuestionMatcher(({ questions }) => questions.reason);
const asksForComparison = createQuestionMatcher(({ questions }) => questions.comparison);
const matchesCurrency = createStatementMatcher(({ answers }) => answers.currencies);
const matchesPrice = createStatementMatcher(({ answers }) => answers.prices);
const matchesTime = createStatementMatcher(({ answers }) => answers.times);
const matchesPlace = createStatementMatcher(({ answers }) => answers.places);
const matchesColour = createStatementMatcher(({ answers }) => answers.colours);
const matchesReason = createStatementMatcher(({ answers }) => answers.reasons);
const matchesComparison = createStatementMatcher(({ answers }) => answers.comparisons);
const CURRENCY_SIGN = /\p{Sc}/u;

/** What an answer holds. */
export type AnswerKind =
  | 'duration'
  | 'frequency'
  | 'price'
  | 'date'
  | 'amount'
  | 'colour'
  | 'name'
  | 'person'
  | 'place'
  | 'reason'
  | 'comparison'
  | 'negation';

/** Kinds without which a sentence is no answer: "how long" is not answered by how deep. */
const REQUIRED_KINDS: ReadonlySet<AnswerKind> = new Set([
  'duration',
  'price',
  'date',
  'amount',
  'colour',
  'name',
  'person',
  'place',
]);

/** True for questions whose answer is a length of time. */
export function asksForDuration(question: string): boolean {
  return matchesDurationQuestion(question);
}

/** Returns what the answer to a question must hold; undefined for anything. The narrowest comes first. */
export function findAnswerKind(question: string): AnswerKind | undefined {
  if (asksForFrequency(question)) return 'frequency';
  if (matchesDurationQuestion(question)) return 'duration';
  if (asksForPrice(question)) return 'price';
  if (asksForDate(question)) return 'date';
  if (asksForAmount(question)) return 'amount';
  if (asksForColour(question)) return 'colour';
  if (asksForName(question)) return 'name';
  if (asksForReason(question)) return 'reason';
  if (asksForPerson(question)) return 'person';
  if (matchesPlaceQuestion(question) && !asksForMoment(question)) return 'place';
  if (asksForComparison(question)) return 'comparison';
  return isNegated(question) && !asksYesOrNo(question) ? 'negation' : undefined;
}

/** Returns whether a sentence without this kind of thing is no answer at all. */
export function isRequired(kind: AnswerKind): boolean {
  return REQUIRED_KINDS.has(kind);
}

const WORD = /\p{L}+/gu;

/** Returns a text without the words with content that a question has too. */
function withoutWordsOf(question: string, text: string): string {
  const codes = findLocalesOf(question).map(({ code }) => code);
  const words = question.toLowerCase().match(WORD) ?? [];
  const asked = new Set(words.filter((word) => !codes.some((code) => isStopWord(word, code))));
  return text.replace(WORD, (word) => (asked.has(word.toLowerCase()) ? '' : word));
}

/**
 * Returns whether a sentence holds what an answer must. A time of day or year that the question itself names is none:
 * "the night bus". `question` is the text of the question, if there is one.
 */
export function statesAnswerKind(kind: AnswerKind, text: string, question = ''): boolean {
  switch (kind) {
    case 'frequency':
      return statesFrequency(text);
    case 'duration':
      return (
        matchesDuration(text) || (asksForLengthOrTime(question) && statesAmount(text) && statesLength(text))
      );
    case 'price':
      return CURRENCY_SIGN.test(text) || matchesPrice(text) || (matchesCurrency(text) && statesAmount(text));
    case 'date':
      return (
        matchesTime(withoutWordsOf(question, text)) ||
        (/\p{Script=Latin}|\p{Script=Cyrillic}/u.test(text) && statesDay(text))
      );
    case 'colour':
      return matchesColour(text);
    case 'name':
      return statesName(text, question);
    case 'person':
      return statesPerson(text) && !isAgentlessPassive(text, question);
    case 'place':
      return matchesPlace(text);
    case 'negation':
      return isNegated(text);
    case 'reason':
      return matchesReason(text);
    case 'comparison':
      return matchesComparison(text);
    case 'amount':
      return (
        (asksForNumberOf(question) ? statesNumberOf(text) : statesAmount(text)) &&
        statesMeasure(question, text)
      );
  }
}

/** True for questions that yes or no answers. */
export const asksYesOrNo: (question: string) => boolean = createQuestionMatcher(
  ({ questions }) => questions.yesNo,
);

/** True for a sentence that begins as an answer to such a question does: "Yes, but ...". */
export const beginsAsReply: (text: string) => boolean = createStatementMatcher(
  ({ answers }) => answers.replies,
);

/** True for a sentence that tells what somebody asks: "A viewer asks why." */
export const reportsQuestion: (text: string) => boolean = createStatementMatcher(
  ({ answers }) => answers.reportedQuestions,
);

/** True for a sentence that says what comes next: "Today we talk about bread." */
export const announces: (text: string) => boolean = createStatementMatcher(
  ({ answers }) => answers.announcements,
);

/** True for a sentence that begins with what follows from the one before: "Therefore ...". */
export const beginsAsConsequence: (text: string) => boolean = createStatementMatcher(
  ({ answers }) => answers.consequences,
);

/** True for questions about what somebody says or thinks. */
export const asksForWords: (question: string) => boolean = createQuestionMatcher(
  ({ questions }) => questions.speech,
);

/** True for questions about what a thing is. */
export function asksForDefinition(question: string): boolean {
  return matchesDefinitionQuestion(question);
}

/** Indefinite articles of all languages: what follows a comma and one of them says what a thing is. */
const APPOSITION_ARTICLE = '(?:an?|eine?|une?|un[ao]|een|uma?)';

const copulaPattern = oncePerLocale((locale) => {
  const letters = lettersOf(locale);
  const copulas = toSource(locale, locale.copulas);
  if (!letters) return new RegExp(`^${copulas}`);
  // "a separator, a thin film" says what a thing is without a verb.
  return new RegExp(`^[${letters}]*(?:\\s+${copulas}|,\\s+${APPOSITION_ARTICLE})(?![${letters}])`, 'i');
});

/** Returns whether a sentence says what a thing is: "the anode is ...". `word` is lower-case. */
export function definesWord(text: string, word: string): boolean {
  const lowerCase = text.toLowerCase();
  const at = lowerCase.indexOf(word);
  if (at < 0) return false;
  const rest = lowerCase.slice(at + word.length);
  return findLocalesOf(text).some((locale) => copulaPattern(locale).test(rest));
}

/** Maximum number of words before the pronoun that takes the subject on: "Then it rests". */
const MAX_WORDS_BEFORE_PRONOUN = 2;

const pronounPattern = oncePerLocale((locale) => {
  const letters = lettersOf(locale);
  const pronouns = toSource(locale, [locale.followUp.pronouns.trim().split(/\s+/).join('|')]);
  return letters
    ? new RegExp(`^\\P{L}*(?:\\p{L}+\\P{L}+){0,${MAX_WORDS_BEFORE_PRONOUN}}${pronouns}(?![${letters}])`, 'iu')
    : new RegExp(`^.{0,${MAX_WORDS_BEFORE_PRONOUN * 2}}${pronouns}`, 'u');
});

/** Returns whether a sentence begins with a pronoun, so that the sentence before says what it is about. */
export function takesSubjectFromBefore(text: string): boolean {
  return findLocalesOf(text).some((locale) => pronounPattern(locale).test(text));
}

const matchesNegation = createStatementMatcher(({ negations }) => negations);

/** Returns whether a text says that something is not so. */
export function isNegated(text: string): boolean {
  return matchesNegation(text);
}

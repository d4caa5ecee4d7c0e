import { type ConversationTurn, MAX_CONVERSATION_TURNS } from '../domain/conversation.ts';
import {
  findLocalesOf,
  lettersOf,
  oncePerLocale,
  separatesWords,
  splitWordList,
  toPattern,
  toSource,
} from '../language/locale-patterns.ts';
import type { Locale } from '../language/locales/locale.ts';
import { analyseQuestion } from './question-analysis.ts';
import { QUESTION_LANGUAGES } from './question-intent.ts';

/** Characters of a question or answer that are read for what it is about. */
const MAX_READ_CHARS = 1000;
/** Words that are carried into the next question. */
const MAX_CARRIED_WORDS = 6;
const MAX_CARRIED_NAMES = 2;
/** Words of the last answer that a bare "Why?" is about. */
const MAX_ANSWER_WORDS = 5;
/** A question that points back and has more words of its own than these stands by itself. */
const MAX_OWN_WORDS = 3;

const pronounsOf = ({ followUp }: Locale) => followUp.pronouns;
const personalPronouns = ({ followUp }: Locale) => followUp.persons;
const openingPattern = oncePerLocale((locale) => {
  const letters = lettersOf(locale);
  const source = toSource(locale, locale.followUp.openings);
  return new RegExp(`^[¿¡\\s]*${source}${letters && `(?![${letters}])`}`, 'i');
});

/** True where a text holds one of a locale's words; where words are not separated, anywhere. */
function containsWord(text: string, locale: Locale, wordsOf: (locale: Locale) => string): boolean {
  const listedWords = splitWordList(wordsOf(locale));
  if (!separatesWords(locale)) return listedWords.some((word) => text.includes(word));
  const words = new Set(text.toLowerCase().match(/\p{L}+/gu) ?? []);
  return listedWords.some((word) => words.has(word));
}

const fillerPattern = oncePerLocale(
  (locale) => new RegExp(toPattern(locale, locale.followUp.fillers).source, 'gi'),
);

/** True where a question points back to what was said before: "she", "that", "and". */
export function pointsBack(text: string): boolean {
  const normalisedText = text.normalize('NFC');
  return findLocalesOf(normalisedText).some(
    (locale) =>
      containsWord(normalisedText.replace(fillerPattern(locale), ' '), locale, pronounsOf) ||
      openingPattern(locale).test(normalisedText),
  );
}

function pointsToPerson(text: string): boolean {
  const normalisedText = text.normalize('NFC');
  return findLocalesOf(normalisedText).some((locale) =>
    containsWord(normalisedText, locale, personalPronouns),
  );
}

/** Words that say what a question is about. */
function findTopicWords(text: string): readonly string[] {
  const { concepts } = analyseQuestion(text.slice(0, MAX_READ_CHARS), QUESTION_LANGUAGES);
  return concepts.filter(({ weak }) => !weak).map(({ plain }) => plain);
}

/** Does a question lean on what was asked before it? */
function isDependent(text: string): boolean {
  const ownWordCount = findTopicWords(text).length;
  return ownWordCount === 0 || (ownWordCount <= MAX_OWN_WORDS && pointsBack(text));
}

/** People an answer names: speakers of its quotes, and words with a capital inside a sentence. */
function findNames(answer: string): readonly string[] {
  const answerText = answer.slice(0, MAX_READ_CHARS);
  const speakers = [...answerText.matchAll(/(?:^|\n|[”"] )(\p{Lu}\p{L}+):/gu)].map(([, name = '']) => name);
  const inside = [...answerText.matchAll(/[\p{Ll},;] (\p{Lu}\p{Ll}+)\b/gu)].map(([, name = '']) => name);
  return [...new Set([...speakers, ...inside])].slice(0, MAX_CARRIED_NAMES);
}

/** The first thing an answer says: later ones are other places. */
function firstQuote(answer: string): string {
  const first = answer.split('\n')[0] ?? '';
  return first.replace(/\[\d+\]/g, ' ').replace(/^\p{L}+:\s*(?=[“"])/u, '');
}

/** What was spoken of last: the words of the last question, and of those it leans on. */
export function findConversationTopic(conversation: readonly ConversationTurn[]): readonly string[] {
  let carriedWords: readonly string[] = [];
  for (const { question } of conversation.slice(-MAX_CONVERSATION_TURNS)) {
    const questionWords = findTopicWords(question);
    carriedWords = isDependent(question) ? [...new Set([...questionWords, ...carriedWords])] : questionWords;
  }
  return carriedWords.slice(0, MAX_CARRIED_WORDS);
}

/** A follow-up as it is looked for: `text` holds the words that it leaves unsaid. */
export interface FollowUp {
  readonly text: string;
  /** True where the question says too little by itself; else `text` is worth a try where it alone finds nothing. */
  readonly isDependent: boolean;
}

/**
 * Makes a follow-up whole by the words of the questions before it ("and who owns it?" after one about the budget), and
 * by the people the last answer names where it says "she". Undefined where nothing was said before. No model is asked: this
 * costs nothing and is the same each time.
 */
export function resolveFollowUp(
  question: string,
  conversation: readonly ConversationTurn[],
): FollowUp | undefined {
  const lastTurn = conversation.at(-1);
  if (!lastTurn) return undefined;
  const names = pointsToPerson(question) ? findNames(lastTurn.answer) : [];
  const questionWords = new Set(findTopicWords(question));
  const answerWords =
    questionWords.size === 0 ? findTopicWords(firstQuote(lastTurn.answer)).slice(0, MAX_ANSWER_WORDS) : [];
  const carriedWords = [...names, ...findConversationTopic(conversation), ...answerWords].filter(
    (word) => !questionWords.has(word.toLowerCase()),
  );
  const words = [...new Map(carriedWords.map((word) => [word.toLowerCase(), word])).values()];
  if (words.length === 0) return undefined;
  // Questions hold operators; a stray quote or colon of an earlier one must not become one.
  const plainWords = words.map((word) => word.replace(/["“”„«»]|(?<!\d):|:(?!\d)/g, ' ').replace(/^-+/, ''));
  return { text: `${question} ${plainWords.join(' ')}`, isDependent: isDependent(question) };
}

/** A follow-up for a model that is not given the conversation: what it leaves unsaid stands behind it. */
export function toStandaloneQuestion(question: string, conversation: readonly ConversationTurn[]): string {
  const resolvedFollowUp = resolveFollowUp(question, conversation);
  if (!resolvedFollowUp?.isDependent) return question;
  return `${question} (This is about: ${resolvedFollowUp.text.slice(question.length).trim().split(/\s+/).join(', ')}.)`;
}

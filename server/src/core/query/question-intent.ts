import {
  createQuestionMatcher,
  findLocalesOf,
  oncePerLocale,
  splitWordList,
  toPattern,
  toSource,
} from '../language/locale-patterns.ts';
import { LOCALES } from '../language/locales/all-locales.ts';
import type { Locale } from '../language/locales/locale.ts';
import { isStopWord, isWeakWord } from '../language/stop-words.ts';
import { MAX_QUERY_CHARS } from './query-parser.ts';
import { analyseQuestion } from './question-analysis.ts';

const matchesOverview = createQuestionMatcher(({ questions }) => questions.overview);
const everyOccurrencePattern = oncePerLocale((locale) => toPattern(locale, locale.questions.everyOccurrence));
const momentPhrasePattern = oncePerLocale(
  (locale) => new RegExp(`^\\s*${toSource(locale, [locale.momentPhrase])}`, 'i'),
);
const overviewWords = new Set(LOCALES.flatMap((locale) => splitWordList(locale.overviewWords)));
const genericVerbPattern = oncePerLocale(
  (locale) => new RegExp(`^${toSource(locale, locale.genericVerbs)}$`, 'i'),
);

/** Languages in which questions are understood, ISO 639-1. */
export const QUESTION_LANGUAGES: readonly string[] = LOCALES.map(({ code }) => code);

/** True for what people call any video; `word` is lower-case. */
export function isVideoWord(word: string): boolean {
  return overviewWords.has(word);
}

/** True for verbs that may be said of any part of any video: "happens"; `word` is lower-case. */
export function isGenericVerb(word: string): boolean {
  return LOCALES.some((locale) => genericVerbPattern(locale).test(word));
}

/**
 * Recognises "what is this video about" and the like, which ask for a whole video and not for a place in it. Returns
 * the words that name the video, [] where none do; undefined where a text asks for something else.
 */
export function parseOverviewQuestion(text: string, words: readonly string[]): readonly string[] | undefined {
  if (!matchesOverview(text.slice(0, MAX_QUERY_CHARS))) return undefined;
  // The question may be in another language than the videos.
  const languages = findLocalesOf(text).map(({ code }) => code);
  const isFunctionWord = (word: string) =>
    languages.some((language) => isStopWord(word, language) || isWeakWord(word, language));
  return words.filter((word) => !isVideoWord(word) && !isFunctionWord(word));
}

/** True for questions whose words say nothing beside the name of a video: "What is said in m12?" asks for all of it. */
export function asksForNothingElse(question: string): boolean {
  const { concepts } = analyseQuestion(question, QUESTION_LANGUAGES);
  return concepts.every(({ weak, plain }) => weak || isGenericVerb(plain) || isVideoWord(plain));
}

function findEveryOccurrence(
  text: string,
): { readonly locale: Locale; readonly match: RegExpExecArray } | undefined {
  for (const locale of findLocalesOf(text)) {
    const match = everyOccurrencePattern(locale).exec(text);
    if (match) return { locale, match };
  }
  return undefined;
}

/** True for questions that one place cannot answer: each time counts, or how many there are. */
export function asksForEveryOccurrence(text: string): boolean {
  return findEveryOccurrence(text.normalize('NFC')) !== undefined;
}

/** Returns what such a question asks the times of: "rice is mentioned" of "how many times rice is mentioned". */
export function stripCountingPhrase(question: string): string {
  const text = question.normalize('NFC').replace(/\s+/g, ' ');
  const occurrences = findEveryOccurrence(text);
  if (!occurrences) return question;
  const { locale, match } = occurrences;
  const rest = text.slice(match.index + match[0].length).replace(momentPhrasePattern(locale), '');
  const remaining = `${text.slice(0, match.index)} ${rest}`.replace(/\s+/g, ' ').trim();
  return /\p{L}/u.test(remaining) ? remaining : question;
}

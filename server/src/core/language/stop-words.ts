import { oncePerLocale, splitWordList, toPattern } from './locale-patterns.ts';
import { findLocale } from './locales/all-locales.ts';
import { stem } from './stemmer.ts';

const stopWordsOf = oncePerLocale(({ stopWords }) => new Set(splitWordList(stopWords)));
const weakWordsOf = oncePerLocale(({ weakWords }) => new Set(splitWordList(weakWords)));
const weakStemsOf = oncePerLocale(
  ({ weakWords, code }) => new Set(splitWordList(weakWords).map((word) => stem(word, code))),
);
const questionPhrasesOf = oncePerLocale(
  (locale) => new RegExp(toPattern(locale, locale.questionPhrases).source, 'gi'),
);

/** Removes phrases of questions whose words would otherwise be searched for: "how long". */
export function stripQuestionPhrases(text: string, language: string): string {
  const locale = findLocale(language);
  return locale ? text.replace(questionPhrasesOf(locale), ' ') : text;
}

/**
 * True for words without content, which never reach the index. A language without a locale keeps all its words: the
 * index then weighs them down by their frequency. `word` is lower-case, with its accents.
 */
export function isStopWord(word: string, language: string): boolean {
  const locale = findLocale(language);
  return locale !== undefined && stopWordsOf(locale).has(word);
}

/** True for words of questions rather than of answers, in any form: "talks". `word` is lower-case, with its accents. */
export function isWeakWord(word: string, language: string): boolean {
  const locale = findLocale(language);
  if (!locale) return false;
  return weakWordsOf(locale).has(word) || weakStemsOf(locale).has(stem(word, language));
}

/** Languages among those given, the one first whose stop words and words of questions hold most of the words. */
export function rankLanguagesByFunctionWords(
  words: readonly string[],
  languages: readonly string[],
): readonly string[] {
  const countFunctionWords = (language: string) =>
    words.filter((word) => isStopWord(word, language) || isWeakWord(word, language)).length;
  return languages
    .map((language) => ({ language, count: countFunctionWords(language) }))
    .sort((a, b) => b.count - a.count)
    .filter(({ count }) => count > 0)
    .map(({ language }) => language);
}

import { monthNames, weekdayNames } from './calendar-names.ts';
import { LOCALES } from './locales/all-locales.ts';
import type { Locale, Pattern, WordList } from './locales/locale.ts';

/** Letters of a script. All of Unicode's, without regard to case, take a second to compile. */
const SCRIPT_LETTERS: Readonly<Record<Locale['script'], string>> = {
  latin: String.raw`a-zß-öø-ÿ\u0100-\u024f\u1e00-\u1eff`,
  cyrillic: 'а-яё',
  han: '',
  kana: '',
};

/** Returns the letters of a locale as the inside of a character class; empty where words are not separated. */
export function lettersOf(locale: Locale): string {
  return SCRIPT_LETTERS[locale.script];
}

/** True where words are separated by spaces. */
export function separatesWords(locale: Locale): boolean {
  return lettersOf(locale) !== '';
}

export function splitWordList(words: WordList): readonly string[] {
  return words.split(/\s+/).filter((word) => word !== '');
}

/** Computes a value once a locale, when it is first needed. */
export function oncePerLocale<T>(compute: (locale: Locale) => T): (locale: Locale) => T {
  const values = new Map<Locale, T>();
  return (locale) => {
    const value = values.get(locale) ?? compute(locale);
    values.set(locale, value);
    return value;
  };
}

const UMLAUTS: Readonly<Record<string, string>> = {
  ä: '(?:ä|ae)',
  ö: '(?:ö|oe)',
  ü: '(?:ü|ue)',
  ß: '(?:ß|ss)',
};

/** Makes accents optional, as they are in what people type: `é` also matches `e`. Not inside `[]`. */
function relaxAccents(source: string): string {
  return source.replace(/\[[^\]]*\]|ё|\p{Script=Latin}/gu, (part) => {
    const base = part.normalize('NFD').charAt(0);
    if (part.startsWith('[') || (base === part && UMLAUTS[part] === undefined)) return part;
    return UMLAUTS[part] ?? `[${part}${base}]`;
  });
}

/** Returns the source of patterns as one group, placeholders filled in. Without patterns it matches nothing. */
export function toSource(locale: Locale, patterns: readonly Pattern[]): string {
  if (patterns.length === 0) return '(?!)';
  const letters = lettersOf(locale);
  const word = letters ? `[${letters}]` : '[\\p{L}]';
  const filledPatterns = patterns
    .join('|')
    .replaceAll('{video}', locale.videoNouns)
    .replaceAll('{unit}', `(?:${Object.values(locale.units).join('|')})`)
    .replaceAll('{n}', letters ? `(?:\\d+(?:[.,]\\d+)?|${word}+)` : '[\\d一二三四五六七八九十百两两数]+')
    .replaceAll('{w}', `${word}*`);
  return `(?:${relaxAccents(filledPatterns).replaceAll("'", "['’]")})`;
}

/** Compiles a source so that it matches whole words, wherever the language separates them. */
export function toWholeWords(locale: Locale, source: string): RegExp {
  const letters = lettersOf(locale);
  return new RegExp(letters ? `(?<![${letters}])${source}(?![${letters}])` : source, 'i');
}

/** Compiles patterns: whole words, any of them. */
export function toPattern(locale: Locale, patterns: readonly Pattern[]): RegExp {
  return toWholeWords(locale, toSource(locale, patterns));
}

/** Words and letters that distinguish a language from the others of its script. */
const markersOf = oncePerLocale((locale) => {
  const { amount, frequency, everyOccurrence, overview } = locale.questions;
  const { periods, parser: _, ...dateWords } = locale.dates;
  const patterns = [
    ...[amount, frequency, everyOccurrence, overview, locale.genericVerbs],
    ...Object.values(periods),
    [...monthNames(locale.code), ...weekdayNames(locale.code)],
  ].flat();
  const words = new Set([
    ...splitWordList(locale.stopWords),
    ...splitWordList(locale.weakWords),
    ...(patterns
      .join(' ')
      .toLowerCase()
      .match(/\p{L}{3,}/gu) ?? []),
  ]);
  const allText = JSON.stringify({ ...locale, dates: dateWords }).toLowerCase();
  return { words, letters: new Set(allText + [...words].join('')) };
});

const SCRIPT_TESTS: Readonly<Record<Locale['script'], RegExp>> = {
  latin: /\p{Script=Latin}/u,
  cyrillic: /\p{Script=Cyrillic}/u,
  han: /\p{Script=Han}/u,
  kana: /[\p{Script=Hiragana}\p{Script=Katakana}]/u,
};

/** Returns the locales of a text's script. Kana make Japanese of ideographs. */
function findLocalesOfScript(text: string): readonly Locale[] {
  const inScript = LOCALES.filter(({ script }) => SCRIPT_TESTS[script].test(text));
  const inKana = inScript.filter(({ script }) => script === 'kana');
  const candidates = inKana.length > 0 ? inKana : inScript;
  const spaceless = candidates.filter((locale) => !separatesWords(locale));
  return spaceless.length > 0 ? spaceless : candidates;
}

/**
 * Returns the locales whose rules apply to a question: by script, then those that know most of its words. Several where
 * they know as many, all of the script where none knows any.
 */
export function findLocalesOf(text: string): readonly Locale[] {
  const candidates = findLocalesOfScript(text);
  if (candidates.length < 2) return candidates;
  const words = text.toLowerCase().match(/\p{L}+/gu) ?? [];
  const scores = candidates.map((locale) => {
    const markers = markersOf(locale);
    const knownCount = words.filter((word) => markers.words.has(word)).length;
    const isSpelledSo = words.every((word) => [...word].every((letter) => markers.letters.has(letter)));
    return isSpelledSo ? knownCount + 1 : knownCount;
  });
  const best = Math.max(0, ...scores);
  return candidates.filter((_, i) => scores[i] === best);
}

type SelectPatterns = (locale: Locale) => readonly Pattern[];

function createMatcher(select: SelectPatterns, findLocales: typeof findLocalesOf): (text: string) => boolean {
  const compiledPatterns = oncePerLocale((locale) => toPattern(locale, select(locale)));
  return (text) => {
    const normalisedText = text.normalize('NFC');
    return findLocales(normalisedText).some((locale) => compiledPatterns(locale).test(normalisedText));
  };
}

/** Creates a test of questions: true where a pattern of the question's own language matches. */
export function createQuestionMatcher(select: SelectPatterns): (text: string) => boolean {
  return createMatcher(select, findLocalesOf);
}

/**
 * Creates a test of what is said in a video: true where a pattern of any language of its script matches. What people say
 * is often too short to tell the language: "Three times per week."
 */
export function createStatementMatcher(select: SelectPatterns): (text: string) => boolean {
  return createMatcher(select, findLocalesOfScript);
}

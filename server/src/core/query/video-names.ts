import {
  findLocalesOf,
  lettersOf,
  oncePerLocale,
  separatesWords,
  toSource,
} from '../language/locale-patterns.ts';
import type { Locale } from '../language/locales/locale.ts';
import { foldAccents } from '../language/tokenizer.ts';

/** A video that a question names. */
export interface NamedVideos<T> {
  readonly videos: readonly T[];
  /** The question without the name. */
  readonly question: string;
  /**
   * True if the words can only be a name: with an extension, after "in" or beside "video". Otherwise they may as well be
   * what is asked about, and other videos may answer.
   */
  readonly isExplicit: boolean;
}

/** A name of a video: its file name without the extension, or its title. */
export interface VideoName<T> {
  readonly video: T;
  readonly name: string;
}

interface NameMatch<T> {
  readonly video: T;
  readonly at: number;
  readonly length: number;
  readonly isExplicit: boolean;
}

/** Maximum number of words of a phrase that is looked up as a part of a name. */
const MAX_PHRASE_WORDS = 4;
/** Minimum number of characters of a name that is Chinese, or a number, to stand for a video without any other sign. */
const MIN_HAN_NAME_CHARS = 4;
const MIN_NUMBER_NAME_CHARS = 6;
/** Characters of a question that are read for names. */
const MAX_QUESTION_CHARS = 1000;
const WORDS = /[\p{L}\p{M}\p{N}]+/gu;
const UMLAUTS: Readonly<Record<string, string>> = { ä: 'ae', ö: 'oe', ü: 'ue', ß: 'ss' };

/** Folds a word so that "Gemüse" and "gemuese" are the same name. */
function foldWord(word: string): string {
  const lowerCase = word.normalize('NFC').toLowerCase();
  return foldAccents(lowerCase.replace(/[äöüß]/g, (letter) => UMLAUTS[letter] ?? letter));
}

interface Word {
  readonly folded: string;
  readonly at: number;
  readonly end: number;
}

/** Splits at everything except letters and numbers, and around each Chinese character: "在m12里". */
function splitWords(text: string): readonly Word[] {
  return [...text.matchAll(WORDS)].flatMap((match) =>
    [...match[0].matchAll(/\p{Script=Han}|\P{Script=Han}+/gu)].map((part) => {
      const at = match.index + part.index;
      return { folded: foldWord(part[0]), at, end: at + part[0].length };
    }),
  );
}

const patternsOf = oncePerLocale((locale) => {
  const { beforeVideoName, dates } = locale;
  const nouns = toSource(locale, ['{video}', locale.wholeNouns]);
  const article = toSource(locale, [dates.articles]);
  const letters = lettersOf(locale);
  const [start, end] = letters ? [`(?<![${letters}])`, `(?![${letters}])`] : ['', ''];
  const gap = separatesWords(locale) ? '\\s+' : '\\s*';
  const before = beforeVideoName === '' ? '(?!)' : toSource(locale, [beforeVideoName]);
  const words = `(?:[\\p{L}\\p{N}_-]+${gap}){1,${MAX_PHRASE_WORDS}}?`;
  return {
    // "in NAME", "video NAME", "in the video NAME" introduce a name; "in the NAME" may be any thing.
    introduction: new RegExp(
      `${start}(?:${before}(?:${gap}(?:${article}${gap})?${nouns})?|${nouns})\\s*["“„«'(]?$`,
      'i',
    ),
    article: new RegExp(`${start}(?:${before}${gap})?${article}\\s*$`, 'i'),
    phrase: new RegExp(`${start}${before}${gap}(?:${article}${gap})?(?<name>${words})${nouns}${end}`, 'iu'),
    // "What does NAME say about it?"
    saying: new RegExp(`^["”“»']?${gap}${toSource(locale, locale.questions.speech)}${end}`, 'iu'),
    inside: /^["”“»')]?\s*(?:里|中|の中|で)/u,
  };
});

/** What follows the name of a file without a space, whatever the extension. */
const EXTENSION = /^\.[a-z0-9]{2,5}(?![\p{Script=Latin}\p{N}])/iu;

/** True for names that are hardly ever words of a question: several words, or letters with numbers. */
function isDistinctive(name: string, words: readonly string[]): boolean {
  const isHan = /^\p{Script=Han}+$/u.test(name);
  if (words.length >= (isHan ? MIN_HAN_NAME_CHARS : 2)) return true;
  return /\p{N}/u.test(name) && (/\p{L}/u.test(name) || name.length >= MIN_NUMBER_NAME_CHARS);
}

/** Finds a name, word by word, in a question. */
function findName<T>(
  question: string,
  words: readonly Word[],
  { video, name }: VideoName<T>,
  locales: readonly Locale[],
): NameMatch<T> | undefined {
  const nameWords = splitWords(name).map(({ folded }) => folded);
  if (nameWords.length === 0) return undefined;
  const first = words.findIndex((_, i) => nameWords.every((word, j) => words[i + j]?.folded === word));
  const start = words[first];
  const last = words[first + nameWords.length - 1];
  if (!start || !last) return undefined;
  const [before, after] = [question.slice(0, start.at), question.slice(last.end)];
  const extension = EXTENSION.exec(after)?.[0] ?? '';
  const findBefore = (select: 'introduction' | 'article') =>
    locales.map((locale) => patternsOf(locale)[select].exec(before)?.[0] ?? '').find(Boolean);
  const introduction = findBefore('introduction');
  const isInside = locales.some((locale) => patternsOf(locale).inside.test(after));
  const saysSomething = locales.some((locale) => patternsOf(locale).saying.test(after));
  const isExplicit = extension !== '' || introduction !== undefined || isInside || saysSomething;
  if (!isExplicit && !isDistinctive(name, nameWords)) return undefined;
  const at = start.at - (introduction ?? findBefore('article') ?? '').length;
  return { video, at, length: last.end + extension.length - at, isExplicit };
}

/** Finds "in the battery lecture" where only one name holds these words. */
function findPartialName<T>(
  question: string,
  names: readonly VideoName<T>[],
  locales: readonly Locale[],
): NamedVideos<T> | undefined {
  for (const locale of locales) {
    const match = patternsOf(locale).phrase.exec(question);
    const phrase = match && splitWords(match.groups?.name ?? '').map(({ folded }) => folded);
    if (!match || !phrase || phrase.length === 0) continue;
    const found = names.filter(({ name }) => {
      const words = new Set(splitWords(name).map(({ folded }) => folded));
      return phrase.every((word) => words.has(word));
    });
    if (new Set(found.map(({ name }) => foldWord(name))).size === 1)
      return {
        videos: [...new Set(found.map(({ video }) => video))],
        question: removeName(question, match.index, match[0].length),
        isExplicit: false,
      };
  }
  return undefined;
}

function removeName(question: string, at: number, length: number): string {
  return `${question.slice(0, at)} ${question.slice(at + length)}`
    .replace(/\s+/g, ' ')
    .replace(/\s+([?？.!。,])/g, '$1')
    .replace(/^[\s,，:里中]+/u, '')
    .trim();
}

/**
 * Finds the videos that a question names: "in m12", "batteries in m33.mp4", "summarise team offsite", "in the battery
 * lecture" if only one name has these words. Case, separators and umlauts do not matter. A single word without a number is
 * a name only beside an extension, "in" or "video". The longest name wins; copies with the same name are all meant.
 */
export function findNamedVideos<T>(
  question: string,
  names: readonly VideoName<T>[],
): NamedVideos<T> | undefined {
  if (question.length > MAX_QUESTION_CHARS) return undefined;
  const words = splitWords(question);
  const locales = findLocalesOf(question);
  const known = new Set(words.map(({ folded }) => folded));
  const matches = names
    .filter(({ name }) => splitWords(name).every(({ folded }) => known.has(folded)))
    .flatMap((name) => findName(question, words, name, locales) ?? []);
  const longest = Math.max(0, ...matches.map(({ length }) => length));
  const best = matches.filter(({ length }) => length === longest);
  const [first] = best;
  if (!first) return findPartialName(question, names, locales);
  return {
    videos: [...new Set(best.map(({ video }) => video))],
    question: removeName(question, first.at, first.length),
    isExplicit: first.isExplicit,
  };
}

import { CJK_CHARS, toCjkBigrams } from './cjk-bigrams.ts';
import { splitCompound } from './compound-splitter.ts';
import { joinHyphenated } from './spelling-variants.ts';
import { baseLanguage, DEFAULT_LANGUAGE, stem } from './stemmer.ts';
import { isStopWord } from './stop-words.ts';

/**
 * One place for what a word is, used for the index and for questions alike. The full-text index gets these terms
 * and splits them at spaces, nothing more.
 */
export interface Token {
  /** Lower-case, without accents. */
  readonly word: string;
  /** What the index holds. */
  readonly term: string;
  /** Lower-case, with accents: what stop lists and spelling see. */
  readonly plain: string;
  /** A pair of characters across two words. */
  readonly crossesWords?: boolean;
  /** Share of its word that a pair of characters stands for, 0..1. */
  readonly share?: number;
}

const segmenter = new Intl.Segmenter('und', { granularity: 'word' });

const LETTER_FOLDINGS: Readonly<Record<string, string>> = {
  ß: 'ss',
  ø: 'o',
  ł: 'l',
  æ: 'ae',
  œ: 'oe',
  đ: 'd',
  ı: 'i',
};

/** Accents off, and other forms of a letter (wide, ligature) as plain letters; other marks (Indic vowels, kana voicing) stay. */
export function foldAccents(word: string): string {
  if (/^[\x00-\x7f]*$/.test(word)) return word;
  return word
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[ßøłæœđı]/g, (letter) => LETTER_FOLDINGS[letter] ?? letter)
    .normalize('NFC');
}

/** Names of languages whose last sign a segmenter would lose. */
const SYMBOL_NAMES: readonly (readonly [RegExp, string])[] = [
  [/\bc\+\+/gi, 'cplusplus'],
  [/\b([cf])#/gi, '$1sharp'],
];

function normaliseText(text: string): string {
  const ascii = /^[\x00-\x7f]*$/.test(text);
  let normalisedText = ascii ? text : text.normalize('NFKC').replace(/[’ʼ]/g, "'");
  if (/[+#]/.test(normalisedText))
    for (const [sign, name] of SYMBOL_NAMES) normalisedText = normalisedText.replace(sign, name);
  return normalisedText;
}

const ASCII_WORDS = /\d+(?:[,.:]\d+)+|[A-Za-z0-9_]+(?:['.][A-Za-z0-9_]+)*/g;

/** A time of day, a position, a score or a ratio: 10:30, 1:02:03, 16:9. The segmenter would split it. */
const COLON_NUMBER = /^\d+(?::\d+)+$/;
const COLON_NUMBERS = /(\d+(?::\d+)+)/;

/** What the segmenter takes for words, and ideographs; most text is plain, where a pattern finds the same faster. */
function splitSegments(text: string): Iterable<string> {
  if (/^[\x00-\x7f]*$/.test(text)) return text.match(ASCII_WORDS) ?? [];
  return text
    .split(COLON_NUMBERS)
    .flatMap((part) =>
      COLON_NUMBER.test(part)
        ? [part]
        : [...segmenter.segment(part)].map(({ segment, isWordLike }) =>
            isWordLike || CJK_CHARS.test(segment) ? segment : '',
          ),
    );
}

/** Pieces of what the segmenter holds for one word; a time stays one (08:15 is 8:15): `foo_bar`, `node.js`, `1,000`, `U.S.`, `l'avion`, `don't`. */
function splitWordParts(segment: string, language: string): readonly string[] {
  if (/^[\p{L}\p{N}\p{M}]+$/u.test(segment)) return [segment];
  if (/^\d{1,3}([,.']\d{3})+$/.test(segment)) return [segment.replace(/[,.']/g, '')];
  if (COLON_NUMBER.test(segment)) return [segment.replace(/^0+(?=\d)/, '')];
  if (/^(\p{L}\.)+\p{L}?$/u.test(segment)) return [segment.replaceAll('.', '')];
  const lowerCase = segment.toLowerCase();
  if (isStopWord(lowerCase, language)) return [];
  const withoutPossessive = language === 'en' ? lowerCase.replace(/'s$/, '') : lowerCase;
  return withoutPossessive.split(/[^\p{L}\p{N}\p{M}]+/u).filter((piece) => piece !== '');
}

const MAX_CACHED_WORDS = 100_000;
const tokenCache = new Map<string, Map<string, Token | null>>();

/** No word of a language is longer; what is, is data or an attack. */
const MAX_WORD_CHARS = 64;

function toToken(rawWord: string, language: string): Token | null {
  const piece = rawWord.slice(0, MAX_WORD_CHARS);
  let cachedTokens = tokenCache.get(language);
  if (!cachedTokens || cachedTokens.size > MAX_CACHED_WORDS) {
    cachedTokens = new Map();
    tokenCache.set(language, cachedTokens);
  }
  let token = cachedTokens.get(piece);
  if (token === undefined) {
    const plain = piece.toLowerCase();
    token = isStopWord(plain, language)
      ? null
      : { plain, word: foldAccents(plain), term: foldAccents(stem(plain, language)) };
    cachedTokens.set(piece, token);
  }
  return token;
}

/** Further terms under which a word is found: the humps of camelCase, the numbers of a time. */
function splitExtraTerms(segment: string, language: string): readonly string[] {
  if (COLON_NUMBER.test(segment)) return segment.split(':');
  if (!/\p{Ll}\p{Lu}/u.test(segment)) return [];
  const parts = segment.match(/\p{Lu}+(?!\p{Ll})|\p{Lu}?\p{Ll}+|\p{N}+/gu) ?? [];
  if (parts.length < 2) return [];
  return parts.flatMap((part) => (part.length > 1 ? (toToken(part, language)?.term ?? []) : []));
}

/**
 * Content words in order. `extra` are terms that only the index gets: humps of camelCase, numbers of a time, words
 * with hyphens as one, single characters of Chinese and Japanese. `language` is BCP 47; script decides where it says more.
 */
export function tokenize(
  text: string,
  language?: string,
): { readonly words: Token[]; readonly extra: string[] } {
  const baseCode = baseLanguage(language) ?? DEFAULT_LANGUAGE;
  const words: Token[] = [];
  const extra: string[] = [];
  let ideographRun = '';
  const flushIdeographRun = () => {
    if (ideographRun === '') return;
    const { pairs, singles } = toCjkBigrams(ideographRun);
    for (const { text: pair, crossesWords, share } of pairs)
      words.push({ word: pair, term: pair, plain: pair, crossesWords, share });
    extra.push(...singles);
    ideographRun = '';
  };
  for (const segment of splitSegments(normaliseText(text))) {
    if (CJK_CHARS.test(segment)) {
      ideographRun += segment;
      continue;
    }
    flushIdeographRun();
    for (const piece of splitWordParts(segment, baseCode)) {
      const token = toToken(piece, baseCode);
      if (!token) continue;
      words.push(token);
      extra.push(...splitExtraTerms(piece, baseCode));
    }
  }
  flushIdeographRun();
  for (const { joined } of joinHyphenated(text)) {
    const token = toToken(joined, baseCode);
    if (token) extra.push(token.term);
  }
  return { words, extra };
}

/**
 * The terms of a text as the full-text index sees them, separated by spaces: content words in order, then what
 * else finds it. `knows` says whether a word occurs by itself, for splitting compounds.
 */
export function analyse(
  text: string,
  language?: string,
  isKnownWord: (word: string) => boolean = () => false,
): string {
  const base = baseLanguage(language) ?? DEFAULT_LANGUAGE;
  const { words, extra } = tokenize(text, base);
  const parts = words.flatMap(({ plain }) =>
    splitCompound(plain, base, isKnownWord).map((part) => foldAccents(stem(part, base))),
  );
  return [...words.map(({ term }) => term), ...extra, ...parts].join(' ');
}

/** A term that no text gives: which languages a passage was analysed as. Letters only, for any tokenizer. */
export function toLanguageTerm(language: string): string {
  return `zzlanguagezz${language}`;
}

const FACT_PREFIX = 'zzfactzz';

/** A term of measured facts: found only by who asks for facts, never by ordinary words. */
export function toFactTerm(term: string): string {
  return FACT_PREFIX + term;
}

/** Terms of facts as those of a text. */
export function stripFactPrefix(terms: string): string {
  return terms.includes(FACT_PREFIX) ? terms.replaceAll(FACT_PREFIX, '') : terms;
}

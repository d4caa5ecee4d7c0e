import { compoundParts } from './compounds.ts';
import { IDEOGRAPHS, ideographTerms } from './ideographs.ts';
import { baseLanguage, DEFAULT_LANGUAGE, stem } from './language.ts';
import { isStopWord } from './stopWords.ts';

/**
 * One place for what a word is, used for the index and for questions alike. The full-text index gets these terms
 * and splits them at spaces, nothing more.
 */
export interface Word {
  /** Lower-case, without accents. */
  readonly word: string;
  /** What the index holds. */
  readonly term: string;
  /** Lower-case, with accents: what stop lists and spelling see. */
  readonly plain: string;
  /** A pair of characters across two words. */
  readonly loose?: boolean;
}

const segmenter = new Intl.Segmenter('und', { granularity: 'word' });

const LETTERS: Readonly<Record<string, string>> = {
  ß: 'ss',
  ø: 'o',
  ł: 'l',
  æ: 'ae',
  œ: 'oe',
  đ: 'd',
  ı: 'i',
};

/** Accents off, other marks (Indic vowels, kana voicing) stay. */
export function fold(word: string): string {
  if (/^[\x00-\x7f]*$/.test(word)) return word;
  return word
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[ßøłæœđı]/g, (letter) => LETTERS[letter] ?? letter)
    .normalize('NFC');
}

/** Names of languages whose last sign a segmenter would lose. */
const SIGNS: readonly (readonly [RegExp, string])[] = [
  [/\bc\+\+/gi, 'cplusplus'],
  [/\b([cf])#/gi, '$1sharp'],
];

function tidy(text: string): string {
  const plain = /^[\x00-\x7f]*$/.test(text);
  let tidied = plain ? text : text.normalize('NFKC').replace(/[’ʼ]/g, "'");
  if (/[+#]/.test(tidied)) for (const [sign, name] of SIGNS) tidied = tidied.replace(sign, name);
  return tidied;
}

const ASCII_WORDS = /\d+(?:[,.]\d+)+|[A-Za-z0-9_]+(?:['.][A-Za-z0-9_]+)*/g;

/** What the segmenter takes for words, and ideographs; most text is plain, where a pattern finds the same faster. */
function segments(text: string): Iterable<string> {
  if (/^[\x00-\x7f]*$/.test(text)) return text.match(ASCII_WORDS) ?? [];
  return [...segmenter.segment(text)].flatMap(({ segment, isWordLike }) =>
    isWordLike || IDEOGRAPHS.test(segment) ? [segment] : [''],
  );
}

/** Pieces of what the segmenter holds for one word: `foo_bar`, `node.js`, `1,000`, `U.S.`, `l'avion`, `don't`. */
function pieces(segment: string, language: string): readonly string[] {
  if (/^[\p{L}\p{N}\p{M}]+$/u.test(segment)) return [segment];
  if (/^\d{1,3}([,.']\d{3})+$/.test(segment)) return [segment.replace(/[,.']/g, '')];
  if (/^(\p{L}\.)+\p{L}?$/u.test(segment)) return [segment.replaceAll('.', '')];
  const lower = segment.toLowerCase();
  if (isStopWord(lower, language)) return [];
  const whole = language === 'en' ? lower.replace(/'s$/, '') : lower;
  return whole.split(/[^\p{L}\p{N}\p{M}]+/u).filter((piece) => piece !== '');
}

const MOST_REMEMBERED = 100_000;
const remembered = new Map<string, Map<string, Word | null>>();

/** No word of a language is longer; what is, is data or an attack. */
const LONGEST_WORD = 64;

function lookUp(typed: string, language: string): Word | null {
  const piece = typed.slice(0, LONGEST_WORD);
  let known = remembered.get(language);
  if (!known || known.size > MOST_REMEMBERED) {
    known = new Map();
    remembered.set(language, known);
  }
  let word = known.get(piece);
  if (word === undefined) {
    const plain = piece.toLowerCase();
    word = isStopWord(plain, language)
      ? null
      : { plain, word: fold(plain), term: fold(stem(plain, language)) };
    known.set(piece, word);
  }
  return word;
}

/** Further terms under which a word is found: the humps of camelCase. */
function humps(segment: string, language: string): readonly string[] {
  const parts = segment.match(/\p{Lu}+(?!\p{Ll})|\p{Lu}?\p{Ll}+|\p{N}+/gu) ?? [];
  if (parts.length < 2) return [];
  return parts.flatMap((part) => (part.length > 1 ? (lookUp(part, language)?.term ?? []) : []));
}

/**
 * Content words in order. `extra` are terms that only the index gets: humps of camelCase, single characters of
 * Chinese and Japanese. `language` is BCP 47; script decides where it says more.
 */
export function contentWords(
  text: string,
  language?: string,
): { readonly words: Word[]; readonly extra: string[] } {
  const base = baseLanguage(language) ?? DEFAULT_LANGUAGE;
  const words: Word[] = [];
  const extra: string[] = [];
  let run = '';
  const endRun = () => {
    if (run === '') return;
    const { pairs, singles } = ideographTerms(run);
    for (const { text: pair, loose } of pairs) words.push({ word: pair, term: pair, plain: pair, loose });
    extra.push(...singles);
    run = '';
  };
  for (const segment of segments(tidy(text))) {
    if (IDEOGRAPHS.test(segment)) {
      run += segment;
      continue;
    }
    endRun();
    for (const piece of pieces(segment, base)) {
      const word = lookUp(piece, base);
      if (!word) continue;
      words.push(word);
      if (/\p{Ll}\p{Lu}/u.test(piece)) extra.push(...humps(piece, base));
    }
  }
  endRun();
  return { words, extra };
}

/**
 * The terms of a text as the full-text index sees them, separated by spaces: content words in order, then what
 * else finds it. `knows` says whether a word occurs by itself, for splitting compounds.
 */
export function analyse(
  text: string,
  language?: string,
  knows: (word: string) => boolean = () => false,
): string {
  const base = baseLanguage(language) ?? DEFAULT_LANGUAGE;
  const { words, extra } = contentWords(text, base);
  const parts = words.flatMap(({ plain }) =>
    compoundParts(plain, base, knows).map((part) => fold(stem(part, base))),
  );
  return [...words.map(({ term }) => term), ...extra, ...parts].join(' ');
}

/** A term that no text gives: which languages a passage was analysed as. Letters only, for any tokenizer. */
export function languageTerm(language: string): string {
  return `zzlanguagezz${language}`;
}

const FACT = 'zzfactzz';

/** A term of measured facts: found only by who asks for facts, never by ordinary words. */
export function factTerm(term: string): string {
  return FACT + term;
}

/** Terms of facts as those of a text. */
export function plainTerms(terms: string): string {
  return terms.includes(FACT) ? terms.replaceAll(FACT, '') : terms;
}

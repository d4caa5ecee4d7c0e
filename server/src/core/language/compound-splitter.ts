import { oncePerLocale, splitWordList } from './locale-patterns.ts';
import { findLocale } from './locales/all-locales.ts';

/** Languages that write compound nouns as one word. */
const COMPOUNDING_LANGUAGES: ReadonlySet<string> = new Set(['de', 'nl', 'sv', 'da', 'no', 'fi', 'hu']);

const compoundPartsOf = oncePerLocale(({ compoundParts = '' }) => new Set(splitWordList(compoundParts)));

/** Letters that join parts: Arbeit-s-zeit, Sonne-n-schein. */
const LINKING_LETTERS = ['', 's', 'es', 'n', 'en', 'er', 'e'] as const;
const MIN_COMPOUND_CHARS = 8;
const MIN_PART_CHARS = 3;

export function writesCompounds(language: string): boolean {
  return COMPOUNDING_LANGUAGES.has(language);
}

/**
 * The two or three words a lower-case compound is made of, [] where it does not split. A part must be a word of
 * the locale's list or one that `knows` knows; the split with the longest parts wins.
 */
export function splitCompound(
  word: string,
  language: string,
  isKnownWord: (word: string) => boolean,
): readonly string[] {
  if (!writesCompounds(language) || word.length < MIN_COMPOUND_CHARS) return [];
  const locale = findLocale(language);
  const listedParts = locale && compoundPartsOf(locale);
  return (
    splitWord(
      word,
      (part) => part.length >= MIN_PART_CHARS && ((listedParts?.has(part) ?? false) || isKnownWord(part)),
      3,
    ) ?? []
  );
}

/** Plurals and cases at the end of the last part. */
const INFLECTION_ENDINGS = ['', 'e', 'n', 'en', 'er', 's', 'es', 'ern', 'em'] as const;

function findLastPart(word: string, isKnownPart: (part: string) => boolean): string | undefined {
  for (const ending of INFLECTION_ENDINGS) {
    if (!word.endsWith(ending)) continue;
    const part = word.slice(0, word.length - ending.length);
    if (isKnownPart(part)) return part;
  }
  return undefined;
}

function splitWord(
  word: string,
  isKnownPart: (part: string) => boolean,
  maxParts: number,
): string[] | undefined {
  for (let end = word.length - MIN_PART_CHARS; end >= MIN_PART_CHARS; end -= 1) {
    const head = word.slice(0, end);
    const linkingLetters = LINKING_LETTERS.find(
      (letters) => head.endsWith(letters) && isKnownPart(head.slice(0, end - letters.length)),
    );
    if (linkingLetters === undefined) continue;
    const first = head.slice(0, end - linkingLetters.length);
    const rest = word.slice(end);
    const last = findLastPart(rest, isKnownPart);
    if (last !== undefined) return [first, last];
    if (maxParts > 2) {
      const restParts = splitWord(rest, isKnownPart, maxParts - 1);
      if (restParts) return [first, ...restParts];
    }
  }
  return undefined;
}

import { baseLanguage, DEFAULT_LANGUAGE } from '../language/stemmer.ts';
import { isWeakWord } from '../language/stop-words.ts';
import { tokenize } from '../language/tokenizer.ts';
import { ITEMS_PER_STEP, type Steps } from '../text/steps.ts';

/** Text of one language that titles are taken from. */
export interface TitleText {
  readonly text: string;
  readonly language?: string;
}

const segmenter = new Intl.Segmenter('und', { granularity: 'word' });
const IDEOGRAPHS = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;
const WORD = /[\p{L}\p{N}\p{M}]+(?:['’][\p{L}]+)*/gu;
/** Minimum length of a word of a title, in scripts with an alphabet and in Chinese and Japanese. */
const MIN_WORD_CHARS = 3;
const MIN_IDEOGRAPHS = 2;
/** Maximum number of words of one phrase. */
const MAX_PHRASE_WORDS = 3;
const MAX_TITLE_PHRASES = 3;
const MAX_TITLE_CHARS = 48;
/** Factor for a phrase that is written with capitals, as names are. */
const NAME_BONUS = 1.4;

/** Exponents of how often a phrase occurs, and of its number of words. */
const COUNT_EXPONENT = 0.6;
const LENGTH_EXPONENT = 0.9;

/** A phrase of one section, in its most frequent spelling. */
interface Phrase {
  readonly terms: readonly string[];
  /** Inside sentences, where a capital letter marks a name or noun. */
  readonly spellings: Map<string, number>;
  /** At the start of a sentence, where every word has a capital letter. */
  readonly openingSpelling: string;
  count: number;
}

type TermCache = Map<string, string | undefined>;

interface Word {
  readonly term: string;
  readonly from: number;
  readonly to: number;
}

/** Returns the term of a word that a title may consist of; undefined for numbers, short words and those without content. */
function toTitleTerm(segment: string, language: string): string | undefined {
  if (/^[\p{N}\p{P}]+$/u.test(segment)) return undefined;
  const isIdeographic = IDEOGRAPHS.test(segment);
  if (segment.length < (isIdeographic ? MIN_IDEOGRAPHS : MIN_WORD_CHARS)) return undefined;
  if (isWeakWord(segment.toLowerCase(), language)) return undefined;
  const term = tokenize(segment, language).words[0]?.term;
  return term !== undefined && isIdeographic ? segment : term;
}

/** Returns the words of a text and their positions. A pattern is faster than the segmenter. */
function splitWords(text: string): readonly (readonly [string, number])[] {
  if (IDEOGRAPHS.test(text))
    return [...segmenter.segment(text)].flatMap(({ segment, index, isWordLike }) =>
      isWordLike ? [[segment, index] as const] : [],
    );
  return [...text.matchAll(WORD)].map((match) => [match[0], match.index] as const);
}

/** Returns the words of a text that a title may consist of, with their positions. Stemming is slow: `terms` remembers. */
function findContentWords({ text, language }: TitleText, terms: TermCache): readonly Word[] {
  const code = baseLanguage(language) ?? DEFAULT_LANGUAGE;
  const words: Word[] = [];
  for (const [segment, index] of splitWords(text)) {
    const key = `${code} ${segment}`;
    if (!terms.has(key)) terms.set(key, toTitleTerm(segment, code));
    const term = terms.get(key);
    if (term !== undefined) words.push({ term, from: index, to: index + segment.length });
  }
  return words;
}

/** Counts the phrases of a section: one to three content words with only a space between them. */
function* countPhrases(
  texts: readonly TitleText[],
  termCache: TermCache,
): Steps<ReadonlyMap<string, Phrase>> {
  const phrases = new Map<string, Phrase>();
  for (const [i, titleText] of texts.entries()) {
    if (i % ITEMS_PER_STEP === 0) yield;
    const words = findContentWords(titleText, termCache);
    words.forEach((first, start) => {
      let previous = first;
      for (let length = 1; length <= MAX_PHRASE_WORDS; length += 1) {
        const last = words[start + length - 1];
        if (last === undefined) break;
        if (length > 1 && !/^[ -]$/.test(titleText.text.slice(previous.to, last.from))) break;
        previous = last;
        const terms = words.slice(start, start + length).map(({ term }) => term);
        const key = terms.join(' ');
        const spelling = titleText.text.slice(first.from, last.to);
        const phrase = phrases.get(key) ?? {
          ...{ terms, openingSpelling: spelling, count: 0 },
          spellings: new Map<string, number>(),
        };
        if (first.from > 0) phrase.spellings.set(spelling, (phrase.spellings.get(spelling) ?? 0) + 1);
        phrase.count += 1;
        phrases.set(key, phrase);
      }
    });
  }
  return phrases;
}

function chooseSpelling({ spellings, openingSpelling }: Phrase): string {
  let best: readonly [string, number] = [openingSpelling, 0];
  for (const entry of spellings) if (entry[1] > best[1]) best = entry;
  return best[0];
}

/** Rates how characteristic a phrase is of its section. */
function scorePhrase(phrase: Phrase, rarityOf: (term: string) => number): number {
  const length = phrase.terms.length;
  if (length > 1 && phrase.count < 2) return 0;
  const rarity = phrase.terms.reduce((sum, term) => sum + rarityOf(term), 0) / length;
  const isName = phrase.spellings.size > 0 && /^\p{Lu}/u.test(chooseSpelling(phrase));
  // A phrase occurs less often than each of its words.
  return phrase.count ** COUNT_EXPONENT * rarity * length ** LENGTH_EXPONENT * (isName ? NAME_BONUS : 1);
}

function chooseTitle(phrases: ReadonlyMap<string, Phrase>, rarityOf: (term: string) => number): string {
  const ranked = [...phrases.values()]
    .map((phrase) => ({ phrase, score: scorePhrase(phrase, rarityOf) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score);
  const usedTerms = new Set<string>();
  const chosen: string[] = [];
  let length = 0;
  for (const { phrase } of ranked) {
    if (chosen.length === MAX_TITLE_PHRASES) break;
    const spelling = chooseSpelling(phrase);
    if (phrase.terms.some((term) => usedTerms.has(term))) continue;
    if (chosen.length > 0 && length + spelling.length > MAX_TITLE_CHARS) continue;
    chosen.push(spelling);
    length += spelling.length;
    for (const term of phrase.terms) usedTerms.add(term);
  }
  const title = chosen.join(IDEOGRAPHS.test(chosen[0] ?? '') ? '、' : ', ');
  return title.charAt(0).toLocaleUpperCase() + title.slice(1);
}

/**
 * Titles sections with the words that are most characteristic of each among all. Every word of a title occurs in its
 * section. A section without content words gets ''.
 */
export function* titleSections(sections: readonly (readonly TitleText[])[]): Steps<readonly string[]> {
  const termCache: TermCache = new Map();
  const phrasesBySection: ReadonlyMap<string, Phrase>[] = [];
  for (const texts of sections) phrasesBySection.push(yield* countPhrases(texts, termCache));
  const holders = new Map<string, number>();
  for (const phrases of phrasesBySection)
    for (const { terms } of phrases.values())
      if (terms.length === 1) for (const term of terms) holders.set(term, (holders.get(term) ?? 0) + 1);
  // Zero for a word of all sections, unless there is only one.
  const rarityOf = (term: string) => Math.log((sections.length + 0.5) / ((holders.get(term) ?? 1) - 0.25));
  return phrasesBySection.map((phrases) => chooseTitle(phrases, rarityOf));
}

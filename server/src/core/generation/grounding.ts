import type { Sentence } from '../language/sentence-splitter.ts';
import { analyse } from '../language/tokenizer.ts';
import { isNegated } from '../query/answer-kinds.ts';

/** Sentences of a video that say what a claim says. */
export interface Support {
  /** In time order, from one source. */
  readonly sentences: readonly Sentence[];
  /** Share of the claim's new words that they contain, 0..1. */
  readonly share: number;
}

/** Maximum number of consecutive sentences that one claim may rest on. */
const MAX_SUPPORT_SENTENCES = 3;
/** Share of the words that a claim adds to the question which its sentences must contain. */
const MIN_NEW_WORD_SHARE = 0.9;
/** Numbers in digits: "12", "4.2", "1:30". A full stop or comma at the end belongs to the sentence. */
const NUMBER = /\d+(?:[.,:]\d+)*/g;
/** A capitalised word that does not begin the claim. */
const NAME = /(?<=[\p{L}\p{N},;]["'’”)]*\s+["'‘“(]*)\p{Lu}[\p{L}\p{M}’'-]+/gu;
const CAPITALISES_NOUNS = /^(?:de|lb|nds)\b/;

const toTerms = (text: string, language: string | undefined): ReadonlySet<string> =>
  new Set(analyse(text, language).split(' ').filter(Boolean));

const toComparable = (text: string): string =>
  ` ${text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()} `;

/** Returns the names in a text: capitalised words that do not begin it. German capitalises all nouns. */
const findNames = (text: string, language: string): readonly string[] =>
  CAPITALISES_NOUNS.test(language) ? [] : (text.match(NAME) ?? []).map(toComparable);

/** Returns whether nothing is invented: each number of a claim occurs in the text or the question, each name in the text. */
function hasDetails({ text: claim, question, language }: AnalysedClaim, text: string): boolean {
  const comparableText = toComparable(text);
  const comparableClaim = toComparable(claim);
  const numbers = (claim.match(NUMBER) ?? []).map(toComparable);
  const numberSource = `${comparableText}${toComparable(question)}`;
  if (!numbers.every((number) => numberSource.includes(number))) return false;
  const namesOfQuestion = findNames(question, language).filter((name) => comparableClaim.includes(name));
  return [...findNames(claim, language), ...namesOfQuestion].every((name) => comparableText.includes(name));
}

function computeShare(terms: readonly string[], known: ReadonlySet<string>): number {
  return terms.length === 0 ? 0 : terms.filter((term) => known.has(term)).length / terms.length;
}

/** A claim with what its support is measured by. */
interface AnalysedClaim {
  readonly text: string;
  readonly question: string;
  readonly language: string;
  readonly terms: readonly string[];
  /** Terms that the question does not have. */
  readonly newTerms: readonly string[];
  readonly questionTerms: ReadonlySet<string>;
}

/** Returns the share of a claim's new words that a window contains; 0 if it does not support the claim. */
function measureSupport(analysed: AnalysedClaim, window: readonly Sentence[]): number {
  const { text: claim, language, terms: claimTerms, newTerms, questionTerms } = analysed;
  const text = window.map(({ text: spoken }) => spoken).join(' ');
  const terms = toTerms(text, window[0]?.language ?? language);
  const isAboutQuestion = [...questionTerms].some((term) => terms.has(term));
  const speakers = window.map(({ speaker = '' }) => speaker).join(' ');
  if (!isAboutQuestion || !hasDetails(analysed, `${text} ${speakers}`)) return 0;
  // What is denied is the sentence that says most of the claim.
  const overlaps = window.map((sentence) =>
    computeShare(claimTerms, toTerms(sentence.text, sentence.language ?? language)),
  );
  const closest = window[overlaps.indexOf(Math.max(...overlaps))];
  if (closest && isNegated(claim) !== isNegated(closest.text)) return 0;
  if (newTerms.length === 0) return toComparable(text).includes(toComparable(claim)) ? 1 : 0;
  const share = computeShare(newTerms, terms);
  return share >= MIN_NEW_WORD_SHARE ? share : 0;
}

/**
 * Finds the sentences that support a claim: they contain its numbers, its names and nearly all words that it adds to the
 * question, they deny what it denies, and they share a word with the question. A claim that adds no word must stand in
 * them word for word, and not in the question. Returns undefined if no sentences do. `sentences` are in time order.
 */
export function findSupport(
  claim: string,
  question: string,
  sentences: readonly Sentence[],
  language: string,
): Support | undefined {
  const questionTerms = toTerms(question, language);
  const terms = [...toTerms(claim, language)];
  const newTerms = terms.filter((term) => !questionTerms.has(term));
  if (terms.length === 0 || toComparable(question).includes(toComparable(claim))) return undefined;
  const analysed: AnalysedClaim = { text: claim, question, language, terms, newTerms, questionTerms };
  let best: Support | undefined;
  for (let count = 1; count <= MAX_SUPPORT_SENTENCES; count += 1) {
    for (let from = 0; from + count <= sentences.length; from += 1) {
      const window = sentences.slice(from, from + count);
      if (window.some(({ source }) => source !== window[0]?.source)) continue;
      const share = measureSupport(analysed, window);
      // The shortest window wins, because it is tried first.
      if (share > (best?.share ?? 0)) best = { sentences: window, share };
    }
  }
  return best;
}

/** Number of words in a row that make a copy of an instruction. */
const COPIED_WORDS = 5;
/** What stands in prompts around the evidence, and never in an answer. */
const PROMPT_MARKS =
  /\bevidence\s*\[?\d|^\W*(?:evidence|transcript|question|answer)\W*$|^\W*(?:transcript|question)\s*:|["”] from \d+:\d\d to \d+:\d\d/i;

/** Returns whether a sentence copies the prompt: its headers, its instructions, or the question itself. */
export function isPromptCopy(sentence: string, question: string, instructions: string): boolean {
  if (PROMPT_MARKS.test(sentence)) return true;
  const comparable = toComparable(sentence);
  if (comparable.trim() === toComparable(question).trim()) return true;
  const words = comparable.trim().split(' ');
  const comparableInstructions = toComparable(instructions);
  return words.some(
    (_, i) =>
      i + COPIED_WORDS <= words.length &&
      comparableInstructions.includes(` ${words.slice(i, i + COPIED_WORDS).join(' ')} `),
  );
}

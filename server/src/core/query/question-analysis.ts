import { splitCompound, writesCompounds } from '../language/compound-splitter.ts';
import { findNumberForms } from '../language/number-forms.ts';
import { findSpellingVariants, joinHyphenated } from '../language/spelling-variants.ts';
import { DEFAULT_LANGUAGE, guessLanguage, stem } from '../language/stemmer.ts';
import { isWeakWord, rankLanguagesByFunctionWords, stripQuestionPhrases } from '../language/stop-words.ts';
import { foldAccents, tokenize } from '../language/tokenizer.ts';
import { findVerbForms } from '../language/verb-forms.ts';

/** One thing that is asked for, in every form that the index may hold it. */
export interface Concept {
  /** As typed: lower-case, with accents. */
  readonly plain: string;
  /** One term for each analyser that gives another; the likeliest language first. */
  readonly terms: readonly string[];
  /** Terms of a compound's parts: all of them stand for the whole. */
  readonly parts: readonly string[];
  /** A word of questions rather than of answers. */
  readonly weak: boolean;
  /** What was typed, where another word is looked for in its place. */
  readonly typed?: string;
  /** Share of a word that it stands for, 0..1: less than 1 for a pair of characters of a longer Chinese word. */
  readonly share?: number;
}

/** What is asked, analysed. */
export interface Question {
  /** As typed. */
  readonly text: string;
  readonly language: string;
  /** Each thing once. */
  readonly concepts: readonly Concept[];
  /** Indexes into `concepts` in the order of the words. */
  readonly order: readonly number[];
  /** Concepts that hits are measured by: the ones that are not weak, all where every one is. */
  readonly strong: readonly number[];
  /** What the full-text index is asked, separated by spaces. */
  readonly terms: string;
}

/** Words of a question beyond this are not looked for: every pair of them is a feature. */
const MAX_QUESTION_WORDS = 64;

/** A question is a few words, so it is guessed among the languages that the index holds. */
function detectLanguage(text: string, languages: readonly string[]): string {
  const script = guessLanguage(text);
  if (script && ['ja', 'ko', 'zh', 'th'].includes(script)) return script;
  const words = text.toLowerCase().match(/[\p{L}\p{M}']+/gu) ?? [];
  return (
    rankLanguagesByFunctionWords(words, languages)[0] ??
    guessLanguage(text, languages) ??
    languages[0] ??
    DEFAULT_LANGUAGE
  );
}

/**
 * Analyses a question for an index that holds texts of `languages` (base form). A question does not know the
 * language of the answer: each word is stemmed for every one of them. `corrections` puts other words in the place of
 * typed ones (`Concept.plain`).
 */
export function analyseQuestion(
  text: string,
  languages: readonly string[],
  corrections: ReadonlyMap<string, string> = new Map(),
): Question {
  const indexLanguages = languages.length > 0 ? languages : [DEFAULT_LANGUAGE];
  const language = detectLanguage(text, indexLanguages);
  const analysers = [language, ...indexLanguages.filter((other) => other !== language)];
  const concepts: Concept[] = [];
  const ids = new Map<string, number>();
  const order: number[] = [];
  const contentTokens = tokenize(stripQuestionPhrases(text, language), language).words;
  const tokens = contentTokens.length > 0 ? contentTokens : tokenize(text, language).words;
  const joinedWords = new Map(joinHyphenated(text).map(({ first, joined }) => [first, joined]));
  for (const token of tokens.slice(0, MAX_QUESTION_WORDS)) {
    const correctedTerm = corrections.get(token.plain);
    const plainTerm = correctedTerm ?? token.plain;
    const term = correctedTerm ? foldAccents(stem(correctedTerm, language)) : token.term;
    let id = ids.get(term);
    if (id === undefined) {
      id = concepts.length;
      const joined = joinedWords.get(token.plain);
      const spellings = joined === undefined ? [plainTerm] : [plainTerm, joined];
      ids.set(term, id);
      concepts.push({
        plain: plainTerm,
        terms: [
          ...new Set([
            term,
            ...analysers.flatMap((analyser) => spellings.flatMap((word) => findTerms(word, analyser))),
          ]),
        ],
        parts: findCompoundParts(plainTerm, analysers),
        weak: contentTokens.length === 0 || token.crossesWords === true || isWeakWord(plainTerm, language),
        ...(correctedTerm && { typed: token.plain }),
        ...(token.share !== undefined && token.share < 1 && { share: token.share }),
      });
    }
    order.push(id);
  }
  const allConcepts = concepts.map((_, id) => id);
  const strongConcepts = allConcepts.filter((id) => !concepts[id]?.weak);
  const measuredConcepts = strongConcepts.length > 0 ? strongConcepts : allConcepts;
  const terms = measuredConcepts.flatMap((id) => [
    ...(concepts[id]?.terms ?? []),
    ...(concepts[id]?.parts ?? []),
  ]);
  return { text, language, concepts, order, strong: measuredConcepts, terms: [...new Set(terms)].join(' ') };
}

/** Returns the terms that stand for a word of a question in texts of a language. */
function findTerms(plain: string, language: string): readonly string[] {
  const words = [
    plain,
    ...findVerbForms(plain, language),
    ...findSpellingVariants(plain, language),
    ...findNumberForms(plain, language),
  ];
  return words.map((word) => foldAccents(stem(word, language)));
}

function findCompoundParts(plainTerm: string, analysers: readonly string[]): readonly string[] {
  for (const language of analysers.filter(writesCompounds)) {
    const parts = splitCompound(plainTerm, language, () => false);
    if (parts.length > 0) return parts.map((part) => foldAccents(stem(part, language)));
  }
  return [];
}

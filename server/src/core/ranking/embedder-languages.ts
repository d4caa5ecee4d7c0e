import type { Line } from '../domain/description.ts';
import { cosineSimilarity } from '../domain/vector.ts';
import { baseLanguage, guessLanguage } from '../language/stemmer.ts';
import { LANGUAGE_PAIRS } from './language-pairs.ts';
import { calibrateSimilarity } from './similarity-calibration.ts';

/** Languages that a text embedder understands, by ISO 639-1 code. */
export type EmbedderLanguages = ReadonlySet<string> | 'all';

/** Share of questions whose own answer must be the nearest of all answers in their language. */
const MIN_RIGHT_SHARE = 0.8;
/** A model that understands this share of the measured languages understands the others too. */
const MIN_MULTILINGUAL_SHARE = 0.7;

/** Returns whether the vectors of a language's questions lie nearest to their answers, and clearly so. */
function understandsPairs(questions: readonly Float32Array[], answers: readonly Float32Array[]): boolean {
  const rightCount = questions.filter((question, i) => {
    const similarities = answers.map((answer) => cosineSimilarity(question, answer));
    return similarities.indexOf(Math.max(...similarities)) === i;
  }).length;
  return (
    rightCount >= MIN_RIGHT_SHARE * questions.length && calibrateSimilarity(questions, answers) !== undefined
  );
}

/**
 * Returns the languages that a model understands, from the vectors of all questions and answers of
 * LANGUAGE_PAIRS in their order. A model that understands none of them is of another kind, which the pairs
 * cannot judge: it counts as understanding all.
 */
export function measureLanguages(
  questions: readonly Float32Array[],
  answers: readonly Float32Array[],
): EmbedderLanguages {
  const measured = Object.entries(LANGUAGE_PAIRS);
  const understood = new Set<string>();
  let from = 0;
  for (const [language, pairs] of measured) {
    const to = from + pairs.length;
    if (understandsPairs(questions.slice(from, to), answers.slice(from, to))) understood.add(language);
    from = to;
  }
  const isMultilingual = understood.size >= MIN_MULTILINGUAL_SHARE * measured.length;
  return understood.size === 0 || isMultilingual ? 'all' : understood;
}

/** Returns whether a model understands a line. Lines too short to tell their language count as understood. */
export function understandsLine(
  languages: EmbedderLanguages,
  { language, text }: Pick<Line, 'language' | 'text'>,
): boolean {
  if (languages === 'all') return true;
  const known = guessByScript(text) ?? baseLanguage(language) ?? guessLanguage(text);
  return known === undefined || languages.has(known);
}

/** Languages written in a script of their own are certain, whatever a file says. */
function guessByScript(text: string): string | undefined {
  return /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]/u.test(text)
    ? guessLanguage(text)
    : undefined;
}

const OTHER_SCRIPT = /[^\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}]/u;

/**
 * Returns whether a model understands a question. A short question in Latin script is compared with the
 * languages of the index, because nothing else is likely; if it is of none, the model decides.
 */
export function understandsQuestion(
  languages: EmbedderLanguages,
  text: string,
  indexLanguages: readonly string[],
): boolean {
  if (languages === 'all') return true;
  const certain = guessLanguage(text);
  if (certain !== undefined && (certain in LANGUAGE_PAIRS || OTHER_SCRIPT.test(text)))
    return languages.has(certain);
  if (OTHER_SCRIPT.test(text)) return false;
  const likely = [...new Set([...indexLanguages, ...languages])].filter(
    (language) => language in LANGUAGE_PAIRS,
  );
  const guessed = likely.length > 1 ? guessLanguage(text, likely) : likely[0];
  return guessed === undefined || languages.has(guessed);
}

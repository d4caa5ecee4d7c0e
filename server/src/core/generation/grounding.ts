import { isQuestion, type Sentence } from '../language/sentence-splitter.ts';
import { analyse } from '../language/tokenizer.ts';
import { isNegated, takesSubjectFromBefore } from '../query/answer-kinds.ts';

/** Sentences of a video that say what a claim says. */
export interface Support {
  /** In time order, from one source. */
  readonly sentences: readonly Sentence[];
  /** Share of the claim's new words that they contain, 0..1. */
  readonly share: number;
}

/** A term in more sentences of the evidence than this is the topic of the video. */
const MAX_RARE_SENTENCES = 2;
/** Share of the question's words that a passage must contain. */
const MIN_QUESTION_SHARE = 0.5;
/** Share of the second of two sentences that a claim must say. */
const MIN_SECOND_SHARE = 0.5;
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

/**
 * Returns whether nothing is invented: each number of a claim occurs in the text or the question, each name in the text.
 * Who speaks counts as a name only if the question names them: small models take a speaker for who does what is said.
 */
function hasDetails(
  { text: claim, question, language }: Pick<AnalysedClaim, 'text' | 'question' | 'language'>,
  text: string,
  speakers: string,
): boolean {
  const [comparableText, comparableClaim, comparableQuestion] = [text, claim, question].map(toComparable);
  const has = (where: string | undefined, part: string) => where?.includes(part) === true;
  const numbers = (claim.match(NUMBER) ?? []).map(toComparable);
  if (!numbers.every((number) => has(comparableText, number) || has(comparableQuestion, number)))
    return false;
  const namesOfQuestion = findNames(question, language).filter((name) => has(comparableClaim, name));
  const names = [...findNames(claim, language), ...namesOfQuestion];
  return names.every(
    (name) =>
      has(comparableText, name) || (has(comparableQuestion, name) && has(toComparable(speakers), name)),
  );
}

function computeShare(terms: readonly string[], known: ReadonlySet<string>): number {
  return terms.length === 0 ? 0 : terms.filter((term) => known.has(term)).length / terms.length;
}

/** A claim with what its support is measured by. */
interface AnalysedClaim {
  readonly text: string;
  readonly question: string;
  readonly language: string;
  /** Terms that the question does not have. */
  readonly newTerms: readonly string[];
  /** Terms that the question has. */
  readonly sharedTerms: readonly string[];
  readonly questionTerms: ReadonlySet<string>;
}

/**
 * Returns the share of a claim's new words that a passage contains; 0 if it does not support the claim. What the claim
 * takes from the question must be there too, if another sentence has it: otherwise the passage is about something else.
 * Words that run through the video say nothing about that.
 */
function measureSupport(
  analysed: AnalysedClaim,
  passage: readonly Sentence[],
  rareTerms: ReadonlySet<string>,
): number {
  const { text: claim, language, newTerms, sharedTerms, questionTerms } = analysed;
  const text = passage.map(({ text: spoken }) => spoken).join(' ');
  const speakers = passage.map(({ speaker = '' }) => speaker).join(' ');
  const termsBySentence = passage.map((sentence) => toTerms(sentence.text, sentence.language ?? language));
  const terms = new Set(termsBySentence.flatMap((each) => [...each]));
  const spoken = new Set([...terms, ...toTerms(speakers, language)]);
  const isAboutQuestion = computeShare([...questionTerms], spoken) >= MIN_QUESTION_SHARE;
  const isAboutOther = sharedTerms.some((term) => rareTerms.has(term) && !terms.has(term));
  if (!isAboutQuestion || isAboutOther) return 0;
  const lastTerms = termsBySentence.at(-1) ?? terms;
  const claimTerms = new Set([...newTerms, ...sharedTerms]);
  // Two sentences are no stock of words: the claim says most of the second, and takes only its subject from the first.
  const isMixture = passage.length > 1 && computeShare([...lastTerms], claimTerms) < MIN_SECOND_SHARE;
  if (isMixture || !hasDetails(analysed, text, speakers)) return 0;
  const isReply = passage[0] !== undefined && isQuestion(passage[0]);
  const share = computeShare(newTerms, isReply ? terms : lastTerms);
  // What is denied is the sentence that says most of the claim.
  const overlaps = termsBySentence.map((each) => computeShare([...claimTerms], each));
  const closest = passage[overlaps.indexOf(Math.max(...overlaps))];
  if (closest && isNegated(claim) !== isNegated(closest.text)) return 0;
  if (newTerms.length === 0) return toComparable(text).includes(toComparable(claim)) ? 1 : 0;
  return share >= MIN_NEW_WORD_SHARE ? share : 0;
}

/** Returns the terms that few sentences contain. */
function findRareTerms(sentences: readonly Sentence[], language: string): ReadonlySet<string> {
  const counts = new Map<string, number>();
  for (const { text, language: spoken } of sentences)
    for (const term of toTerms(text, spoken ?? language)) counts.set(term, (counts.get(term) ?? 0) + 1);
  return new Set([...counts].filter(([, count]) => count <= MAX_RARE_SENTENCES).map(([term]) => term));
}

/**
 * Returns each sentence alone, and with the sentence before if that says what it is about: it begins with a pronoun, or it
 * replies to a question. Sentences about different things never support one claim together.
 */
function toPassages(sentences: readonly Sentence[]): readonly (readonly Sentence[])[] {
  const isContinued = (sentence: Sentence, before: Sentence) =>
    before.source === sentence.source && (takesSubjectFromBefore(sentence.text) || isQuestion(before));
  // A question alone says nothing.
  const statements = sentences.filter((sentence) => !isQuestion(sentence));
  const alone = statements.map((sentence): readonly Sentence[] => [sentence]);
  const continued = sentences.flatMap((sentence, i): readonly (readonly Sentence[])[] => {
    const before = sentences[i - 1];
    return before && isContinued(sentence, before) ? [[before, sentence]] : [];
  });
  return [...alone, ...continued];
}

/**
 * Finds the sentences that support a claim: they contain its numbers, its names and nearly all words that it adds to the
 * question, they deny what it denies, and they are about what the question is about. A claim that adds no word must stand
 * in them word for word, and not in the question. Returns undefined if no sentences do. `sentences` are in time order.
 */
export function findSupport(
  claim: string,
  question: string,
  sentences: readonly Sentence[],
  language: string,
): Support | undefined {
  const questionTerms = toTerms(question, language);
  const terms = [...toTerms(claim, language)];
  if (terms.length === 0 || toComparable(question).includes(toComparable(claim))) return undefined;
  const [newTerms, sharedTerms] = [false, true].map((isShared) =>
    terms.filter((term) => questionTerms.has(term) === isShared),
  );
  const analysed: AnalysedClaim = {
    text: claim,
    question,
    language,
    newTerms: newTerms ?? [],
    sharedTerms: sharedTerms ?? [],
    questionTerms,
  };
  const rareTerms = findRareTerms(sentences, language);
  let best: Support | undefined;
  for (const passage of toPassages(sentences)) {
    const share = measureSupport(analysed, passage, rareTerms);
    // The shortest passage wins, because it is tried first.
    if (share > (best?.share ?? 0)) best = { sentences: passage, share };
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

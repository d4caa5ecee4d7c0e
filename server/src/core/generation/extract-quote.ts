import type { Line } from '../domain/description.ts';
import { overlapMs, type TimeRange } from '../domain/time-range.ts';
import { isQuestion, type Sentence, splitSentences } from '../language/sentence-splitter.ts';
import { analyse } from '../language/tokenizer.ts';
import { countsThing } from '../query/amount-questions.ts';
import {
  asksYesOrNo,
  beginsAsConsequence,
  beginsAsReply,
  findAnswerKind,
  isNegated,
  isRequired,
  reportsQuestion,
  statesAnswerKind,
  takesSubjectFromBefore,
} from '../query/answer-kinds.ts';
import { findCounted } from '../query/counted-noun.ts';
import type { Question } from '../query/question-analysis.ts';
import { capToMaxHit, MAX_HIT_MS } from '../ranking/best-span.ts';
import { TITLE_SOURCE } from '../ranking/build-outline.ts';
import { matchesConcept } from '../ranking/concept-match.ts';
import { toIdf } from '../ranking/term-rarity.ts';
import { rankSentences, type SentenceGain } from './rank-sentences.ts';
import { listTerms, termsOf } from './sentence-terms.ts';

/** Minimum number of words of a standalone quote; a shorter one is quoted with the next sentence. */
const MIN_QUOTE_WORDS = 4;
/** Minimum share of a question that a quote holds with the sentences beside it. */
const MIN_QUOTE_COVERAGE = 0.3;
/** Minimum share of the best sentence's gain for one that holds what is asked for to be preferred to it. */
const MIN_STATING_SHARE = 0.5;
/** Maximum number of characters quoted from a screen. */
const MAX_SCREEN_QUOTE_CHARS = 200;

/** In a transcript without punctuation, a sentence may go on in the next line. */
const ENDS_SENTENCE = /[.!?…。！？]["'”’」)]*$/;

/** Separates the lines of a screen. */
const SCREEN_LINE_SEPARATOR = ' · ';

/** Returns the sentence, with the next one of its source if both fit and the speaker continues or replies. */
function withNextSentence(sentence: Sentence, next: Sentence | undefined): readonly Sentence[] {
  if (!next || next.endMs - sentence.startMs > MAX_HIT_MS) return [sentence];
  const isAsked = isQuestion(sentence) || reportsQuestion(sentence.text);
  const goesOn = next.speaker === sentence.speaker || isAsked || beginsAsReply(next.text);
  return goesOn ? [sentence, next] : [sentence];
}

/** Maximum number of sentences between what a question asks about and the reason that somebody asks for. */
const MAX_SENTENCES_TO_REASON = 4;

/** Returns the sentences from one to the reason that it is asked for next: "They died." "Why?" "Because ...". */
function withReasonAskedFor(sentence: Sentence, later: readonly Sentence[]): readonly Sentence[] | undefined {
  const near = later.slice(0, MAX_SENTENCES_TO_REASON);
  const reasonAt = near.findIndex(({ text }) => statesAnswerKind('reason', text));
  const reason = near[reasonAt];
  const between = near.slice(0, Math.max(0, reasonAt));
  if (!reason || !between.some(isQuestion) || reason.endMs - sentence.startMs > MAX_HIT_MS) return undefined;
  return [sentence, ...between, reason];
}

/** Extends a line on screen to its whole slide, or, if that is too long, to the lines that follow. */
function quoteScreen(line: Sentence, all: readonly Sentence[]): Sentence {
  const overlappingLines = all.filter(
    (other) => other.kind === 'screenText' && other.source === line.source && overlapMs(other, line) > 0,
  );
  const slideTexts = overlappingLines
    .filter(({ startMs }) => startMs === line.startMs)
    .map(({ text }) => text);
  const cappedLine = capToMaxHit(line);
  const slideText = slideTexts.join(SCREEN_LINE_SEPARATOR);
  if (slideText.length <= MAX_SCREEN_QUOTE_CHARS) return { ...cappedLine, text: slideText };
  let text = line.text;
  for (const nextLine of overlappingLines.slice(overlappingLines.indexOf(line) + 1)) {
    if (text.length + nextLine.text.length > MAX_SCREEN_QUOTE_CHARS) break;
    text += SCREEN_LINE_SEPARATOR + nextLine.text;
  }
  return { ...cappedLine, text };
}

/** A quote, and how well it answers: the larger, the better. */
export interface RankedQuote {
  readonly sentences: readonly Sentence[];
  readonly gain: number;
  /** True if it holds the kind of thing that is asked for, such as a length of time. */
  readonly isAnswer: boolean;
}

/** Returns the sentences of `rankQuote`; [] if nothing matches. */
export function extractQuote(
  question: Question,
  lines: readonly Line[],
  hit: TimeRange,
): readonly Sentence[] {
  return rankQuote(question, lines, hit)?.sentences ?? [];
}

/**
 * Finds the sentence around a hit that answers best: the one with most of the question's words, preferably a statement,
 * and one of the kind that is asked for. A question is quoted with the next sentence, and so is a fragment, and a sentence
 * without the length of time, number or rate that is asked for if the next one has it. Chapters are used only if
 * nothing else matches. Undefined if nothing matches. Quotes last at most 30 s.
 */
export function rankQuote(
  question: Question,
  lines: readonly Line[],
  hit: TimeRange,
): RankedQuote | undefined {
  const words = lines.filter(({ kind }) => kind !== 'frame');
  const contentLines = words.filter(({ kind }) => kind !== 'facts' && kind !== 'title');
  // Facts answer only who searches for facts alone; the name of a video answers nothing.
  const isFactSearch = words.every(({ kind }) => kind === 'facts');
  const otherLines = words.filter(
    ({ kind, source }) => source !== TITLE_SOURCE && (isFactSearch || kind !== 'facts'),
  );
  const names = new Set(
    lines
      .filter(({ kind, source }) => kind === 'title' || source === TITLE_SOURCE)
      .flatMap(({ text, language }) => analyse(text, language).split(' ')),
  );
  return (
    findBestQuote(question, splitSentences(contentLines), hit, names) ??
    findBestQuote(question, splitSentences(otherLines), hit, names)
  );
}

/**
 * Returns how much of a question a sentence holds with the ones beside it, 0..1: each word counts by the square of its rarity
 * among all sentences. Words that only a name of the video holds do not count.
 */
function coverQuestion(
  question: Question,
  all: readonly Sentence[],
  { at }: SentenceGain,
  names: ReadonlySet<string>,
): number {
  const terms = all.map((sentence) => {
    const speaker = sentence.speaker ? analyse(sentence.speaker, sentence.language).split(' ') : [];
    return new Set([...listTerms(sentence), ...speaker]);
  });
  const near = terms.slice(Math.max(0, at - 1), at + 2);
  let [covered, total] = [0, 0];
  for (const id of question.strong) {
    const count = terms.filter((set) => matchesConcept(question, id, set)).length;
    if (count === 0 && matchesConcept(question, id, names)) continue;
    const weight = toIdf(count, terms.length) ** 2;
    total += weight;
    if (near.some((set) => matchesConcept(question, id, set))) covered += weight;
  }
  return total === 0 ? 1 : covered / total;
}

/** Returns whether a word of a sentence is one of some concepts. */
function isOneOf(question: Question, ids: readonly number[], word: string, { language }: Sentence): boolean {
  const terms = new Set(analyse(word, language).split(' '));
  return ids.some((id) => matchesConcept(question, id, terms));
}

/** Returns whether a concept stands in a sentence or in the one before. */
function isNear(question: Question, id: number, all: readonly Sentence[], at: number): boolean {
  return all
    .slice(Math.max(0, at - 1), at + 1)
    .some((sentence) => matchesConcept(question, id, termsOf(sentence)));
}

/**
 * Returns whether a statement right after a sentence is a part of the answer: it says yes or no, or holds a word of the
 * question that the sentence lacks.
 */
function completesAnswer(question: Question, sentence: Sentence, next: Sentence): boolean {
  if (isQuestion(next)) return false;
  if (
    asksYesOrNo(question.text) &&
    !isNegated(sentence.text) &&
    (beginsAsReply(next.text) || isNegated(next.text))
  )
    return true;
  const [said, added] = [termsOf(sentence), termsOf(next)];
  return question.strong.some(
    (id) => !matchesConcept(question, id, said) && matchesConcept(question, id, added),
  );
}

function findBestQuote(
  question: Question,
  all: readonly Sentence[],
  hit: TimeRange,
  names: ReadonlySet<string>,
): RankedQuote | undefined {
  const kind = findAnswerKind(question.text);
  const ranked = rankSentences(question, all, hit, kind);
  const [first] = ranked;
  if (!first) return undefined;
  const findLater = ({ at, sentence }: SentenceGain) =>
    all.slice(at + 1).filter(({ source, kind }) => source === sentence.source && kind === sentence.kind);
  const findNext = (candidate: SentenceGain) => findLater(candidate)[0];
  // The date of a lecture may stand on another line of its slide.
  const states = (sentence: Sentence) => {
    const { text } = sentence.kind === 'screenText' ? quoteScreen(sentence, all) : sentence;
    return kind === undefined || statesAnswerKind(kind, text, question.text);
  };
  const counted = kind === 'amount' ? findCounted(question) : [];
  const isCountedIn = ({ at, sentence }: SentenceGain) =>
    counted.length === 0 ||
    (counted.some((id) => isNear(question, id, all, at)) &&
      (isQuestion(sentence) ||
        countsThing(sentence.text, (word) => isOneOf(question, counted, word, sentence))));
  const answers = (candidate: SentenceGain) => {
    if (kind === undefined) return true;
    if (!isCountedIn(candidate)) return false;
    const isAsked = isQuestion(candidate.sentence);
    // Whatever is said to the same question is its answer: "That is being negotiated."
    if (isAsked && findAnswerKind(candidate.sentence.text) === kind) return true;
    if (!isAsked && states(candidate.sentence)) return true;
    const next = findNext(candidate);
    if (!next || isQuestion(next) || !states(next)) return false;
    const isPunctuated = ENDS_SENTENCE.test(candidate.sentence.text);
    const goesOn =
      next.speaker === candidate.sentence.speaker && (!isPunctuated || takesSubjectFromBefore(next.text));
    return isAsked || goesOn || !isRequired(kind);
  };
  const best =
    ranked.find((candidate) => candidate.gain >= MIN_STATING_SHARE * first.gain && answers(candidate)) ??
    first;
  const { sentence, gain } = best;
  const isAnswer = answers(best) && coverQuestion(question, all, best, names) >= MIN_QUOTE_COVERAGE;
  if (sentence.kind === 'screenText') return { sentences: [quoteScreen(sentence, all)], gain, isAnswer };
  const next = findNext(best);
  const words = listTerms(sentence).length;
  const cappedSentence = capToMaxHit(sentence);
  const before = all
    .slice(0, best.at)
    .findLast(({ source, kind }) => source === sentence.source && kind === sentence.kind);
  if (kind === 'reason' && before && beginsAsConsequence(sentence.text))
    return { sentences: withNextSentence(capToMaxHit(before), cappedSentence), gain, isAnswer };
  const reason =
    kind === 'reason' && !states(sentence) ? withReasonAskedFor(cappedSentence, findLater(best)) : undefined;
  if (reason) return { sentences: reason, gain, isAnswer: true };
  const nextAnswers = kind !== undefined && next !== undefined && !states(sentence);
  const isPart =
    isQuestion(sentence) ||
    words < MIN_QUOTE_WORDS ||
    (next !== undefined && completesAnswer(question, sentence, next)) ||
    (nextAnswers && (kind === 'reason' || states(next)));
  return {
    sentences: isPart ? withNextSentence(cappedSentence, next) : [cappedSentence],
    gain,
    isAnswer,
  };
}

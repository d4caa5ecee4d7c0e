import type { Line } from '../domain/description.ts';
import { overlapMs, type TimeRange } from '../domain/time-range.ts';
import { isQuestion, type Sentence, splitSentences } from '../language/sentence-splitter.ts';
import { analyse } from '../language/tokenizer.ts';
import {
  type AnswerKind,
  asksForDefinition,
  asksForWords,
  asksYesOrNo,
  beginsAsConsequence,
  beginsAsReply,
  definesWord,
  findAnswerKind,
  isNegated,
  isRequired,
  statesAnswerKind,
  takesSubjectFromBefore,
} from '../query/answer-kinds.ts';
import type { Question } from '../query/question-analysis.ts';
import { findNamedSpeakers } from '../ranking/asked-speakers.ts';
import { capToMaxHit, MAX_HIT_MS } from '../ranking/best-span.ts';
import { TITLE_SOURCE } from '../ranking/build-outline.ts';
import { matchesConcept } from '../ranking/concept-match.ts';
import { toComparableText } from '../ranking/query-filter.ts';

/** Minimum number of words of a standalone quote; a shorter one is quoted with the next sentence. */
const MIN_QUOTE_WORDS = 4;
/** Reduces the gain of a sentence outside the hit, and of a question. */
const OUTSIDE_HIT_FACTOR = 0.8;
const QUESTION_FACTOR = 0.8;
const PAIR_GAIN = 0.5;
/** Weights of a stop word, and of a word that matches only the speaker: everything they say matches it. */
const WEAK_WORD_WEIGHT = 0.2;
const SPEAKER_WORD_WEIGHT = 0.3;
/** Maximum weight a word loses if every sentence contains it. */
const COMMON_WORD_PENALTY = 0.5;
/**
 * Gain per pair of adjacent words, including stop words, that the question contains too: "how long", "does
 * it".
 */
const ECHO_GAIN = 0.25;
const MAX_ECHOES = 3;
/**
 * Gain of what the question asks for. A length of time is asked for by "how long" alone; a number may be any number.
 * This and the gains below were chosen on the answer table (test/golden/answers), not on other transcripts.
 */
const KIND_GAIN: Readonly<Record<AnswerKind, number>> = {
  duration: 1.5,
  frequency: 0.5,
  price: 0.5,
  date: 0.3,
  amount: 0.3,
  colour: 0.5,
  place: 0.3,
  reason: 0.8,
  comparison: 0.5,
  negation: 0.6,
};
/** Minimum share of the best sentence's gain for one that holds what is asked for to be preferred to it. */
const MIN_STATING_SHARE = 0.5;
/** Gain of a reply ("Yes, but ...") or of its question, and of a negated sentence, if yes or no is asked for. */
const REPLY_GAIN = 0.6;
const YES_OR_NO_NEGATION_GAIN = 0.3;
/** Gain of a sentence that says what a thing is, if that is asked. */
const DEFINITION_GAIN = 0.5;
/** Number of sentences before theirs whose topic the people take up whose words are asked for. */
const MAX_SENTENCES_TAKEN_UP = 2;
/** Weight of a word that stands in the sentence before, if a pronoun takes it on: "Then it rests". */
const CARRIED_WORD_WEIGHT = 0.5;
/** Maximum number of characters quoted from a screen. */
const MAX_SCREEN_QUOTE_CHARS = 200;

/** Separates the lines of a screen. */
const SCREEN_LINE_SEPARATOR = ' · ';

interface SentenceGain {
  readonly sentence: Sentence;
  readonly at: number;
  readonly gain: number;
}

function countEchoes(question: Question, text: string): number {
  const questionText = ` ${toComparableText(question.text)} `;
  const words = toComparableText(text).split(' ');
  return words.filter((word, i) => i > 0 && questionText.includes(` ${words[i - 1]} ${word} `)).length;
}

/** Holds the terms of a sentence and of its speaker, so that "what did Ben agree on" finds Ben's "agreed". */
interface AnalysedSentence {
  readonly sentence: Sentence;
  readonly ordered: readonly string[];
  readonly said: ReadonlySet<string>;
  readonly speaker: ReadonlySet<string>;
  /** Terms of the sentence before, if a pronoun takes its subject on. */
  readonly carried: ReadonlySet<string>;
}

const NO_TERMS: ReadonlySet<string> = new Set();

/**
 * Analyses sentences in time order. The people whose words are asked for take up the topic of the one or two sentences
 * before theirs: "I am glad about it." A reply takes up what the question before it is about, and a question counts as
 * said to the person who replies.
 */
function analyseSentences(
  sentences: readonly Sentence[],
  asked: ReadonlySet<string>,
): readonly AnalysedSentence[] {
  const analysed: AnalysedSentence[] = [];
  for (const sentence of sentences) {
    const earlier = analysed.filter(
      ({ sentence: { source, kind } }) => source === sentence.source && kind === sentence.kind,
    );
    const before = earlier.at(-1);
    const carries = before && (takesSubjectFromBefore(sentence.text) || isReply(before.sentence, sentence));
    const carried = asked.has(sentence.speaker ?? '')
      ? termsTakenUp(earlier.slice(-MAX_SENTENCES_TAKEN_UP))
      : carries
        ? new Set([...before.said, ...before.carried])
        : NO_TERMS;
    const replier = isQuestion(sentence) ? sentences[analysed.length + 1]?.speaker : undefined;
    analysed.push({ ...analyseSentence(sentence, replier ?? sentence.speaker), carried });
  }
  return analysed;
}

/** Returns whether somebody else speaks after a question. */
function isReply(question: Sentence, sentence: Sentence): boolean {
  return isQuestion(question) && question.speaker !== sentence.speaker;
}

/** Returns the terms of sentences in time order, without those before a question: it opens another topic. */
function termsTakenUp(earlier: readonly AnalysedSentence[]): ReadonlySet<string> {
  const from = earlier.findLastIndex(({ sentence }) => isQuestion(sentence));
  return new Set(earlier.slice(Math.max(0, from)).flatMap(({ said }) => [...said]));
}

function analyseSentence(sentence: Sentence, speakerName = ''): Omit<AnalysedSentence, 'carried'> {
  const sentenceTerms = analyse(sentence.text, sentence.language).split(' ');
  const speaker = analyse(speakerName, sentence.language).split(' ');
  return {
    sentence,
    ordered: [...speaker, ...sentenceTerms],
    said: new Set(sentenceTerms),
    speaker: new Set(speaker),
  };
}

/** Returns the weight of each word of the question; words that many sentences contain weigh less. */
function computeWeights(question: Question, all: readonly AnalysedSentence[]): readonly number[] {
  return question.concepts.map(({ weak }, id) => {
    const share =
      all.filter(({ said }) => matchesConcept(question, id, said)).length / Math.max(1, all.length);
    return (weak ? WEAK_WORD_WEIGHT : 1) * (1 - COMMON_WORD_PENALTY * share);
  });
}

/** `statement`: the sentence, or the reply to one that is a question. */
function computeGain(
  question: Question,
  { sentence, ordered, said, speaker, carried }: AnalysedSentence,
  weights: readonly number[],
  kind: AnswerKind | undefined,
  statement: string,
): number {
  const gain = weights.reduce((sum, weight, id) => {
    if (matchesConcept(question, id, said)) return sum + weight;
    if (matchesConcept(question, id, carried)) return sum + weight * CARRIED_WORD_WEIGHT;
    return sum + (matchesConcept(question, id, speaker) ? weight * SPEAKER_WORD_WEIGHT : 0);
  }, 0);
  const conceptIds = ordered.map((term) => question.concepts.findIndex(({ terms }) => terms.includes(term)));
  const pairs = conceptIds.filter(
    (id, i) =>
      id >= 0 && question.order.some((a, o) => a === id && question.order[o + 1] === conceptIds[i + 1]),
  );
  if (gain === 0) return 0;
  const kindGain = kind && statesAnswerKind(kind, statement, question.text) ? KIND_GAIN[kind] : 0;
  const isDefinition =
    asksForDefinition(question.text) &&
    question.strong.some((id) => definesWord(sentence.text, question.concepts[id]?.plain ?? ''));
  const echoGain = ECHO_GAIN * Math.min(MAX_ECHOES, countEchoes(question, sentence.text));
  return (
    gain +
    kindGain +
    (isDefinition ? DEFINITION_GAIN : 0) +
    (asksYesOrNo(question.text) && isNegated(sentence.text) ? YES_OR_NO_NEGATION_GAIN : 0) +
    echoGain +
    PAIR_GAIN * Math.min(2, pairs.length)
  );
}

/** Returns the sentence, with the next one of its source if both fit and the speaker continues or replies. */
function withNextSentence(sentence: Sentence, next: Sentence | undefined): readonly Sentence[] {
  if (!next || next.endMs - sentence.startMs > MAX_HIT_MS) return [sentence];
  return next.speaker === sentence.speaker || isQuestion(sentence) ? [sentence, next] : [sentence];
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
  return (
    findBestQuote(question, splitSentences(contentLines), hit) ??
    findBestQuote(question, splitSentences(otherLines), hit)
  );
}

function findBestQuote(
  question: Question,
  all: readonly Sentence[],
  hit: TimeRange,
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
  const answers = (candidate: SentenceGain) => {
    if (kind === undefined) return true;
    const isAsked = isQuestion(candidate.sentence);
    if (!isAsked && states(candidate.sentence)) return true;
    const next = findNext(candidate);
    if (!next || isQuestion(next) || !states(next)) return false;
    const goesOn = next.speaker === candidate.sentence.speaker && takesSubjectFromBefore(next.text);
    return isAsked || goesOn || !isRequired(kind);
  };
  const best =
    ranked.find((candidate) => candidate.gain >= MIN_STATING_SHARE * first.gain && answers(candidate)) ??
    first;
  const { sentence, gain } = best;
  const isAnswer = answers(best);
  if (sentence.kind === 'screenText') return { sentences: [quoteScreen(sentence, all)], gain, isAnswer };
  const next = findNext(best);
  const words = analyse(sentence.text, sentence.language).split(' ').length;
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
    isQuestion(sentence) || words < MIN_QUOTE_WORDS || (nextAnswers && (kind === 'reason' || states(next)));
  return {
    sentences: isPart ? withNextSentence(cappedSentence, next) : [cappedSentence],
    gain,
    isAnswer,
  };
}

/** Returns sentences that hold something of a question, those that answer best first. */
function rankSentences(
  question: Question,
  all: readonly Sentence[],
  hit: TimeRange,
  kind: AnswerKind | undefined,
): readonly SentenceGain[] {
  const asked = findAskedForWords(question, all);
  const analysedAll = analyseSentences(all, asked.names);
  const weights = computeWeights(question, analysedAll).map((weight, id) => (asked.isName(id) ? 0 : weight));
  const wantsReply = asksYesOrNo(question.text);
  return analysedAll
    .map((analysedSentence, at): SentenceGain => {
      const isAskedPerson =
        asked.names.size === 0 || asked.names.has(analysedSentence.sentence.speaker ?? '');
      if (!isAskedPerson || !asked.isOnTopic(analysedSentence))
        return { sentence: analysedSentence.sentence, at, gain: 0 };
      const { sentence } = analysedSentence;
      const overlapFactor = overlapMs(sentence, hit) > 0 ? 1 : OUTSIDE_HIT_FACTOR;
      // Does not penalise a speaker who asks the same question: the answer follows.
      const isAsked = isQuestion(sentence);
      const questionFactor = isAsked && countEchoes(question, sentence.text) === 0 ? QUESTION_FACTOR : 1;
      const statement = isAsked ? (all[at + 1]?.text ?? '') : sentence.text;
      const ownGain = computeGain(question, analysedSentence, weights, kind, statement);
      const isReply = beginsAsReply(sentence.text) || (isAsked && beginsAsReply(all[at + 1]?.text ?? ''));
      const replyGain = wantsReply && ownGain > 0 && isReply ? REPLY_GAIN : 0;
      return { sentence, at, gain: (ownGain + replyGain) * overlapFactor * questionFactor };
    })
    .filter(({ gain }) => gain > 0)
    .sort((a, b) => b.gain - a.gain || a.at - b.at);
}

/** People whose words a question asks for, and which of its concepts are their names. */
interface AskedPeople {
  readonly names: ReadonlySet<string>;
  isName(conceptId: number): boolean;
  /** Whether a sentence is about what these people are asked about. */
  isOnTopic(sentence: AnalysedSentence): boolean;
}

const NOBODY: AskedPeople = { names: new Set(), isName: () => false, isOnTopic: () => true };

/** Finds the people among the speakers of sentences whose words about something a question asks for. */
function findAskedForWords(question: Question, all: readonly Sentence[]): AskedPeople {
  if (!asksForWords(question.text)) return NOBODY;
  const speakers = new Set(all.flatMap(({ speaker }) => speaker ?? []));
  const names = findNamedSpeakers(question.text, speakers, question.language);
  const nameTerms = new Set([...names].flatMap((name) => analyse(name, question.language).split(' ')));
  const isName = (id: number) => matchesConcept(question, id, nameTerms);
  const topic = question.strong.filter((id) => !isName(id));
  if (names.size === 0 || topic.length === 0) return NOBODY;
  const isOnTopic = ({ said, carried }: AnalysedSentence) =>
    topic.some((id) => matchesConcept(question, id, said) || matchesConcept(question, id, carried));
  return { names, isName, isOnTopic };
}

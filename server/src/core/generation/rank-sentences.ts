import { overlapMs, type TimeRange } from '../domain/time-range.ts';
import { isQuestion, type Sentence } from '../language/sentence-splitter.ts';
import { analyse } from '../language/tokenizer.ts';
import { statesCalendarDay } from '../query/amount-questions.ts';
import {
  type AnswerKind,
  announces,
  asksForDefinition,
  asksForWords,
  asksYesOrNo,
  beginsAsReply,
  definesWord,
  isNegated,
  statesAnswerKind,
  takesSubjectFromBefore,
} from '../query/answer-kinds.ts';
import type { Question } from '../query/question-analysis.ts';
import { findNamedSpeakers } from '../ranking/asked-speakers.ts';
import { matchesConcept } from '../ranking/concept-match.ts';
import { toComparableText } from '../ranking/query-filter.ts';
import { listTerms } from './sentence-terms.ts';

/** Reduces the gain of a sentence outside the hit, and of a question. */
const OUTSIDE_HIT_FACTOR = 0.8;
const QUESTION_FACTOR = 0.8;
const PAIR_GAIN = 0.5;
/** Reduces the gain of a sentence that only says what comes next. */
const ANNOUNCEMENT_FACTOR = 0.5;
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
  name: 0.3,
  person: 0,
  place: 0.3,
  reason: 0.8,
  comparison: 0.5,
  negation: 0.6,
};
/** Further gain of a month, a day of the week or a year: another number may be no date. */
const CALENDAR_DAY_GAIN = 0.3;
/** Gain of a reply ("Yes, but ...") or of its question, and of a negated sentence, if yes or no is asked for. */
const REPLY_GAIN = 0.6;
const YES_OR_NO_NEGATION_GAIN = 0.3;
/** Gain of a sentence that says what a thing is, if that is asked. */
const DEFINITION_GAIN = 0.5;
/** Number of sentences before theirs whose topic the people take up whose words are asked for. */
const MAX_SENTENCES_TAKEN_UP = 2;
/** Weight of a word that stands in the sentence before, if a pronoun takes it on: "Then it rests". */
const CARRIED_WORD_WEIGHT = 0.5;
/** A sentence, its place among the sentences, and how well it answers: the larger, the better. */
export interface SentenceGain {
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
  const sentenceTerms = listTerms(sentence);
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
  const kindGain =
    kind && statesAnswerKind(kind, statement, question.text)
      ? KIND_GAIN[kind] + (kind === 'date' && statesCalendarDay(statement) ? CALENDAR_DAY_GAIN : 0)
      : 0;
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

/** Returns sentences that hold something of a question, those that answer best first. */
export function rankSentences(
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
      const announcementFactor = announces(sentence.text) ? ANNOUNCEMENT_FACTOR : 1;
      const factor = overlapFactor * questionFactor * announcementFactor;
      return { sentence, at, gain: (ownGain + replyGain) * factor };
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

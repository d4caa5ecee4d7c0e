import type { Uri } from '../core/domain/time-range.ts';
import { type RankedQuote, rankQuote } from '../core/generation/extract-quote.ts';
import { orderLines } from '../core/language/lines.ts';
import { type Sentence, splitSentences } from '../core/language/sentence-splitter.ts';
import { findAnswerKind, isRequired } from '../core/query/answer-kinds.ts';
import type { Question } from '../core/query/question-analysis.ts';
import { MIN_ANSWER_SUPPORT, supportScore } from '../core/ranking/answerability.ts';
import { capToMaxHit } from '../core/ranking/best-span.ts';
import type { RankedPlace } from '../search/build-hits.ts';

/** Number of sentences quoted from a semantic match: which of them answers is unknown. */
const MAX_SEMANTIC_SENTENCES = 3;
/** Minimum gain of a sentence from which such a quote begins: that of one word of the question. */
const MIN_WORD_GAIN = 1;

/** Returns the sentences that an answer quotes from a place; [] if it has none. */
export function selectQuote(question: Question, ranked: RankedPlace): readonly Sentence[] {
  return selectRankedQuote(question, ranked)?.sentences ?? [];
}

/**
 * Returns what an answer quotes from a place. Words cannot measure a match by meaning: it comes first if it is the best
 * place, and else after all that words can measure.
 */
function selectRankedQuote(
  question: Question,
  { hit, place }: RankedPlace,
  isBestPlace = true,
): RankedQuote | undefined {
  const { semanticMatch } = place;
  if (semanticMatch?.answerable && supportScore(place) < MIN_ANSWER_SUPPORT) {
    const sentences = splitSentences(orderLines(semanticMatch.span.evidence));
    const quotedText = rankQuote(question, semanticMatch.span.evidence, semanticMatch.span);
    const from =
      quotedText !== undefined && quotedText.gain >= MIN_WORD_GAIN
        ? sentences.findIndex(({ startMs, text }) =>
            quotedText.sentences.some((quoted) => quoted.startMs === startMs && quoted.text === text),
          )
        : 0;
    const quotedSentences = sentences.slice(Math.max(0, from)).slice(0, MAX_SEMANTIC_SENTENCES);
    return {
      sentences: quotedSentences.map(capToMaxHit),
      gain: isBestPlace ? Number.POSITIVE_INFINITY : 0,
      isAnswer: true,
    };
  }
  return rankQuote(question, orderLines([...place.window.lines, ...hit.evidence]), hit);
}

/** A quote of an answer. */
export interface SelectedQuote {
  readonly uri: Uri;
  readonly sentences: readonly Sentence[];
}

/** Minimum share of the best quote's gain that a further quote needs; chosen by hand on the answer table. */
const MIN_FURTHER_GAIN = 0.75;
/** Maximum distance of a further quote from the best one, ms; only one that answers as well may lie elsewhere. */
const MAX_FURTHER_DISTANCE_MS = 120_000;

/** Minimum share of the best gain for a quote that holds what is asked for to come before those that do not. */
const MIN_ANSWER_SHARE = 0.5;

/** Lowers the gain of quotes that lack what is asked for, if one that holds it is about as good. */
function preferAnswers<T extends Pick<RankedQuote, 'gain' | 'isAnswer'>>(quotes: readonly T[]): readonly T[] {
  const maxGain = Math.max(0, ...quotes.map(({ gain }) => gain));
  const hasAnswer = quotes.some(({ gain, isAnswer }) => isAnswer && gain >= MIN_ANSWER_SHARE * maxGain);
  return hasAnswer
    ? quotes.map((quote) => (quote.isAnswer ? quote : { ...quote, gain: quote.gain * MIN_ANSWER_SHARE }))
    : quotes;
}

/**
 * Selects the quotes of places, the one that answers best first. The order of places says where most of the question's
 * words stand; the sentence that answers may stand in the second. Further quotes are shown only near the first in gain and
 * in time: measured on transcripts, the first quote is right in 43 %, a further one in 14 %. [] if a question asks for a
 * length of time, a price, a date or an amount, and no place holds one.
 */
export function selectQuotes(question: Question, places: readonly RankedPlace[]): readonly SelectedQuote[] {
  const kind = findAnswerKind(question.text);
  const bestScore = Math.max(1e-9, places[0]?.hit.score ?? 0);
  const quotes = places.flatMap((ranked, i) => {
    const quote = selectRankedQuote(question, ranked, i === 0);
    if (!quote || quote.sentences.length === 0) return [];
    const share = Math.min(1, ranked.hit.score / bestScore);
    const { sentences, gain, isAnswer } = quote;
    return [{ uri: ranked.hit.uri, sentences, gain: gain * Math.sqrt(share), isAnswer }];
  });
  const answers = kind && isRequired(kind) ? quotes.filter(({ isAnswer }) => isAnswer) : quotes;
  const ranked = preferAnswers(answers).toSorted((a, b) => (a.gain === b.gain ? 0 : b.gain - a.gain));
  const [best] = ranked;
  return ranked.filter((quote) => {
    if (!best || quote.gain >= best.gain) return true;
    const distanceMs = Math.abs((quote.sentences[0]?.startMs ?? 0) - (best.sentences[0]?.startMs ?? 0));
    return (
      quote.gain >= MIN_FURTHER_GAIN * best.gain &&
      quote.uri === best.uri &&
      distanceMs <= MAX_FURTHER_DISTANCE_MS
    );
  });
}

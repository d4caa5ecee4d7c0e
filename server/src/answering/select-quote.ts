import { extractQuote } from '../core/generation/extract-quote.ts';
import { orderLines } from '../core/language/lines.ts';
import { type Sentence, splitSentences } from '../core/language/sentence-splitter.ts';
import type { Question } from '../core/query/question-analysis.ts';
import { MIN_ANSWER_SUPPORT, supportScore } from '../core/ranking/answerability.ts';
import { capToMaxHit } from '../core/ranking/best-span.ts';
import type { RankedPlace } from '../search/build-hits.ts';

/** Number of sentences quoted from a semantic match: which of them answers is unknown. */
const MAX_SEMANTIC_SENTENCES = 3;

/** Returns the sentences that an answer quotes from a place; [] if it has none. */
export function selectQuote(question: Question, { hit, place }: RankedPlace): readonly Sentence[] {
  const { semanticMatch } = place;
  if (semanticMatch?.answerable && supportScore(place) < MIN_ANSWER_SUPPORT) {
    const firstSentences = splitSentences(orderLines(semanticMatch.span.evidence)).slice(
      0,
      MAX_SEMANTIC_SENTENCES,
    );
    return firstSentences.map(capToMaxHit);
  }
  return extractQuote(question, orderLines([...place.window.lines, ...hit.evidence]), hit);
}

import type { Citation } from '../core/domain/search-result.ts';
import { overlapMs } from '../core/domain/time-range.ts';
import { findMentions, type Mention } from '../core/generation/find-mentions.ts';
import { orderLines } from '../core/language/lines.ts';
import type { Sentence } from '../core/language/sentence-splitter.ts';
import type { Question } from '../core/query/question-analysis.ts';
import { capToMaxHit } from '../core/ranking/best-span.ts';
import { isLineInWindow } from '../core/ranking/build-passages.ts';
import type { RankedPlace } from '../search/build-hits.ts';
import type { CatalogueReader } from '../search/catalogue-reader.ts';
import type { TextWriter } from './ask-request.ts';
import { createCitation, formatQuote } from './format-citation.ts';
import { selectQuote } from './select-quote.ts';

/** Maximum number of quotes listed when the question asks for every occurrence. */
export const MAX_LISTED_QUOTES = 50;

/** A quote of a list. */
interface ListedQuote {
  readonly uri: string;
  readonly sentences: readonly Sentence[];
  /** How often the quote contains what is asked for; 1 if it matches in other words. */
  readonly count: number;
}

/**
 * Returns the quotes of a list, those of the best places first: each sentence that contains what is asked for, and for a
 * place without one (its words stand in two sentences, or it matches by meaning) what an answer would quote. With
 * `mentionsOnly` such a place counts only if no sentence contains the words: it mentions nothing.
 */
function findListedQuotes(
  question: Question,
  places: readonly RankedPlace[],
  mentionsOnly: boolean,
): readonly ListedQuote[] {
  const placesByUri = Map.groupBy(places, ({ hit }) => hit.uri);
  // Windows overlap and may cut a sentence, so the lines of a video are joined first.
  const mentionsByUri = new Map(
    [...placesByUri].map(([uri, ofVideo]) => [
      uri,
      findMentions(question, orderLines(ofVideo.flatMap(({ place }) => place.window.lines))),
    ]),
  );
  const skipsOthers = mentionsOnly && [...mentionsByUri.values()].some((mentions) => mentions.length > 0);
  const listed = new Set<Mention>();
  return places.flatMap((ranked) => {
    const { uri } = ranked.hit;
    const mentions = (mentionsByUri.get(uri) ?? []).filter(
      ({ sentence }) => overlapMs(sentence, ranked.place.window) > 0,
    );
    if (mentions.length === 0)
      return skipsOthers ? [] : [{ uri, sentences: selectQuote(question, withoutContext(ranked)), count: 1 }];
    return mentions
      .filter((mention) => !listed.has(mention) && listed.add(mention))
      .map(({ sentence, count }) => ({ uri, sentences: [capToMaxHit(sentence)], count }));
  });
}

/** Leaves out the context lines of a place: they belong to another place, which is listed by itself. */
function withoutContext({ hit, place }: RankedPlace): RankedPlace {
  const { window } = place;
  const lines = window.lines.filter((line) => isLineInWindow(line, window));
  return { hit, place: { ...place, window: { ...window, lines } } };
}

/** Quotes every occurrence of what is asked for, each with its own time, and counts them. */
export function writeListedQuotes(
  catalogue: CatalogueReader,
  question: Question,
  places: readonly RankedPlace[],
  mentionsOnly: boolean,
  out: TextWriter,
): readonly Citation[] {
  const seenQuotes = new Set<string>();
  const quotes = findListedQuotes(question, places, mentionsOnly).filter(({ uri, sentences: [first] }) => {
    const key = `${uri} ${first?.startMs} ${first?.text}`;
    return (
      first !== undefined && catalogue.copy(uri) !== undefined && !seenQuotes.has(key) && seenQuotes.add(key)
    );
  });
  const citations = quotes.slice(0, MAX_LISTED_QUOTES).flatMap(({ uri, sentences }, i) => {
    const copy = catalogue.copy(uri);
    if (!copy) return [];
    out.addLine(formatQuote(sentences, i + 1));
    return [createCitation(catalogue, copy, sentences, i + 1)];
  });
  const matchCount = quotes.reduce((sum, { count }) => sum + count, 0);
  if (citations.length > 0) out.addLine(formatMatchCount(citations.length, quotes.length, matchCount));
  return citations;
}

/** Formats the line below a list. One quote may hold several matches. */
export function formatMatchCount(listedCount: number, quoteCount: number, matchCount = quoteCount): string {
  const inQuotes =
    matchCount > quoteCount ? ` in ${quoteCount} ${quoteCount === 1 ? 'quote' : 'quotes'}` : '';
  if (quoteCount > listedCount) return `Showing the best ${listedCount} of ${matchCount} matches${inQuotes}.`;
  return matchCount === 1 ? '1 match in total.' : `${matchCount} matches in total${inQuotes}.`;
}

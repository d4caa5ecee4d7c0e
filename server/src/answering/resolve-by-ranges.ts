import type { AskedRange } from './ask-request.ts';
import { findRange } from './clips-in-range.ts';
import type { QuestionLookup } from './question-lookup.ts';
import { resolveByWords } from './resolve-by-words.ts';
import type { ResolvedQuestion } from './resolved-question.ts';

/**
 * Resolves a question to the parts of videos that the request names, in their order. The question's words do not decide
 * what is found. Parts without text and files that are not indexed are left out.
 */
export async function resolveByRanges(
  lookup: QuestionLookup,
  question: string,
  ranges: readonly AskedRange[],
): Promise<ResolvedQuestion> {
  const uris = [...new Set(ranges.map(({ uri }) => uri))];
  const byWords = await resolveByWords({ ...lookup, scope: { uris }, k: 1 }, question);
  const places = [];
  for (const { uri, startMs, endMs, kinds } of ranges) {
    const copy = lookup.catalogue.copy(uri);
    const place = copy && (await findRange(lookup, copy, { startMs, endMs }, kinds, lookup.signal));
    if (place) places.push(place);
  }
  return { ...byWords, rankedPlaces: places, grounded: places.length > 0, wholeVideos: [] };
}

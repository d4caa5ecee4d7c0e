import type { Scope } from '../core/domain/search-result.ts';
import { splitSentences } from '../core/language/sentence-splitter.ts';
import { analyse } from '../core/language/tokenizer.ts';
import { analyseQuestion } from '../core/query/question-analysis.ts';
import { asksForNothingElse, stripCountingPhrase } from '../core/query/question-intent.ts';
import { parseTimeConstraints, type TimeConstraints } from '../core/query/temporal-expressions.ts';
import { matchesConcept } from '../core/ranking/concept-match.ts';
import { toComparableText } from '../core/ranking/query-filter.ts';
import type { Store } from '../ports/store.ts';
import type { CatalogueReader } from '../search/catalogue-reader.ts';
import type { Search } from '../search/search.ts';
import { findVideosByName } from './find-videos-by-name.ts';
import { filterByFrequency } from './frequency-filter.ts';
import type { QuestionLookup } from './question-lookup.ts';
import { resolveByNeighbour } from './resolve-by-neighbour.ts';
import { resolveByPart } from './resolve-by-part.ts';
import { resolveByRanges } from './resolve-by-ranges.ts';
import { resolveByWords } from './resolve-by-words.ts';
import type { ResolvedQuestion, ResolveQuestion } from './resolved-question.ts';
import { distinctByContent } from './select-videos.ts';

export interface ResolveQuestionDeps {
  readonly store: Store;
  readonly catalogue: CatalogueReader;
  readonly search: Search;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** IANA time zone, in which "yesterday" begins. */
  readonly zone: string;
}

/**
 * Looks where a question says: on a day of recording, in a part of a video, before or after something else in it.
 *
 * What it says of time counts only if something is found by it, and not if the best place holds those very words: the
 * question is then looked up as it stands. A follow-up is looked up with what it leaves unsaid.
 */
export function createResolveQuestion({ now, zone, ...deps }: ResolveQuestionDeps): ResolveQuestion {
  const resolve = async (lookup: QuestionLookup, originalQuestion: string): Promise<ResolvedQuestion> => {
    const question = stripCountingPhrase(originalQuestion);
    const time = parseTimeConstraints(question, now(), zone);
    const plainResult = await resolveByWords(lookup, question);
    const resolvedQuestion =
      hasTimeConstraint(time) && !matchesLiterally(time, plainResult)
        ? chooseBetter(plainResult, await resolveByTime(lookup, time, plainResult))
        : plainResult;
    return filterByFrequency(originalQuestion, resolvedQuestion);
  };
  return async ({ question, scope, conversation = [], ranges }, k, signal) => {
    const lookup: QuestionLookup = { ...deps, scope, conversation, k, signal };
    if (ranges) return await resolveByRanges(lookup, question, ranges);
    const named = findVideosByName(deps.catalogue, scope, question);
    if (!named) return await resolve(lookup, question);
    const uris = named.videos.map(({ uri }) => uri);
    const found = await resolve({ ...lookup, scope: { ...scope, uris } }, named.question);
    const asksForWhole = !found.grounded && asksForNothingElse(named.question);
    const inNamed = asksForWhole ? { ...found, wholeVideos: distinctByContent(named.videos) } : found;
    if (named.isExplicit || inNamed.grounded || inNamed.wholeVideos.length > 0) return inNamed;
    return chooseBetter(inNamed, await resolve(lookup, question));
  };
}

function hasTimeConstraint({ recorded, part, beside }: TimeConstraints): boolean {
  return recorded !== undefined || part !== undefined || beside !== undefined;
}

/**
 * Returns whether a sentence of the best place holds what was read as words about time, and something else that is asked:
 * the question is then about those words, as in "Which train leaves at 10:30?".
 */
function matchesLiterally(time: TimeConstraints, plainResult: ResolvedQuestion): boolean {
  if (!plainResult.grounded) return false;
  const rest = analyseQuestion(time.question, [plainResult.question.language]);
  const asked = rest.strong.filter((id) => rest.concepts[id]?.weak === false);
  return splitSentences(plainResult.rankedPlaces[0]?.place.evidence ?? []).some(
    ({ text, speaker = '', language }) => {
      const sentenceText = ` ${toComparableText(text)} `;
      if (!time.words.some((words) => sentenceText.includes(` ${toComparableText(words)} `))) return false;
      const terms = new Set(analyse(`${speaker} ${text}`, language).split(' '));
      return asked.some((id) => matchesConcept(rest, id, terms));
    },
  );
}

/** Tries what a question says of time, the narrowest first: beside a place, in a part of a video, on a day. */
async function resolveByTime(
  lookup: QuestionLookup,
  time: TimeConstraints,
  plainResult: ResolvedQuestion,
): Promise<ResolvedQuestion | undefined> {
  const onDays: QuestionLookup = { ...lookup, scope: narrowScope(lookup.scope, time.recorded) };
  return (
    (await resolveByNeighbour(onDays, time, plainResult)) ??
    (await resolveByPart(onDays, time)) ??
    (await resolveByDate(onDays, time))
  );
}

function narrowScope(scope: Scope, recordedRange: TimeConstraints['recorded']): Scope {
  if (!recordedRange) return scope;
  return {
    ...scope,
    recordedFromMs: Math.max(scope.recordedFromMs ?? Number.NEGATIVE_INFINITY, recordedRange.fromMs),
    recordedToMs: Math.min(scope.recordedToMs ?? Number.POSITIVE_INFINITY, recordedRange.toMs),
  };
}

/** Resolves a question on the recordings of its days. If it asks for nothing else, they are meant as a whole. */
async function resolveByDate(
  lookup: QuestionLookup,
  time: TimeConstraints,
): Promise<ResolvedQuestion | undefined> {
  if (!time.recorded) return undefined;
  const resolvedQuestion = await resolveByWords(
    lookup,
    `${time.question} ${time.beside?.anchor ?? ''}`.trim(),
  );
  if (resolvedQuestion.allowedVideos.length === 0) return undefined;
  const dateOnly = resolvedQuestion.question.concepts.every(({ weak }) => weak);
  return dateOnly && resolvedQuestion.wholeVideos.length === 0
    ? { ...resolvedQuestion, wholeVideos: distinctByContent(resolvedQuestion.allowedVideos) }
    : resolvedQuestion;
}

/** Returns what time narrowed, unless it found nothing, or only weak places while the plain question found an answer. */
function chooseBetter(plainResult: ResolvedQuestion, byTime: ResolvedQuestion | undefined): ResolvedQuestion {
  if (!byTime) return plainResult;
  const isBetter =
    byTime.grounded ||
    byTime.wholeVideos.length > 0 ||
    (!plainResult.grounded && byTime.rankedPlaces.length > 0);
  return isBetter ? byTime : plainResult;
}

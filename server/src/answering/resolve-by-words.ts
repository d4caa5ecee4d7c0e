import type { VideoFile } from '../core/domain/video.ts';
import { resolveFollowUp } from '../core/query/follow-up.ts';
import { analyseQuestion } from '../core/query/question-analysis.ts';
import { parseOverviewQuestion } from '../core/query/question-intent.ts';
import { matchesConcept } from '../core/ranking/concept-match.ts';
import { createScopeFilter } from '../search/scope-filter.ts';
import { firstK, type QuestionLookup } from './question-lookup.ts';
import type { ResolvedQuestion } from './resolved-question.ts';
import { findWholeVideos } from './select-videos.ts';

/** Least number of places searched for a follow-up: its own words choose among them. */
const MIN_FOLLOW_UP_RESULTS = 12;

/** Finds the places of a question by its words alone. A follow-up is completed from the conversation first. */
export async function resolveByWords(lookup: QuestionLookup, question: string): Promise<ResolvedQuestion> {
  const followUp = resolveFollowUp(question, lookup.conversation);
  if (!followUp) return await lookUp(lookup, question);
  return followUp.isDependent
    ? await resolveDependent(lookup, question, followUp.text)
    : await resolveIndependent(lookup, question, followUp.text);
}

/** Looks up one text as it stands. */
async function lookUp(lookup: QuestionLookup, text: string): Promise<ResolvedQuestion> {
  const { catalogue, scope, k, signal } = lookup;
  const outcome = await lookup.search(text, k, scope, signal);
  const scopeFilter = createScopeFilter(catalogue, scope, outcome.query);
  const allowedVideos = scopeFilter.copies();
  return {
    ...outcome,
    text,
    scope,
    allowedVideos,
    isNarrowed: !scopeFilter.allowsAll,
    wholeVideos: findWholeVideos(text, outcome.question, catalogue, allowedVideos),
  };
}

/** A question that may stand alone: the completed text counts only if it finds an answer and the question does not. */
async function resolveIndependent(
  lookup: QuestionLookup,
  question: string,
  completedQuestion: string,
): Promise<ResolvedQuestion> {
  const standalone = await lookUp(lookup, question);
  if (standalone.grounded) return standalone;
  const extendedResult = await lookUp(lookup, completedQuestion);
  return extendedResult.grounded ? extendedResult : standalone;
}

/** A question that says nothing without the conversation: the completed text is looked up first. */
async function resolveDependent(
  lookup: QuestionLookup,
  question: string,
  completedQuestion: string,
): Promise<ResolvedQuestion> {
  const { k } = lookup;
  const broad = await lookUp(
    { ...lookup, k: k < 0 ? k : Math.max(MIN_FOLLOW_UP_RESULTS, k) },
    completedQuestion,
  );
  if (broad.grounded)
    return { ...rankByOwnWords(question, broad, k), wholeVideos: videosOfBestPlace(lookup, question, broad) };
  const standalone = await lookUp(lookup, question);
  return standalone.grounded ? standalone : rankByOwnWords(question, broad, k);
}

/**
 * Sorts the places of a completed follow-up by how many of the follow-up's own words they hold, and makes these the
 * words that quotes answer: the conversation says where to look, the follow-up what for.
 */
function rankByOwnWords(question: string, resolvedQuestion: ResolvedQuestion, k: number): ResolvedQuestion {
  const ownQuestion = analyseQuestion(question, [resolvedQuestion.question.language]);
  const ownTerms = ownQuestion.strong.filter((id) => ownQuestion.concepts[id]?.weak === false);
  if (ownTerms.length === 0)
    return { ...resolvedQuestion, rankedPlaces: firstK(resolvedQuestion.rankedPlaces, k) };
  const matchCounts = new Map(
    resolvedQuestion.rankedPlaces.map((rankedPlace) => {
      const terms = new Set(rankedPlace.place.window.terms.split(' '));
      return [rankedPlace, ownTerms.filter((id) => matchesConcept(ownQuestion, id, terms)).length];
    }),
  );
  const rankedPlaces = [...resolvedQuestion.rankedPlaces].sort(
    (a, b) => (matchCounts.get(b) ?? 0) - (matchCounts.get(a) ?? 0),
  );
  return { ...resolvedQuestion, question: ownQuestion, rankedPlaces: firstK(rankedPlaces, k) };
}

/** Returns the video that "and what is it about?" means after a question that found its place: that place's video. */
function videosOfBestPlace(
  { catalogue }: QuestionLookup,
  question: string,
  resolvedQuestion: ResolvedQuestion,
): readonly VideoFile[] {
  const [best] = resolvedQuestion.rankedPlaces;
  if (resolvedQuestion.wholeVideos.length > 0 || !best || !resolvedQuestion.grounded)
    return resolvedQuestion.wholeVideos;
  if (!parseOverviewQuestion(question, [])) return resolvedQuestion.wholeVideos;
  const copy = catalogue.copy(best.hit.uri);
  return copy ? [copy] : [];
}

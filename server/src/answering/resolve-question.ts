import type { ConversationTurn } from '../core/domain/conversation.ts';
import type { Scope } from '../core/domain/search-result.ts';
import { overlapMs, type TimeRange } from '../core/domain/time-range.ts';
import type { VideoFile } from '../core/domain/video.ts';
import { isVideoWord, parseOverviewQuestion, stripCountingPhrase } from '../core/generation/video-outline.ts';
import { isCueLine } from '../core/language/lines.ts';
import { findConversationTopic, resolveFollowUp } from '../core/query/follow-up.ts';
import { analyseQuestion, type Question } from '../core/query/question-analysis.ts';
import {
  parseTimeConstraints,
  type TimeConstraints,
  toPartRange,
} from '../core/query/temporal-expressions.ts';
import { isAnswerable } from '../core/ranking/answerability.ts';
import { matchesConcept } from '../core/ranking/concept-match.ts';
import { toComparableText } from '../core/ranking/query-filter.ts';
import type { Store } from '../ports/store.ts';
import type { RankedPlace } from '../search/build-hits.ts';
import type { CatalogueReader } from '../search/catalogue-reader.ts';
import { createScopeFilter } from '../search/scope-filter.ts';
import type { Search } from '../search/search.ts';
import { findClipsInRange, NEIGHBOUR_RANGE_MS } from './clips-in-range.ts';
import { filterByFrequency } from './frequency-filter.ts';
import type { ResolvedQuestion, ResolveQuestion } from './resolved-question.ts';
import { distinctByContent, findBestNamed, findWholeVideos, titleTerms } from './select-videos.ts';

export interface ResolveQuestionDeps {
  readonly store: Store;
  readonly catalogue: CatalogueReader;
  readonly search: Search;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** IANA time zone, in which "yesterday" begins. */
  readonly zone: string;
}

/** Places among which those are that hold a follow-up's own words. */
const MIN_FOLLOW_UP_RESULTS = 12;
/** Of the words of a question: all of them. */
const FULL_TERM_COVERAGE = 0.99;
/** What is asked of any part of any video. */
const GENERIC_VERBS =
  /^(?:speak\w*|spoke\w*|talk\w*|show\w*|shown|appear\w*|end\w*|start\w*|begin\w*|began|goes|going|next|do|does|did|pasa|passe|passiert)$/;
/** Clips of a part of a video, or beside a place, where all are wanted. */
const MAX_POSITION_CLIPS = 50;

function narrowScope(scope: Scope, recorded: TimeConstraints['recorded']): Scope {
  if (!recorded) return scope;
  return {
    ...scope,
    recordedFromMs: Math.max(scope.recordedFromMs ?? Number.NEGATIVE_INFINITY, recorded.fromMs),
    recordedToMs: Math.min(scope.recordedToMs ?? Number.POSITIVE_INFINITY, recorded.toMs),
  };
}

/** Just what holds the words: a hit shows a cue more on either side. */
function evidenceSpan({ hit, place }: RankedPlace): TimeRange {
  const moments = place.evidence.filter(isCueLine);
  if (moments.length === 0) return hit;
  return {
    startMs: Math.max(hit.startMs, Math.min(...moments.map(({ startMs }) => startMs))),
    endMs: Math.min(hit.endMs, Math.max(...moments.map(({ endMs }) => endMs))),
  };
}

/**
 * Looks where a question says: on a day of recording, in a part of a video, before or after something else in it. What
 * it says of time counts only where something is found by it, and not where the best place holds those very words: the
 * question is looked for as it stands then. A follow-up is looked for with what it leaves unsaid.
 */
export function createResolveQuestion({
  store,
  catalogue,
  search,
  now,
  zone,
}: ResolveQuestionDeps): ResolveQuestion {
  const clipDeps = { store, catalogue };
  interface LookupContext {
    readonly scope: Scope;
    readonly conversation: readonly ConversationTurn[];
    readonly signal: AbortSignal;
  }

  /** By words alone. */
  async function resolveByWords(
    question: string,
    k: number,
    context: LookupContext,
  ): Promise<ResolvedQuestion> {
    const { scope, conversation, signal } = context;
    const followUpQuestion = resolveFollowUp(question, conversation);
    const lookUp = async (text: string, count: number): Promise<ResolvedQuestion> => {
      const outcome = await search(text, count, scope, signal);
      const scopeFilter = createScopeFilter(catalogue, scope, outcome.query);
      const allowedVideos = scopeFilter.copies();
      const whole = findWholeVideos(text, outcome.question, catalogue, allowedVideos);
      return {
        ...outcome,
        text,
        scope,
        allowedVideos,
        isNarrowed: !scopeFilter.allowsAll,
        wholeVideos: whole,
      };
    };
    if (!followUpQuestion?.isDependent) {
      const standalone = await lookUp(question, k);
      const extended =
        followUpQuestion && !standalone.grounded ? await lookUp(followUpQuestion.text, k) : standalone;
      return extended.grounded ? extended : standalone;
    }
    const broad = await lookUp(followUpQuestion.text, k < 0 ? k : Math.max(MIN_FOLLOW_UP_RESULTS, k));
    if (broad.grounded)
      return { ...rankByOwnWords(question, broad, k), wholeVideos: videosOfBestPlace(question, broad) };
    const standalone = await lookUp(question, k);
    return standalone.grounded ? standalone : rankByOwnWords(question, broad, k);
  }

  /**
   * What was carried over says where to look, and the follow-up's own words what for: places that hold more of these come
   * first, and quotes answer them.
   */
  function rankByOwnWords(question: string, resolved: ResolvedQuestion, k: number): ResolvedQuestion {
    const ownQuestion = analyseQuestion(question, [resolved.question.language]);
    const ownTerms = ownQuestion.strong.filter((id) => ownQuestion.concepts[id]?.weak === false);
    if (ownTerms.length === 0)
      return { ...resolved, rankedPlaces: k < 0 ? resolved.rankedPlaces : resolved.rankedPlaces.slice(0, k) };
    const matchCounts = new Map(
      resolved.rankedPlaces.map((finding) => {
        const terms = new Set(finding.place.window.terms.split(' '));
        return [finding, ownTerms.filter((termId) => matchesConcept(ownQuestion, termId, terms)).length];
      }),
    );
    const rankedPlaces = [...resolved.rankedPlaces].sort(
      (a, b) => (matchCounts.get(b) ?? 0) - (matchCounts.get(a) ?? 0),
    );
    return {
      ...resolved,
      question: ownQuestion,
      rankedPlaces: k < 0 ? rankedPlaces : rankedPlaces.slice(0, k),
    };
  }

  /** "And what is it about?" after a question that found its place: the video of that place. */
  function videosOfBestPlace(question: string, resolved: ResolvedQuestion): readonly VideoFile[] {
    const [best] = resolved.rankedPlaces;
    if (
      resolved.wholeVideos.length > 0 ||
      !best ||
      !resolved.grounded ||
      !parseOverviewQuestion(question, [])
    )
      return resolved.wholeVideos;
    const copy = catalogue.copy(best.hit.uri);
    return copy ? [copy] : [];
  }

  const partRange = (copy: VideoFile, part: TimeConstraints['part']): TimeRange => {
    const endMs = catalogue.video(copy.videoId)?.probe.durationMs ?? 0;
    return part ? toPartRange(part, endMs) : { startMs: 0, endMs };
  };
  const filterPlaces = (
    resolved: ResolvedQuestion,
    predicate: (finding: RankedPlace) => boolean,
    k: number,
  ): ResolvedQuestion => {
    const matchingPlaces = resolved.rankedPlaces.filter(predicate);
    const limitedPlaces = k < 0 ? matchingPlaces : matchingPlaces.slice(0, k);
    return {
      ...resolved,
      rankedPlaces: limitedPlaces,
      grounded: isAnswerable(matchingPlaces.map(({ place }) => place)),
      wholeVideos: [],
      isPartial: true,
    };
  };
  const maxClips = (k: number) => (k < 0 ? MAX_POSITION_CLIPS : k);

  /** The videos that a part may be of: the only one, those that are named, the one whose name holds what is asked. */
  function candidateVideos(
    { allowedVideos, wholeVideos, question }: ResolvedQuestion,
    k: number,
  ): readonly VideoFile[] {
    const distinctVideos = distinctByContent(allowedVideos);
    if (distinctVideos.length <= 1 || (wholeVideos.length > 0 && wholeVideos.length <= maxClips(k)))
      return distinctVideos.length <= 1 ? distinctVideos : wholeVideos;
    return findBestNamed(question, catalogue, distinctVideos);
  }

  /** Does a question say nothing but where to look? Its words name the video, or what anything does. */
  function asksOnlyForPosition(question: Question, copy: VideoFile): boolean {
    const terms = titleTerms(catalogue, copy, question.language);
    return question.concepts.every(
      ({ weak, plain }, id) =>
        weak || GENERIC_VERBS.test(plain) || isVideoWord(plain) || matchesConcept(question, id, terms),
    );
  }

  /** In a part of videos: places that hold the words, else what lies there. */
  async function resolveByPart(
    time: TimeConstraints,
    k: number,
    context: LookupContext,
  ): Promise<ResolvedQuestion | undefined> {
    const { part } = time;
    if (!part) return undefined;
    const unfiltered = await resolveByWords(time.question, -1, context);
    const insidePart = filterPlaces(
      unfiltered,
      ({ hit }) => {
        const copy = catalogue.copy(hit.uri);
        return copy !== undefined && overlapMs(hit, partRange(copy, part)) > 0;
      },
      k,
    );
    if (insidePart.grounded) return insidePart;
    const copies = candidateVideos(unfiltered, k).filter((copy) =>
      asksOnlyForPosition(unfiltered.question, copy),
    );
    const fromEnd = part.kind === 'last' || (part.kind === 'share' && part.to === 1);
    const rankedPlaces: RankedPlace[] = [];
    for (const copy of copies) {
      const count = Math.max(1, Math.floor(maxClips(k) / copies.length));
      rankedPlaces.push(
        ...(await findClipsInRange(clipDeps, copy, partRange(copy, part), count, fromEnd, context.signal)),
      );
    }
    if (rankedPlaces.length === 0) return undefined;
    return { ...unfiltered, rankedPlaces, grounded: true, wholeVideos: [], order: 'part' };
  }

  /** Beside something: the place that holds it is found first. */
  async function resolveByNeighbour(
    time: TimeConstraints,
    plainResult: ResolvedQuestion,
    k: number,
    context: LookupContext,
  ): Promise<ResolvedQuestion | undefined> {
    const { beside } = time;
    if (!beside) return undefined;
    const anchorText = beside.anchor || findConversationTopic(context.conversation).join(' ');
    if (anchorText === '') return undefined;
    const anchors = await resolveByWords(anchorText, 1, { ...context, conversation: [] });
    const [anchor] = anchors.rankedPlaces;
    const copy = anchor && catalogue.copy(anchor.hit.uri);
    if (!anchor || !copy || !anchors.grounded) return undefined;
    const { side } = beside;
    const searchRange = partRange(copy, time.part);
    const anchorSpan = evidenceSpan(anchor);
    const range: TimeRange =
      side === 'after'
        ? { startMs: anchorSpan.endMs, endMs: searchRange.endMs }
        : { startMs: searchRange.startMs, endMs: anchorSpan.startMs };
    if (range.endMs <= range.startMs) return undefined;
    if (time.question !== '') {
      const scope = { ...context.scope, uris: [copy.uri] };
      const inVideo = await resolveByWords(time.question, -1, { ...context, scope, conversation: [] });
      const positionOnly = asksOnlyForPosition(inVideo.question, copy);
      // "How do I feed it before a holiday?": one place tells of both, and nothing is asked of its neighbours.
      if (!positionOnly && (plainResult.rankedPlaces[0]?.place.termCoverage ?? 0) > FULL_TERM_COVERAGE)
        return undefined;
      const matches = filterPlaces(
        inVideo,
        ({ hit }) => hit.startMs >= range.startMs && hit.endMs <= range.endMs,
        k,
      );
      if (matches.grounded) return { ...matches, anchor };
      if (!positionOnly) return undefined;
    }
    const nearRange =
      side === 'after'
        ? { ...range, endMs: Math.min(range.endMs, range.startMs + NEIGHBOUR_RANGE_MS) }
        : { ...range, startMs: Math.max(range.startMs, range.endMs - NEIGHBOUR_RANGE_MS) };
    const rankedPlaces = await findClipsInRange(
      clipDeps,
      copy,
      nearRange,
      maxClips(k),
      side === 'before',
      context.signal,
    );
    if (rankedPlaces.length === 0) return undefined;
    return { ...anchors, text: time.question, rankedPlaces, wholeVideos: [], order: side, anchor };
  }

  /** A day is enough to say what is meant where nothing else is asked: the recordings of it. */
  async function resolveByDate(
    time: TimeConstraints,
    k: number,
    context: LookupContext,
  ): Promise<ResolvedQuestion | undefined> {
    const resolved = await resolveByWords(`${time.question} ${time.beside?.anchor ?? ''}`.trim(), k, context);
    if (resolved.allowedVideos.length === 0) return undefined;
    const dateOnly = resolved.question.concepts.every(({ weak }) => weak);
    return dateOnly && resolved.wholeVideos.length === 0
      ? { ...resolved, wholeVideos: distinctByContent(resolved.allowedVideos) }
      : resolved;
  }

  /** Does the best place hold what was taken for a word about time? Then that is what the question is about. */
  function matchesLiterally(time: TimeConstraints, plainResult: ResolvedQuestion): boolean {
    const evidenceText = toComparableText(
      plainResult.rankedPlaces[0]?.place.evidence.map(({ text }) => text).join(' ') ?? '',
    );
    return (
      plainResult.grounded &&
      time.words.length > 0 &&
      time.words.some((words) => ` ${evidenceText} `.includes(` ${toComparableText(words)} `))
    );
  }

  const resolve: ResolveQuestion = async (
    { question: originalQuestion, scope, conversation = [] },
    k,
    signal,
  ) => {
    const question = stripCountingPhrase(originalQuestion);
    const plainContext: LookupContext = { scope, conversation, signal };
    const time = parseTimeConstraints(question, now(), zone);
    const plainResult = await resolveByWords(question, k, plainContext);
    if (!time.recorded && !time.part && !time.beside) return plainResult;
    if (matchesLiterally(time, plainResult)) return plainResult;
    const narrowedContext: LookupContext = { ...plainContext, scope: narrowScope(scope, time.recorded) };
    const resolved =
      (await resolveByNeighbour(time, plainResult, k, narrowedContext)) ??
      (await resolveByPart(time, k, narrowedContext)) ??
      (time.recorded && (await resolveByDate(time, k, narrowedContext)));
    if (!resolved) return plainResult;
    const isBetter =
      resolved.grounded ||
      resolved.wholeVideos.length > 0 ||
      (!plainResult.grounded && resolved.rankedPlaces.length > 0);
    return isBetter ? resolved : plainResult;
  };
  return async (request, k, signal) => filterByFrequency(request.question, await resolve(request, k, signal));
}

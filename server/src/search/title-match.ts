import type { Line } from '../core/domain/description.ts';
import type { Uri } from '../core/domain/time-range.ts';
import type { VideoFile } from '../core/domain/video.ts';
import { analyse } from '../core/language/tokenizer.ts';
import type { Query } from '../core/query/query-parser.ts';
import type { Question } from '../core/query/question-analysis.ts';
import { MAX_HIT_MS } from '../core/ranking/best-span.ts';
import type { RescoreCandidate } from '../core/ranking/bm25-rescore.ts';
import { TITLE_SOURCE, toTitleText } from '../core/ranking/build-outline.ts';
import { matchesConcept } from '../core/ranking/concept-match.ts';
import { digestPassage } from '../core/ranking/passage-digest.ts';
import { satisfiesQuery } from '../core/ranking/query-filter.ts';
import type { OutlineCandidate } from '../ports/store.ts';
import type { LocatedPlace } from './build-hits.ts';
import type { CatalogueReader } from './catalogue-reader.ts';
import type { ScopeFilter } from './scope-filter.ts';

/** The title of a copy, and how well the copy matches the question as a whole. */
export interface VideoTitle {
  readonly uri: Uri;
  readonly videoId: string;
  readonly title: string;
  /** BM25 score of its outline: title, tags and all words. */
  readonly score: number;
  /** Terms of its title and tags only. */
  readonly terms: ReadonlySet<string>;
}

/** Titles by content, best copy first. */
export type VideoTitles = ReadonlyMap<string, readonly VideoTitle[]>;

const titleTermsCache = new Map<string, ReadonlySet<string>>();
const MAX_CACHED_TITLES = 10_000;

function analyseTitle(title: string): ReadonlySet<string> {
  let terms = titleTermsCache.get(title);
  if (!terms) {
    if (titleTermsCache.size >= MAX_CACHED_TITLES) titleTermsCache.clear();
    terms = new Set(analyse(title).split(' '));
    titleTermsCache.set(title, terms);
  }
  return terms;
}

export function findVideoTitles(
  catalogue: CatalogueReader,
  scopeFilter: ScopeFilter,
  outlines: readonly OutlineCandidate[],
): VideoTitles {
  const titles = outlines.flatMap(({ outline: { uri, videoId, title }, score }): readonly VideoTitle[] =>
    scopeFilter.has(uri) && catalogue.copy(uri)?.videoId === videoId
      ? [{ uri, videoId, title, score, terms: analyseTitle(title) }]
      : [],
  );
  return Map.groupBy(titles, ({ videoId }) => videoId);
}

/** Returns the title of a copy, or the best one of the copies that share the content. */
export function findTitle(names: VideoTitles, videoId: string, uri: Uri | ''): VideoTitle | undefined {
  const titles = names.get(videoId) ?? [];
  return uri === '' ? titles[0] : titles.find((title) => title.uri === uri);
}

export function matchesAnyConcept(question: Question, terms: ReadonlySet<string>): boolean {
  return question.strong.some((id) => matchesConcept(question, id, terms));
}

/** Returns a copy's title as evidence over its whole length. */
export function titleLine(catalogue: CatalogueReader, title: Pick<VideoTitle, 'title' | 'videoId'>): Line {
  const endMs = catalogue.video(title.videoId)?.probe.durationMs ?? 0;
  return {
    kind: 'title',
    text: title.title.replaceAll('\n', ' · '),
    startMs: 0,
    endMs,
    source: TITLE_SOURCE,
  };
}

/**
 * Returns copies whose title matches the question although none of their text does. `videosWithText` are
 * contents whose text matches.
 */
export function matchByTitle(
  catalogue: CatalogueReader,
  query: Query,
  question: Question,
  names: VideoTitles,
  videosWithText: ReadonlySet<string>,
): readonly RescoreCandidate[] {
  return [...names.values()].flat().flatMap((videoTitle) => {
    if (videosWithText.has(videoTitle.videoId) || !matchesAnyConcept(question, videoTitle.terms)) return [];
    const { uri, videoId } = videoTitle;
    const line = titleLine(catalogue, videoTitle);
    const range = { startMs: 0, endMs: Math.max(1, line.endMs) };
    const passage = {
      id: `name.${uri}`,
      videoId,
      uri,
      ...range,
      terms: analyse(videoTitle.title),
      lines: [line],
    };
    if (!satisfiesQuery(query, passage, videoTitle.title, [])) return [];
    return [
      {
        passage,
        digest: digestPassage(passage),
        score: undefined,
        videoScore: videoTitle.score,
        titleTerms: videoTitle.terms,
        videoMs: line.endMs,
      },
    ];
  });
}

/** Returns the copies of a scope, newest first. */
export function newestCopies(scopeFilter: ScopeFilter): readonly VideoFile[] {
  return [...scopeFilter.copies()].sort((a, b) => b.recordedMs - a.recordedMs || (a.uri < b.uri ? -1 : 1));
}

/** Returns the newest copies of a scope as places, for queries with only a place or a date. */
export function newestVideos(
  catalogue: CatalogueReader,
  scopeFilter: ScopeFilter,
  limit: number,
): readonly LocatedPlace[] {
  return newestCopies(scopeFilter)
    .slice(0, limit)
    .map((copy) => {
      const { uri, videoId } = copy;
      const line = titleLine(catalogue, { videoId, title: toTitleText(copy, catalogue.video(videoId)) });
      const range = { startMs: 0, endMs: Math.min(line.endMs, MAX_HIT_MS) };
      const window = { id: `name.${uri}`, videoId, uri, ...range, terms: '', lines: [line] };
      const place = {
        ...range,
        videoId,
        uri,
        evidence: [line],
        score: 1,
        termCoverage: 1,
        hasTermPair: true,
        answerOdds: 0,
        window,
      };
      return { place, copy, names: [] };
    });
}

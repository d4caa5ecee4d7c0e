import { satisfies } from '../core/demands.ts';
import type { Line } from '../core/description.ts';
import { LONGEST_HIT_MS } from '../core/moment.ts';
import { titleOf } from '../core/outline.ts';
import type { Query } from '../core/query.ts';
import type { Question } from '../core/question.ts';
import type { Uri } from '../core/range.ts';
import { type Found, holds } from '../core/rescore.ts';
import { analyse } from '../core/words.ts';
import type { OutlineCandidate } from '../ports/store.ts';
import type { Catalogue } from './catalogue.ts';
import type { Located } from './hits.ts';
import type { Allowed } from './scope.ts';

/** `Line.source` of what a copy is called. */
export const NAME_SOURCE = 'name';

/** What a copy is called, and how well it holds the question as a whole. */
export interface Named {
  readonly uri: Uri;
  readonly videoId: string;
  readonly title: string;
  /** BM25 of its Outline: names, tags and all its words. */
  readonly score: number;
  /** Terms of its names and tags alone. */
  readonly terms: ReadonlySet<string>;
}

/** By content, the best copy first. */
export type Names = ReadonlyMap<string, readonly Named[]>;

const titleTerms = new Map<string, ReadonlySet<string>>();
const MOST_TITLES = 10_000;

function termsOfTitle(title: string): ReadonlySet<string> {
  let terms = titleTerms.get(title);
  if (!terms) {
    if (titleTerms.size >= MOST_TITLES) titleTerms.clear();
    terms = new Set(analyse(title).split(' '));
    titleTerms.set(title, terms);
  }
  return terms;
}

export function namesOf(
  catalogue: Catalogue,
  allowed: Allowed,
  outlines: readonly OutlineCandidate[],
): Names {
  const named = outlines.flatMap(({ outline: { uri, videoId, title }, score }): readonly Named[] =>
    allowed.has(uri) && catalogue.copy(uri)?.videoId === videoId
      ? [{ uri, videoId, title, score, terms: termsOfTitle(title) }]
      : [],
  );
  return Map.groupBy(named, ({ videoId }) => videoId);
}

/** The names of a copy, or the best of those that share the content. */
export function namedAs(names: Names, videoId: string, uri: Uri | ''): Named | undefined {
  const all = names.get(videoId) ?? [];
  return uri === '' ? all[0] : all.find((one) => one.uri === uri);
}

export function holdsAny(question: Question, terms: ReadonlySet<string>): boolean {
  return question.strong.some((id) => holds(question, id, terms));
}

/** A copy's names as evidence over its whole length. */
export function titleLine(catalogue: Catalogue, named: Pick<Named, 'title' | 'videoId'>): Line {
  const endMs = catalogue.video(named.videoId)?.probe.durationMs ?? 0;
  return { kind: 'title', text: named.title.replaceAll('\n', ' · '), startMs: 0, endMs, source: NAME_SOURCE };
}

/** Copies whose names hold what is asked while none of their words do; `withWords` are contents that have some. */
export function foundByName(
  catalogue: Catalogue,
  query: Query,
  question: Question,
  names: Names,
  withWords: ReadonlySet<string>,
): readonly Found[] {
  return [...names.values()].flat().flatMap((one) => {
    if (withWords.has(one.videoId) || !holdsAny(question, one.terms)) return [];
    const { uri, videoId } = one;
    const line = titleLine(catalogue, one);
    const range = { startMs: 0, endMs: Math.max(1, line.endMs) };
    const passage = { id: `name.${uri}`, videoId, uri, ...range, terms: analyse(one.title), lines: [line] };
    if (!satisfies(query, passage, one.title, [])) return [];
    return [{ passage, score: undefined, video: one.score, title: one.terms }];
  });
}

/** The newest copies of a scope, where only a place or a time is asked for. */
export function newest(catalogue: Catalogue, allowed: Allowed, limit: number): readonly Located[] {
  const byDate = [...allowed.copies()].sort(
    (a, b) => b.recordedMs - a.recordedMs || (a.uri < b.uri ? -1 : 1),
  );
  return byDate.slice(0, limit).map((copy) => {
    const { uri, videoId } = copy;
    const line = titleLine(catalogue, { videoId, title: titleOf(copy, catalogue.video(videoId)) });
    const range = { startMs: 0, endMs: Math.min(line.endMs, LONGEST_HIT_MS) };
    const window = { id: `name.${uri}`, videoId, uri, ...range, terms: '', lines: [line] };
    const place = { ...range, videoId, uri, evidence: [line], score: 1, share: 1, pair: true, window };
    return { place, copy, names: [] };
  });
}

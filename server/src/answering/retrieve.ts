import { answers } from '../core/abstain.ts';
import { lineFilter, narrowed, satisfies } from '../core/demands.ts';
import type { Line } from '../core/description.ts';
import type { Scope } from '../core/hit.ts';
import { moment } from '../core/moment.ts';
import { titleOf } from '../core/outline.ts';
import { parseQuery, type Query } from '../core/query.ts';
import { analyseQuestion, type Question } from '../core/question.ts';
import type { Uri } from '../core/range.ts';
import { type Found, holds, rescore, type Scored } from '../core/rescore.ts';
import { type Place, spread } from '../core/spread.ts';
import type { Copy } from '../core/video.ts';
import { analyse } from '../core/words.ts';
import type { Candidate, OutlineCandidate, Store } from '../ports/store.ts';
import type { Catalogue } from './catalogue.ts';
import { type Finding, findingsOf, type Located } from './hits.ts';
import { indexLanguages } from './languages.ts';
import { type Allowed, allowedBy } from './scope.ts';

export interface Retrieved {
  readonly query: Query;
  readonly question: Question;
  /** Best first. */
  readonly findings: readonly Finding[];
  /** True where the best ones hold enough of the question to answer from. */
  readonly grounded: boolean;
}

/** Finds what a query asks for; `k` hits at most, all where it is -1. Rejects with the signal's reason. */
export type Retrieve = (query: string, k: number, scope: Scope, signal: AbortSignal) => Promise<Retrieved>;

/** Candidates that are scored anew, and how many where operators throw most of them out or all are wanted. */
const POOL = 100;
const WIDE_POOL = 500;
const ALL_POOL = 5_000;

export function createRetrieve(store: Store, catalogue: Catalogue): Retrieve {
  const languagesOf = indexLanguages(store);
  return async (input, k, scope, signal) => {
    signal.throwIfAborted();
    const query = parseQuery(input);
    const allowed = allowedBy(catalogue, scope, query);
    const limit = k < 0 ? Number.POSITIVE_INFINITY : k;
    const languages = await languagesOf(signal);
    const question = analyseQuestion(query.text, languages);
    const asked = [question.terms, ...query.speakers.map((name) => analyse(name))].join(' ').trim();
    if (asked === '') {
      const located = allowed.all ? [] : newest(catalogue, allowed, limit);
      return { query, question, findings: findingsOf(catalogue, question, located), grounded: false };
    }
    const keep = lineFilter(query, scope.kinds);
    const narrow = keep !== undefined || query.demands.length > 0 || query.excluded.length > 0;
    const pool = k < 0 ? ALL_POOL : Math.max(narrow ? WIDE_POOL : POOL, 2 * k);
    const [candidates, outlines] = await Promise.all([
      store.matchPassages(asked, pool, allowed.filter, signal),
      store.matchOutlines(asked, POOL, allowed.filter, signal),
    ]);
    signal.throwIfAborted();
    const named = names(catalogue, allowed, outlines);
    const found = [
      ...fit(query, question, languages, candidates, named, keep),
      ...alone(catalogue, allowed, query, question, candidates, named, scope),
    ];
    const { hits, weights } = rescore(question, found);
    const locate = ({ passage }: Scored) => moment(question, passage.lines, weights);
    const places = spread(hits, limit, locate);
    const located = places.flatMap((place) => locatedAt(catalogue, allowed, question, place, named, scope));
    return { query, question, findings: findingsOf(catalogue, question, located), grounded: answers(places) };
  };
}

/** What is known of a content or copy by its names. */
interface Named {
  readonly score: number;
  readonly title: string;
  readonly terms: ReadonlySet<string>;
  readonly uri: Uri;
  readonly videoId: string;
}

type Names = ReadonlyMap<string, readonly Named[]>;

function names(catalogue: Catalogue, allowed: Allowed, outlines: readonly OutlineCandidate[]): Names {
  const found = new Map<string, Named[]>();
  for (const { outline, score } of outlines) {
    const { uri, videoId, title } = outline;
    if (!allowed.has(uri) || catalogue.copy(uri)?.videoId !== videoId) continue;
    const named = { uri, videoId, title, score, terms: new Set(analyse(title).split(' ')) };
    found.set(videoId, [...(found.get(videoId) ?? []), named]);
  }
  return found;
}

/** The names of a copy, or the best of those that share the content. */
function namedAs(named: Names, videoId: string, uri: Uri | ''): Named | undefined {
  const all = named.get(videoId) ?? [];
  return uri === '' ? all[0] : all.find((one) => one.uri === uri);
}

function fit(
  query: Query,
  question: Question,
  languages: readonly string[],
  candidates: readonly Candidate[],
  named: Names,
  keep: ((line: Line) => boolean) | undefined,
): readonly Found[] {
  return candidates.flatMap(({ passage, score }) => {
    const left = keep ? narrowed(passage, keep) : passage;
    if (left.terms === '') return [];
    const name = namedAs(named, passage.videoId, passage.uri);
    if (!satisfies(query, left, name?.title ?? '', languages)) return [];
    if (keep && !holdsAny(question, new Set(left.terms.split(' '))) && question.concepts.length > 0)
      return [];
    return [{ passage: left, score, video: name?.score ?? 0, title: name?.terms ?? NOTHING }];
  });
}

const NOTHING: ReadonlySet<string> = new Set();

function holdsAny(question: Question, terms: ReadonlySet<string>): boolean {
  return question.strong.some((id) => holds(question, id, terms));
}

function titleLine(catalogue: Catalogue, named: Pick<Named, 'title' | 'videoId'>): Line {
  const endMs = catalogue.video(named.videoId)?.probe.durationMs ?? 0;
  return { kind: 'title', text: named.title.replaceAll('\n', ' · '), startMs: 0, endMs, source: 'name' };
}

/** Copies whose names hold what is asked while none of their words do. */
function alone(
  catalogue: Catalogue,
  allowed: Allowed,
  query: Query,
  question: Question,
  candidates: readonly Candidate[],
  named: Names,
  scope: Scope,
): readonly Found[] {
  if (query.speakers.length > 0 || !wantsTitles(scope)) return [];
  const withWords = new Set(candidates.map(({ passage }) => passage.videoId));
  return [...named.values()].flat().flatMap((one) => {
    if (withWords.has(one.videoId) || !allowed.has(one.uri) || !holdsAny(question, one.terms)) return [];
    const line = titleLine(catalogue, one);
    const passage = {
      id: `name.${one.uri}`,
      videoId: one.videoId,
      uri: one.uri,
      startMs: 0,
      endMs: Math.max(1, line.endMs),
      terms: analyse(one.title),
      lines: [line],
    };
    if (!satisfies(query, passage, one.title, [])) return [];
    return [{ passage, score: undefined, video: one.score, title: one.terms }];
  });
}

function wantsTitles(scope: Scope): boolean {
  return !scope.kinds || scope.kinds.length === 0 || scope.kinds.includes('title');
}

/** The copy that a place is shown as; none where the content's copies have gone since the index was asked. */
function locatedAt(
  catalogue: Catalogue,
  allowed: Allowed,
  question: Question,
  place: Place,
  named: Names,
  scope: Scope,
): readonly Located[] {
  const name = namedAs(named, place.videoId, place.uri);
  const copies = allowed.copiesOf(place.videoId);
  const wanted = place.uri || name?.uri;
  const copy = copies.find(({ uri }) => uri === wanted) ?? (place.uri === '' ? copies[0] : undefined);
  if (!copy) return [];
  const shown = place.evidence.some(({ source, kind }) => kind === 'title' && source === 'name');
  const reason = name && !shown && wantsTitles(scope) && holdsAny(question, name.terms);
  return [{ place, copy, names: reason ? [titleLine(catalogue, name)] : [] }];
}

/** The newest copies of a scope, where only a place or a time is asked for. */
function newest(catalogue: Catalogue, allowed: Allowed, limit: number): readonly Located[] {
  const copies = [...allowed.copies()].sort(
    (a, b) => b.recordedMs - a.recordedMs || (a.uri < b.uri ? -1 : 1),
  );
  return copies.slice(0, limit === Number.POSITIVE_INFINITY ? undefined : limit).map((copy: Copy) => {
    const line = titleLine(catalogue, {
      videoId: copy.videoId,
      title: titleOf(copy, catalogue.video(copy.videoId)),
    });
    const endMs = Math.min(line.endMs, 30_000);
    const range = { startMs: 0, endMs };
    const window = { id: '', videoId: copy.videoId, uri: copy.uri, ...range, terms: '', lines: [line] };
    const place = {
      ...range,
      evidence: [line],
      videoId: copy.videoId,
      uri: copy.uri,
      score: 1,
      share: 1,
      pair: true,
    };
    return { place: { ...place, window }, copy, names: [] };
  });
}

import { answers, ENOUGH, support } from '../core/abstain.ts';
import { lineFilter, narrowed, satisfies } from '../core/demands.ts';
import type { Line } from '../core/description.ts';
import { placeIn } from '../core/fuse.ts';
import type { Scope } from '../core/hit.ts';
import { moment } from '../core/moment.ts';
import { parseQuery, type Query } from '../core/query.ts';
import { analyseQuestion, type Question } from '../core/question.ts';
import { type Found, rescore, type Scored } from '../core/rescore.ts';
import { type Place, spread } from '../core/spread.ts';
import { TEXT_KINDS } from '../core/vector.ts';
import { analyse, factTerm } from '../core/words.ts';
import type { Candidate, Store } from '../ports/store.ts';
import type { Catalogue } from './catalogue.ts';
import { corrections } from './correct.ts';
import { type Finding, findingsOf, type Located } from './hits.ts';
import { indexLanguages } from './languages.ts';
import { looksOf } from './looks.ts';
import type { Limits, MeaningSearch } from './meaning.ts';
import { withMeaning } from './meant.ts';
import {
  foundByName,
  holdsAny,
  NAME_SOURCE,
  type Names,
  namedAs,
  namesOf,
  newest,
  titleLine,
} from './names.ts';
import { RERANKED, type Rerank } from './rerank.ts';
import { type Allowed, allowedBy } from './scope.ts';

export interface Retrieved {
  readonly query: Query;
  /** As it was asked in the end: misspelt words are replaced, see `Concept.typed`. */
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
const ALL_POOL = 1_000;

/** One search: what was asked, and what narrows it. */
interface Search {
  readonly query: Query;
  readonly scope: Scope;
  readonly allowed: Allowed;
  readonly languages: readonly string[];
  readonly corrected: ReadonlyMap<string, string>;
  readonly keep: ((line: Line) => boolean) | undefined;
  readonly pool: number;
}

/** Nearest pieces of each kind, and how many where operators throw most of them out or all are wanted. */
const NEAREST = 50;
const WIDE_NEAREST = 200;

/** Models that find more than words do; where one is not ready in time, words answer alone. */
export interface RetrieveModels {
  readonly meaning?: MeaningSearch;
  /** Gives none where no model is in use. */
  readonly rerank?: () => Rerank | undefined;
  /** How long each of them is waited for, ms. */
  readonly patienceMs: number;
}

const NOTHING: ReadonlySet<string> = new Set();

export function createRetrieve(
  store: Store,
  catalogue: Catalogue,
  { meaning, rerank, patienceMs }: RetrieveModels = { patienceMs: 0 },
): Retrieve {
  const languages = indexLanguages(store, () => catalogue.revision);

  /** The index's best passages and names for what is asked, scored anew. */
  async function score(search: Search, signal: AbortSignal) {
    const { query, allowed, pool } = search;
    const question = analyseQuestion(textOf(query), search.languages, search.corrected);
    const facts = search.scope.kinds?.includes('facts') ? question.terms.split(' ').map(factTerm) : [];
    const speakers = query.speakers.map((name) => analyse(name));
    const asked = [question.terms, ...facts, ...speakers].join(' ');
    const [candidates, outlines] = await Promise.all([
      store.matchPassages(asked, pool, allowed.filter, signal),
      store.matchOutlines(asked, POOL, allowed.filter, signal),
    ]);
    signal.throwIfAborted();
    const names = namesOf(catalogue, allowed, outlines);
    const fit = fitting(search, question, candidates, names);
    const withWords = new Set((search.keep ? fit : candidates).map(({ passage }) => passage.videoId));
    const titled = query.speakers.length === 0 && wantsTitles(search.scope);
    const byName = titled ? foundByName(catalogue, query, question, names, withWords) : [];
    const found = [...fit, ...byName];
    return { search, question, names, ...rescore(question, found) };
  }

  /** What lies near to the text that ranks hits. */
  async function findNear({ query, scope, allowed }: Search, limits: Limits, signal: AbortSignal) {
    const { kinds } = scope;
    const all = !kinds || kinds.length === 0;
    const text = textOf(query);
    // Whoever asks for a speaker's name alone means the name.
    if (!meaning || query.text === '') return { near: [], looks: [] };
    const wanted = TEXT_KINDS.filter((kind) => all || kinds.includes(kind));
    const [near, seen] = await Promise.all([
      meaning.near(text, wanted, allowed.filter, limits, signal),
      all || kinds.includes('frame') ? meaning.looks(text, allowed.filter, limits, signal) : [],
    ]);
    return { near, looks: looksOf(catalogue, seen) };
  }

  return async (input, k, scope, signal) => {
    signal.throwIfAborted();
    const query = parseQuery(input);
    const allowed = allowedBy(catalogue, scope, query);
    const limit = k < 0 ? Number.POSITIVE_INFINITY : k;
    if (languages.seen().length === 0) await languages.look(signal);
    const empty = analyseQuestion(textOf(query), languages.seen());
    if (empty.terms === '') {
      const located = allowed.all ? [] : newest(catalogue, allowed, limit);
      return { query, question: empty, findings: findingsOf(catalogue, empty, located), grounded: false };
    }
    const keep = lineFilter(query, scope.kinds);
    const narrow = keep !== undefined || query.demands.length > 0 || query.excluded.length > 0;
    const pool = k < 0 ? ALL_POOL : Math.max(narrow ? WIDE_POOL : POOL, 2 * k);
    const search = (corrected: ReadonlyMap<string, string>): Search => ({
      query,
      scope,
      allowed,
      languages: languages.seen(),
      corrected,
      keep,
      pool,
    });
    const limits = { each: narrow || k < 0 ? WIDE_NEAREST : Math.max(NEAREST, 2 * k), patienceMs };
    const [first, more, beyond] = await Promise.all([
      score(search(new Map()), signal),
      languages.look(signal),
      findNear(search(new Map()), limits, signal),
    ]);
    let scored = more ? await score(search(new Map()), signal) : first;
    const corrected = await corrections(store, catalogue, scored.question, scored.absent, signal);
    if (corrected.size > 0) scored = await score(search(corrected), signal);
    const { question } = scored;
    const { hits: words, weights, names } = scored;
    const locate = (hit: Scored) => {
      const few = support(hit) < ENOUGH && (hit.meaning?.strength ?? 0) > support(hit);
      return placeIn(hit, moment(question, hit.passage.lines, weights), few);
    };
    const parts = { query, question, languages: languages.seen(), names, keep, words, locate, ...beyond };
    const hits = await withMeaning(store, parts);
    const reorder = rerank?.();
    const spreadOut = spread(hits, reorder ? Math.max(limit, RERANKED) : limit, locate);
    const ordered = reorder ? await reorder(query.text, spreadOut, patienceMs, signal) : spreadOut;
    const places = ordered.slice(0, limit);
    const located = places.flatMap((place) => shownAs(catalogue, scored.search, question, place, names));
    return { query, question, findings: findingsOf(catalogue, question, located), grounded: answers(places) };
  };
}

/** What ranks hits: the words, or the speakers' names where nothing else is asked. */
function textOf(query: Query): string {
  return query.text === '' ? query.speakers.join(' ') : query.text;
}

/** Candidates that meet the query's operators and the scope's kinds, cut down to the lines that do. */
function fitting(
  { query, languages, keep }: Search,
  question: Question,
  candidates: readonly Candidate[],
  names: Names,
): readonly Found[] {
  return candidates.flatMap(({ passage, score }) => {
    const left = keep ? narrowed(passage, keep) : passage;
    if (left.terms === '') return [];
    const name = namedAs(names, passage.videoId, passage.uri);
    if (!satisfies(query, left, name?.title ?? '', languages)) return [];
    const asked = question.concepts.length > 0;
    if (keep && asked && !holdsAny(question, new Set(left.terms.split(' ')))) return [];
    return [{ passage: left, score, video: name?.score ?? 0, title: name?.terms ?? NOTHING }];
  });
}

function wantsTitles(scope: Scope): boolean {
  return !scope.kinds || scope.kinds.length === 0 || scope.kinds.includes('title');
}

/** The copy that a place is shown as; none where the content's copies have gone since the index was asked. */
function shownAs(
  catalogue: Catalogue,
  { allowed, scope }: Search,
  question: Question,
  place: Place,
  names: Names,
): readonly Located[] {
  const name = namedAs(names, place.videoId, place.uri);
  const copies = allowed.copiesOf(place.videoId);
  const wanted = place.uri || name?.uri;
  const copy = copies.find(({ uri }) => uri === wanted) ?? (place.uri === '' ? copies[0] : undefined);
  if (!copy) return [];
  const shown = place.evidence.some(({ source }) => source === NAME_SOURCE);
  const reason = name !== undefined && !shown && wantsTitles(scope) && holdsAny(question, name.terms);
  return [{ place, copy, names: reason ? [titleLine(catalogue, name)] : [] }];
}

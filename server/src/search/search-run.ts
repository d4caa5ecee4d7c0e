import type { Line } from '../core/domain/description.ts';
import type { Scope } from '../core/domain/search-result.ts';
import { parseQuery, type Query } from '../core/query/query-parser.ts';
import { createLineFilter } from '../core/ranking/query-filter.ts';
import type { Store } from '../ports/store.ts';
import type { CatalogueReader } from './catalogue-reader.ts';
import type { IndexLanguages } from './index-languages.ts';
import type { Rerank } from './rerank.ts';
import { createScopeFilter, type ScopeFilter } from './scope-filter.ts';
import type { SemanticSearch } from './semantic-search.ts';

/** Models that find more than words do; where one is not ready in time, words answer alone. */
export interface SearchModels {
  readonly meaning?: SemanticSearch;
  /** Gives none where no model is in use. */
  readonly rerank?: () => Rerank | undefined;
  /** How long each of them is waited for, ms. */
  readonly patienceMs: number;
}

/** What every search needs. */
export interface SearchDeps {
  readonly store: Store;
  readonly catalogue: CatalogueReader;
  readonly languages: IndexLanguages;
  readonly models: SearchModels;
}

/** One search: what is asked, what narrows it, and how much is looked at. */
export interface SearchRun {
  readonly query: Query;
  readonly scope: Scope;
  readonly allowed: ScopeFilter;
  /** Lines that the scope's kinds and `speaker:` leave; undefined where neither narrows anything. */
  readonly keep: ((line: Line) => boolean) | undefined;
  /** Most hits wanted; Infinity: all. */
  readonly limit: number;
  /** Passages that are scored again. */
  readonly candidatePool: number;
  /** Nearest vectors of each kind. */
  readonly nearestPerKind: number;
  readonly signal: AbortSignal;
}

/** Number of candidates that are rescored, and the number if operators exclude most of them or all are wanted. */
export const CANDIDATE_POOL = 200;
const WIDE_CANDIDATE_POOL = 500;
const FULL_CANDIDATE_POOL = 1_000;

/** Nearest pieces of each kind, and how many where operators throw most of them out or all are wanted. */
const MAX_NEAREST_PER_KIND = 50;
const MAX_WIDE_NEAREST_PER_KIND = 200;

/** Parses a query and sizes its search. `k`: most hits, -1 for all. */
export function createSearchRun(
  catalogue: CatalogueReader,
  input: string,
  k: number,
  scope: Scope,
  signal: AbortSignal,
): SearchRun {
  const query = parseQuery(input);
  const keep = createLineFilter(query, scope.kinds);
  const isNarrow = keep !== undefined || query.requiredClauses.length > 0 || query.excludedTexts.length > 0;
  const wantsAll = k < 0;
  return {
    query,
    scope,
    allowed: createScopeFilter(catalogue, scope, query),
    keep,
    limit: wantsAll ? Number.POSITIVE_INFINITY : k,
    candidatePool: wantsAll
      ? FULL_CANDIDATE_POOL
      : Math.max(isNarrow ? WIDE_CANDIDATE_POOL : CANDIDATE_POOL, 2 * k),
    nearestPerKind: isNarrow || wantsAll ? MAX_WIDE_NEAREST_PER_KIND : Math.max(MAX_NEAREST_PER_KIND, 2 * k),
    signal,
  };
}

/** Returns the text that ranks hits: the words, or the speakers' names where nothing else is asked. */
export function rankingText(query: Query): string {
  return query.text === '' ? query.speakers.join(' ') : query.text;
}

/** Returns whether a scope lets videos be found by their names. */
export function searchesTitles(scope: Scope): boolean {
  return includesKind(scope, 'title');
}

/** Returns whether a scope lets lines of a kind be found; a scope without kinds lets all. */
export function includesKind({ kinds = [] }: Scope, kind: Line['kind']): boolean {
  return kinds.length === 0 || kinds.includes(kind);
}

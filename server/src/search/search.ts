import type { Scope } from '../core/domain/search-result.ts';
import { TEXT_KINDS } from '../core/domain/vector.ts';
import type { Query } from '../core/query/query-parser.ts';
import { analyseQuestion, type Question } from '../core/query/question-analysis.ts';
import { isAnswerable, MIN_ANSWER_SUPPORT, supportScore } from '../core/ranking/answerability.ts';
import { findBestSpan } from '../core/ranking/best-span.ts';
import type { ScoredPassage } from '../core/ranking/bm25-rescore.ts';
import { TITLE_SOURCE } from '../core/ranking/build-outline.ts';
import { chooseSpan } from '../core/ranking/fusion.ts';
import { type HitPlace, mergeOverlapping } from '../core/ranking/merge-overlapping.ts';
import type { Store } from '../ports/store.ts';
import { type LocatedPlace, type RankedPlace, toRankedPlaces } from './build-hits.ts';
import type { CatalogueReader } from './catalogue-reader.ts';
import { mergeSemantic, type SemanticMatches } from './hybrid-search.ts';
import { toImageMatches } from './image-hits.ts';
import { createIndexLanguages } from './index-languages.ts';
import { type LexicalMatches, matchLexically, withSpellCorrections } from './lexical-search.ts';
import { MAX_RERANKED_PLACES } from './rerank.ts';
import { scanPhrases } from './scan-phrases.ts';
import {
  createSearchRun,
  includesKind,
  rankingText,
  type SearchDeps,
  type SearchModels,
  type SearchRun,
  searchesTitles,
} from './search-run.ts';
import { findTitle, matchesAnyConcept, newestVideos, titleLine } from './title-match.ts';

export interface SearchOutcome {
  readonly query: Query;
  /** As it was asked in the end: misspelt words are replaced, see `Concept.typed`. */
  readonly question: Question;
  /** Best first. */
  readonly rankedPlaces: readonly RankedPlace[];
  /** True where the best ones hold enough of the question to answer from. */
  readonly grounded: boolean;
  /** Concepts of the question that nothing found contains. */
  readonly absent: readonly number[];
}

/** Finds what a query asks for; `k` hits at most, all where it is -1. Rejects with the signal's reason. */
export type Search = (query: string, k: number, scope: Scope, signal: AbortSignal) => Promise<SearchOutcome>;

/**
 * Creates the search. Its path: words and meanings are looked up side by side, misspelt words are replaced, all matches
 * are fused into one ranking, one place is left of those that overlap, and a reranker orders the best.
 */
export function createSearch(
  store: Store,
  catalogue: CatalogueReader,
  models: SearchModels = { patienceMs: 0 },
): Search {
  const languages = createIndexLanguages(store, () => catalogue.revision);
  const deps: SearchDeps = { store, catalogue, languages, models };
  return async (input, k, scope, signal) => {
    signal.throwIfAborted();
    const run = createSearchRun(catalogue, input, k, scope, signal);
    if (languages.list().length === 0) await languages.refresh(signal);
    const question = analyseQuestion(rankingText(run.query), languages.list());
    if (question.terms !== '') return await rankMatches(deps, run);
    const quotes = run.query.requiredClauses.some(({ phrase }) => phrase);
    return quotes ? await findPhrases(deps, run, question) : listNewest(deps, run, question);
  };
}

/** A query of operators alone: the newest videos that they leave; none if they leave out nothing. */
function listNewest(
  { catalogue }: SearchDeps,
  { query, allowed, limit }: SearchRun,
  question: Question,
): SearchOutcome {
  const newest = allowed.allowsAll ? [] : newestVideos(catalogue, allowed, limit);
  const rankedPlaces = toRankedPlaces(catalogue, question, newest);
  return { query, question, rankedPlaces, grounded: false, absent: [] };
}

/** A query of quoted words that are all too common for the index. */
async function findPhrases(deps: SearchDeps, run: SearchRun, question: Question): Promise<SearchOutcome> {
  const { catalogue } = deps;
  const places = await scanPhrases(deps, run);
  const located = places.flatMap((place) =>
    locatePlace(catalogue, run, { question, titles: new Map() }, place),
  );
  const rankedPlaces = toRankedPlaces(catalogue, question, located);
  return { query: run.query, question, rankedPlaces, grounded: false, absent: [] };
}

async function rankMatches(deps: SearchDeps, run: SearchRun): Promise<SearchOutcome> {
  const { catalogue, languages } = deps;
  const [firstMatches, hasNewLanguages, semantic] = await Promise.all([
    matchLexically(deps, run),
    languages.refresh(run.signal),
    matchSemantically(deps, run),
  ]);
  const matches = hasNewLanguages ? await matchLexically(deps, run) : firstMatches;
  const lexical = await withSpellCorrections(deps, run, matches);
  const places = await rankPlaces(deps, run, lexical, semantic);
  const locatedPlaces = places.flatMap((place) => locatePlace(catalogue, run, lexical, place));
  return {
    query: run.query,
    question: lexical.question,
    rankedPlaces: toRankedPlaces(catalogue, lexical.question, locatedPlaces),
    grounded: isAnswerable(places),
    absent: lexical.absent,
  };
}

/** Finds what lies near to the text that ranks hits, by its meaning and by its looks. */
async function matchSemantically(
  { catalogue, languages, models: { meaning, patienceMs } }: SearchDeps,
  { query, scope, allowed, nearestPerKind, signal }: SearchRun,
): Promise<SemanticMatches> {
  // Whoever asks for a speaker's name alone means the name.
  if (!meaning || query.text === '') return { vectorMatches: [], imageMatches: [] };
  const text = rankingText(query);
  const limits = { perKind: nearestPerKind, languages: languages.list(), timeoutMs: patienceMs };
  const textKinds = TEXT_KINDS.filter((kind) => includesKind(scope, kind));
  const [vectorMatches, nearFrames] = await Promise.all([
    meaning.findText(text, textKinds, allowed.filter, limits, signal),
    includesKind(scope, 'frame') ? meaning.findImages(text, allowed.filter, limits, signal) : [],
  ]);
  return { vectorMatches, imageMatches: toImageMatches(catalogue, nearFrames) };
}

/** Fuses all matches, leaves one place of those that overlap, and returns the best, best first. */
async function rankPlaces(
  { store, languages, models: { rerank, patienceMs } }: SearchDeps,
  { query, keep, limit, signal }: SearchRun,
  { question, hits: words, weights, titles }: LexicalMatches,
  semantic: SemanticMatches,
): Promise<readonly HitPlace[]> {
  const locate = (hit: ScoredPassage) => {
    const semanticOnly =
      supportScore(hit) < MIN_ANSWER_SUPPORT && (hit.semanticMatch?.strength ?? 0) > supportScore(hit);
    return chooseSpan(hit, findBestSpan(question, hit.passage.lines, weights, hit.passage), semanticOnly);
  };
  const input = { query, question, languages: languages.list(), names: titles, keep, words, locate };
  const hits = await mergeSemantic(store, { ...input, ...semantic });
  const rerankPlaces = rerank?.();
  if (!rerankPlaces) return mergeOverlapping(hits, limit, locate);
  const places = mergeOverlapping(hits, Math.max(limit, MAX_RERANKED_PLACES), locate);
  return (await rerankPlaces(query.text, places, patienceMs, signal)).slice(0, limit);
}

/** Chooses the copy that a place is shown as; [] if the content's copies have gone since the index was asked. */
function locatePlace(
  catalogue: CatalogueReader,
  { allowed, scope }: SearchRun,
  { question, titles }: Pick<LexicalMatches, 'question' | 'titles'>,
  place: HitPlace,
): readonly LocatedPlace[] {
  const title = findTitle(titles, place.videoId, place.uri);
  const copies = allowed.copiesOf(place.videoId);
  const preferredUri = place.uri || title?.uri;
  const copy = copies.find(({ uri }) => uri === preferredUri) ?? (place.uri === '' ? copies[0] : undefined);
  if (!copy) return [];
  const showsTitle = place.evidence.some(({ source }) => source === TITLE_SOURCE);
  const addsTitle =
    title !== undefined && !showsTitle && searchesTitles(scope) && matchesAnyConcept(question, title.terms);
  return [{ place, copy, names: addsTitle ? [titleLine(catalogue, title)] : [] }];
}

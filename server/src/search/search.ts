import type { Line } from '../core/domain/description.ts';
import type { Scope } from '../core/domain/search-result.ts';
import { TEXT_KINDS } from '../core/domain/vector.ts';
import { analyse, toFactTerm } from '../core/language/tokenizer.ts';
import { parseQuery, type Query } from '../core/query/query-parser.ts';
import { analyseQuestion, type Question } from '../core/query/question-analysis.ts';
import { isAnswerable, MIN_ANSWER_SUPPORT, supportScore } from '../core/ranking/answerability.ts';
import { findBestSpan } from '../core/ranking/best-span.ts';
import { type RescoreCandidate, rescorePassages, type ScoredPassage } from '../core/ranking/bm25-rescore.ts';
import { chooseSpan } from '../core/ranking/fusion.ts';
import { type HitPlace, mergeOverlapping } from '../core/ranking/merge-overlapping.ts';
import { createLineFilter, narrowPassage, satisfiesQuery } from '../core/ranking/query-filter.ts';
import type { PassageCandidate, Store } from '../ports/store.ts';
import { type LocatedPlace, type RankedPlace, toRankedPlaces } from './build-hits.ts';
import type { CatalogueReader } from './catalogue-reader.ts';
import { mergeSemantic } from './hybrid-search.ts';
import { toImageMatches } from './image-hits.ts';
import { createIndexLanguages } from './index-languages.ts';
import { MAX_RERANKED_PLACES, type Rerank } from './rerank.ts';
import { createScopeFilter, type ScopeFilter } from './scope-filter.ts';
import type { SearchLimits, SemanticSearch } from './semantic-search.ts';
import { findSpellCorrections } from './spell-correct.ts';
import {
  findTitle,
  findVideoTitles,
  matchByTitle,
  matchesAnyConcept,
  newestVideos,
  TITLE_SOURCE,
  titleLine,
  type VideoTitles,
} from './title-match.ts';

export interface SearchOutcome {
  readonly query: Query;
  /** As it was asked in the end: misspelt words are replaced, see `Concept.typed`. */
  readonly question: Question;
  /** Best first. */
  readonly rankedPlaces: readonly RankedPlace[];
  /** True where the best ones hold enough of the question to answer from. */
  readonly grounded: boolean;
}

/** Finds what a query asks for; `k` hits at most, all where it is -1. Rejects with the signal's reason. */
export type Search = (query: string, k: number, scope: Scope, signal: AbortSignal) => Promise<SearchOutcome>;

/** Candidates that are scored anew, and how many where operators throw most of them out or all are wanted. */
const CANDIDATE_POOL = 100;
const WIDE_CANDIDATE_POOL = 500;
const FULL_CANDIDATE_POOL = 1_000;

/** One search: what was asked, and what narrows it. */
interface SearchContext {
  readonly query: Query;
  readonly scope: Scope;
  readonly allowed: ScopeFilter;
  readonly languages: readonly string[];
  readonly spellCorrections: ReadonlyMap<string, string>;
  readonly keep: ((line: Line) => boolean) | undefined;
  readonly pool: number;
}

/** Nearest pieces of each kind, and how many where operators throw most of them out or all are wanted. */
const NEAREST_PER_KIND = 50;
const WIDE_NEAREST_PER_KIND = 200;

/** Models that find more than words do; where one is not ready in time, words answer alone. */
export interface SearchModels {
  readonly meaning?: SemanticSearch;
  /** Gives none where no model is in use. */
  readonly rerank?: () => Rerank | undefined;
  /** How long each of them is waited for, ms. */
  readonly patienceMs: number;
}

const NO_TERMS: ReadonlySet<string> = new Set();

export function createSearch(
  store: Store,
  catalogue: CatalogueReader,
  { meaning, rerank, patienceMs }: SearchModels = { patienceMs: 0 },
): Search {
  const languages = createIndexLanguages(store, () => catalogue.revision);

  /** The index's best passages and names for what is asked, scored anew. */
  async function scoreCandidates(context: SearchContext, signal: AbortSignal) {
    const { query, allowed, pool } = context;
    const question = analyseQuestion(rankingText(query), context.languages, context.spellCorrections);
    const factTerms = context.scope.kinds?.includes('facts') ? question.terms.split(' ').map(toFactTerm) : [];
    const speakers = query.speakers.map((name) => analyse(name));
    const searchTerms = [question.terms, ...factTerms, ...speakers].join(' ');
    const [candidates, outlines] = await Promise.all([
      store.matchPassages(searchTerms, pool, allowed.filter, signal),
      store.matchOutlines(searchTerms, CANDIDATE_POOL, allowed.filter, signal),
    ]);
    signal.throwIfAborted();
    const titles = findVideoTitles(catalogue, allowed, outlines);
    const fittingPassages = filterCandidates(context, question, candidates, titles);
    const videosWithText = new Set(
      (context.keep ? fittingPassages : candidates).map(({ passage }) => passage.videoId),
    );
    const usesTitles = query.speakers.length === 0 && searchesTitles(context.scope);
    const titleMatches = usesTitles ? matchByTitle(catalogue, query, question, titles, videosWithText) : [];
    const rescoreCandidates = [...fittingPassages, ...titleMatches];
    return { search: context, question, names: titles, ...rescorePassages(question, rescoreCandidates) };
  }

  /** What lies near to the text that ranks hits. */
  async function findSemantic(
    { query, scope, allowed }: SearchContext,
    limits: SearchLimits,
    signal: AbortSignal,
  ) {
    const { kinds } = scope;
    const allKinds = !kinds || kinds.length === 0;
    const text = rankingText(query);
    // Whoever asks for a speaker's name alone means the name.
    if (!meaning || query.text === '') return { near: [], imageMatches: [] };
    const textKinds = TEXT_KINDS.filter((kind) => allKinds || kinds.includes(kind));
    const [near, nearFrames] = await Promise.all([
      meaning.findText(text, textKinds, allowed.filter, limits, signal),
      allKinds || kinds.includes('frame') ? meaning.findImages(text, allowed.filter, limits, signal) : [],
    ]);
    return { near, imageMatches: toImageMatches(catalogue, nearFrames) };
  }

  return async (input, k, scope, signal) => {
    signal.throwIfAborted();
    const query = parseQuery(input);
    const allowed = createScopeFilter(catalogue, scope, query);
    const limit = k < 0 ? Number.POSITIVE_INFINITY : k;
    if (languages.list().length === 0) await languages.refresh(signal);
    const baseQuestion = analyseQuestion(rankingText(query), languages.list());
    if (baseQuestion.terms === '') {
      const locatedPlaces = allowed.allowsAll ? [] : newestVideos(catalogue, allowed, limit);
      return {
        query,
        question: baseQuestion,
        rankedPlaces: toRankedPlaces(catalogue, baseQuestion, locatedPlaces),
        grounded: false,
      };
    }
    const keep = createLineFilter(query, scope.kinds);
    const isNarrow = keep !== undefined || query.requiredClauses.length > 0 || query.excludedTexts.length > 0;
    const pool =
      k < 0 ? FULL_CANDIDATE_POOL : Math.max(isNarrow ? WIDE_CANDIDATE_POOL : CANDIDATE_POOL, 2 * k);
    const createContext = (spellCorrections: ReadonlyMap<string, string>): SearchContext => ({
      query,
      scope,
      allowed,
      languages: languages.list(),
      spellCorrections,
      keep,
      pool,
    });
    const limits = {
      perKind: isNarrow || k < 0 ? WIDE_NEAREST_PER_KIND : Math.max(NEAREST_PER_KIND, 2 * k),
      timeoutMs: patienceMs,
    };
    const [firstScored, hasNewLanguages, semantic] = await Promise.all([
      scoreCandidates(createContext(new Map()), signal),
      languages.refresh(signal),
      findSemantic(createContext(new Map()), limits, signal),
    ]);
    let scored = hasNewLanguages ? await scoreCandidates(createContext(new Map()), signal) : firstScored;
    const spellCorrections = await findSpellCorrections(
      store,
      catalogue,
      scored.question,
      scored.absent,
      signal,
    );
    if (spellCorrections.size > 0) scored = await scoreCandidates(createContext(spellCorrections), signal);
    const { question } = scored;
    const { hits: words, weights, names } = scored;
    const locate = (hit: ScoredPassage) => {
      const semanticOnly =
        supportScore(hit) < MIN_ANSWER_SUPPORT && (hit.semanticMatch?.strength ?? 0) > supportScore(hit);
      return chooseSpan(hit, findBestSpan(question, hit.passage.lines, weights), semanticOnly);
    };
    const hybridInput = {
      query,
      question,
      languages: languages.list(),
      names,
      keep,
      words,
      locate,
      ...semantic,
    };
    const hits = await mergeSemantic(store, hybridInput);
    const rerankPlaces = rerank?.();
    const distinctPlaces = mergeOverlapping(
      hits,
      rerankPlaces ? Math.max(limit, MAX_RERANKED_PLACES) : limit,
      locate,
    );
    const orderedPlaces = rerankPlaces
      ? await rerankPlaces(query.text, distinctPlaces, patienceMs, signal)
      : distinctPlaces;
    const places = orderedPlaces.slice(0, limit);
    const locatedPlaces = places.flatMap((place) =>
      locatePlace(catalogue, scored.search, question, place, names),
    );
    return {
      query,
      question,
      rankedPlaces: toRankedPlaces(catalogue, question, locatedPlaces),
      grounded: isAnswerable(places),
    };
  };
}

/** What ranks hits: the words, or the speakers' names where nothing else is asked. */
function rankingText(query: Query): string {
  return query.text === '' ? query.speakers.join(' ') : query.text;
}

/** Candidates that meet the query's operators and the scope's kinds, cut down to the lines that do. */
function filterCandidates(
  { query, languages, keep }: SearchContext,
  question: Question,
  candidates: readonly PassageCandidate[],
  names: VideoTitles,
): readonly RescoreCandidate[] {
  return candidates.flatMap(({ passage, score }) => {
    const narrowedPassage = keep ? narrowPassage(passage, keep) : passage;
    if (narrowedPassage.terms === '') return [];
    const title = findTitle(names, passage.videoId, passage.uri);
    if (!satisfiesQuery(query, narrowedPassage, title?.title ?? '', languages)) return [];
    const hasConcepts = question.concepts.length > 0;
    if (keep && hasConcepts && !matchesAnyConcept(question, new Set(narrowedPassage.terms.split(' '))))
      return [];
    return [
      {
        passage: narrowedPassage,
        score,
        videoScore: title?.score ?? 0,
        titleTerms: title?.terms ?? NO_TERMS,
      },
    ];
  });
}

function searchesTitles(scope: Scope): boolean {
  return !scope.kinds || scope.kinds.length === 0 || scope.kinds.includes('title');
}

/** The copy that a place is shown as; none where the content's copies have gone since the index was asked. */
function locatePlace(
  catalogue: CatalogueReader,
  { allowed, scope }: SearchContext,
  question: Question,
  place: HitPlace,
  names: VideoTitles,
): readonly LocatedPlace[] {
  const title = findTitle(names, place.videoId, place.uri);
  const copies = allowed.copiesOf(place.videoId);
  const preferredUri = place.uri || title?.uri;
  const copy = copies.find(({ uri }) => uri === preferredUri) ?? (place.uri === '' ? copies[0] : undefined);
  if (!copy) return [];
  const showsTitle = place.evidence.some(({ source }) => source === TITLE_SOURCE);
  const addsTitle =
    title !== undefined && !showsTitle && searchesTitles(scope) && matchesAnyConcept(question, title.terms);
  return [{ place, copy, names: addsTitle ? [titleLine(catalogue, title)] : [] }];
}

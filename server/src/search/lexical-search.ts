import { analyse, toFactTerm } from '../core/language/tokenizer.ts';
import { analyseQuestion, type Question } from '../core/query/question-analysis.ts';
import {
  type MeasureResult,
  measurePassages,
  type RescoreCandidate,
  type ScoredPassage,
} from '../core/ranking/bm25-rescore.ts';
import { digestPassage } from '../core/ranking/passage-digest.ts';
import { narrowPassage, satisfiesQuery } from '../core/ranking/query-filter.ts';
import { SCORE_WEIGHTS, scorePassages } from '../core/ranking/score-passages.ts';
import { countRarity, solveRarity, type TermRarity } from '../core/ranking/term-rarity.ts';
import type { PassageCandidate } from '../ports/store.ts';
import type { CatalogueReader } from './catalogue-reader.ts';
import type { ScopeFilter } from './scope-filter.ts';
import {
  CANDIDATE_POOL,
  rankingText,
  type SearchDeps,
  type SearchRun,
  searchesTitles,
} from './search-run.ts';
import { findSpellCorrections } from './spell-correct.ts';
import {
  findTitle,
  findVideoTitles,
  matchByTitle,
  matchesAnyConcept,
  type VideoTitles,
} from './title-match.ts';

/** What the words of a question found, best first. */
export interface LexicalMatches extends Pick<MeasureResult, 'absent'> {
  /** Best first. */
  readonly hits: readonly ScoredPassage[];
  /** How much each concept counts where in a passage to seek to. */
  readonly weights: readonly number[];
  /** As it was asked in the end: misspelt words are replaced, see `Concept.typed`. */
  readonly question: Question;
  readonly titles: VideoTitles;
}

/** Words of the question as typed, each with the word of the index that replaces it. */
type SpellCorrections = ReadonlyMap<string, string>;

const NO_CORRECTIONS: SpellCorrections = new Map();
const NO_TERMS: ReadonlySet<string> = new Set();

/** What the words of a question found, measured and in no order. */
interface MeasuredMatches extends Pick<LexicalMatches, 'question' | 'titles'> {
  readonly result: MeasureResult;
}

/** Finds the index's best passages and names for the words that are asked, and scores them again. */
export async function matchLexically(
  deps: SearchDeps,
  run: SearchRun,
  corrections: SpellCorrections = NO_CORRECTIONS,
): Promise<LexicalMatches> {
  const { question, titles, result } = await measureLexically(deps, run, corrections);
  return {
    question,
    titles,
    hits: scorePassages(result),
    weights: conceptWeights(question, result.conceptIdf),
    absent: result.absent,
  };
}

/** Returns how much each concept of a question counts where in a passage to seek to: by its rarity, a weak one less. */
export function conceptWeights({ concepts }: Question, conceptIdf: readonly number[]): readonly number[] {
  return concepts.map(({ weak }, id) => (weak ? SCORE_WEIGHTS.weakExact : 1) * (conceptIdf[id] ?? 0));
}

/** Finds the index's best passages and names for the words that are asked, and measures how they match. */
export async function measureLexically(
  { store, catalogue, languages }: SearchDeps,
  { query, scope, allowed, keep, candidatePool, signal }: SearchRun,
  corrections: SpellCorrections = NO_CORRECTIONS,
): Promise<MeasuredMatches> {
  const indexLanguages = languages.list();
  const question = analyseQuestion(rankingText(query), indexLanguages, corrections);
  const factTerms = scope.kinds?.includes('facts') ? question.terms.split(' ').map(toFactTerm) : [];
  const speakerTerms = query.speakers.map((name) => analyse(name));
  const searchTerms = [question.terms, ...factTerms, ...speakerTerms].join(' ');
  const [candidates, outlines] = await Promise.all([
    store.matchPassages(searchTerms, candidatePool, allowed.filter, signal),
    store.matchOutlines(searchTerms, CANDIDATE_POOL, allowed.filter, signal),
  ]);
  signal.throwIfAborted();
  const titles = findVideoTitles(catalogue, allowed, outlines);
  const fittingPassages = filterCandidates(
    { query, keep },
    indexLanguages,
    question,
    candidates,
    titles,
    catalogue,
  );
  const videosWithText = new Set((keep ? fittingPassages : candidates).map(({ passage }) => passage.videoId));
  const usesTitles = query.speakers.length === 0 && searchesTitles(scope);
  const titleMatches = usesTitles ? matchByTitle(catalogue, query, question, titles, videosWithText) : [];
  const rarity = measureRarity(catalogue, allowed, searchTerms, candidates, candidatePool);
  return {
    question,
    titles,
    result: measurePassages(question, [...fittingPassages, ...titleMatches], rarity),
  };
}

/** Returns how rare terms are in what is searched: counted if the candidates are all that contain any, else solved. */
function measureRarity(
  catalogue: CatalogueReader,
  allowed: ScopeFilter,
  searchTerms: string,
  candidates: readonly PassageCandidate[],
  candidatePool: number,
): TermRarity {
  const terms = searchTerms.split(' ').filter((term) => term !== '');
  const passageCount = Math.max(countClips(catalogue, allowed), candidates.length);
  return candidates.length < candidatePool
    ? countRarity(terms, candidates, passageCount)
    : solveRarity(terms, candidates, passageCount);
}

const clipCounts = new WeakMap<CatalogueReader, { readonly revision: number; readonly count: number }>();

/** Returns the number of clips that a search may find: as many passages begin, one each 30 s. */
function countClips(catalogue: CatalogueReader, allowed: ScopeFilter): number {
  const { revision } = catalogue;
  const cached = clipCounts.get(catalogue);
  if (allowed.allowsAll && cached?.revision === revision) return cached.count;
  const videoIds = new Set(allowed.copies().map(({ videoId }) => videoId));
  const count = [...videoIds].reduce(
    (sum, videoId) => sum + (catalogue.video(videoId)?.clips?.length ?? 0),
    0,
  );
  if (allowed.allowsAll) clipCounts.set(catalogue, { revision, count });
  return count;
}

/** Searches again with misspelt words replaced, if a word is in no passage and the index has one like it. */
export async function withSpellCorrections(
  deps: SearchDeps,
  run: SearchRun,
  matches: LexicalMatches,
): Promise<LexicalMatches> {
  const { store, catalogue } = deps;
  const { question, absent } = matches;
  const confinedTo = run.scope.confined ? run.allowed : undefined;
  const corrections = await findSpellCorrections(store, catalogue, question, absent, confinedTo, run.signal);
  return corrections.size > 0 ? await matchLexically(deps, run, corrections) : matches;
}

/** Returns the candidates that meet the query's operators and the scope's kinds, cut down to the lines that do. */
function filterCandidates(
  { query, keep }: Pick<SearchRun, 'query' | 'keep'>,
  languages: readonly string[],
  question: Question,
  candidates: readonly PassageCandidate[],
  titles: VideoTitles,
  catalogue: CatalogueReader,
): readonly RescoreCandidate[] {
  const needsConcept = keep !== undefined && question.concepts.length > 0;
  return candidates.flatMap(({ passage: wholePassage, digest: wholeDigest, score }) => {
    const passage = keep ? narrowPassage(wholePassage, keep) : wholePassage;
    if (passage.terms === '') return [];
    const title = findTitle(titles, passage.videoId, passage.uri);
    if (!satisfiesQuery(query, passage, title?.title ?? '', languages)) return [];
    if (needsConcept && !matchesAnyConcept(question, new Set(passage.terms.split(' ')))) return [];
    const videoMs = catalogue.video(passage.videoId)?.probe.durationMs ?? 0;
    const digest = (keep ? undefined : wholeDigest) ?? digestPassage(passage);
    return [
      {
        passage,
        digest,
        score,
        videoScore: title?.score ?? 0,
        titleTerms: title?.terms ?? NO_TERMS,
        videoMs,
      },
    ];
  });
}

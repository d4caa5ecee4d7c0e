import type { Line } from '../core/domain/description.ts';
import type { Passage } from '../core/domain/passage.ts';
import type { Query } from '../core/query/query-parser.ts';
import type { Question } from '../core/query/question-analysis.ts';
import type { TextSpan } from '../core/ranking/best-span.ts';
import type { ScoredPassage } from '../core/ranking/bm25-rescore.ts';
import {
  combineMatches,
  fuseResults,
  type ImageMatch,
  toPassageIds,
  type VectorMatch,
} from '../core/ranking/fusion.ts';
import { narrowPassage, satisfiesQuery } from '../core/ranking/query-filter.ts';
import type { Store } from '../ports/store.ts';
import { findTitle, type VideoTitles } from './title-match.ts';

/** What a question's meaning and looks found. */
export interface SemanticMatches {
  readonly vectorMatches: readonly VectorMatch[];
  readonly imageMatches: readonly ImageMatch[];
}

export interface HybridInput extends SemanticMatches {
  readonly query: Query;
  readonly question: Question;
  readonly languages: readonly string[];
  readonly names: VideoTitles;
  /** Keeps the lines allowed by the scope's kinds and `speaker:`; undefined if neither restricts lines. */
  readonly keep: ((line: Line) => boolean) | undefined;
  /** Lexical matches, best first. */
  readonly words: readonly ScoredPassage[];
  /** Where in a hit to seek to. */
  readonly locate: (hit: ScoredPassage) => TextSpan | undefined;
}

/**
 * Drops the `shown:` clauses, which a matching picture satisfies without words. All other clauses still
 * apply.
 */
function withoutCaptionTerms(query: Query): Query {
  return {
    ...query,
    requiredClauses: query.requiredClauses.filter(
      ({ phrase, kinds }) => phrase || !kinds?.includes('caption'),
    ),
  };
}

/**
 * Merges lexical, semantic and image matches into one ranked list, keeping only those that satisfy the
 * query's operators and the scope.
 */
export async function mergeSemantic(store: Store, input: HybridInput): Promise<readonly ScoredPassage[]> {
  const { query, languages, names, keep, words, vectorMatches, imageMatches } = input;
  if (vectorMatches.length === 0 && imageMatches.length === 0) return words;
  const lexicalPassages = new Map(words.map(({ passage }) => [passage.id, passage]));
  const windows = new Map(
    [...vectorMatches, ...imageMatches].map((vectorMatch) => [vectorMatch, toPassageIds(vectorMatch)]),
  );
  const ids = new Set([...windows.values()].flat().filter((id) => !lexicalPassages.has(id)));
  const fetchedPassages = new Map(
    (await store.passagesById([...ids])).map((passage) => [passage.id, passage]),
  );
  const findTitleText = ({ videoId, uri }: Pick<Passage, 'videoId' | 'uri'>) =>
    findTitle(names, videoId, uri)?.title ?? '';

  const piecesByPassage = new Map<Passage, VectorMatch[]>();
  const addPiece = (passage: Passage, vectorMatch: VectorMatch) => {
    const existing = piecesByPassage.get(passage);
    if (existing) existing.push(vectorMatch);
    else piecesByPassage.set(passage, [vectorMatch]);
  };
  for (const vectorMatch of vectorMatches) {
    const windowIds = windows.get(vectorMatch) ?? [];
    const knownPassages = windowIds.flatMap((id) => lexicalPassages.get(id) ?? []);
    if (knownPassages.length > 0) for (const passage of knownPassages) addPiece(passage, vectorMatch);
    else
      for (const passage of windowIds.flatMap((id) => fetchedPassages.get(id) ?? []).slice(0, 1))
        addPiece(passage, vectorMatch);
  }
  const semanticHits = [...piecesByPassage].flatMap(([fullPassage, passagePieces]) => {
    const passage =
      lexicalPassages.has(fullPassage.id) || !keep ? fullPassage : narrowPassage(fullPassage, keep);
    if (
      !lexicalPassages.has(fullPassage.id) &&
      !satisfiesQuery(query, passage, findTitleText(fullPassage), languages)
    )
      return [];
    const semanticMatch = combineMatches(passage, passagePieces);
    return semanticMatch ? [{ passage, semanticMatch }] : [];
  });
  const visibleMatches = imageMatches.flatMap((imageMatch) => {
    if (keep && !keep(imageMatch.line)) return [];
    const ids = windows.get(imageMatch) ?? [];
    const nearbyLines = ids
      .flatMap((id) => lexicalPassages.get(id) ?? fetchedPassages.get(id) ?? [])
      .flatMap(({ lines }) => lines);
    const { startMs, endMs } = imageMatch;
    const passage = {
      id: '',
      videoId: imageMatch.videoId,
      uri: imageMatch.uri,
      startMs,
      endMs,
      terms: '',
      lines: nearbyLines,
    };
    return satisfiesQuery(withoutCaptionTerms(query), passage, findTitleText(passage), languages)
      ? [{ look: imageMatch, beside: nearbyLines }]
      : [];
  });
  return fuseResults(input.question, words, semanticHits, visibleMatches, input.locate);
}

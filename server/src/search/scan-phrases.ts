import type { Line } from '../core/domain/description.ts';
import type { Passage } from '../core/domain/passage.ts';
import { capToMaxHit, type TextSpan } from '../core/ranking/best-span.ts';
import type { ScoredPassage } from '../core/ranking/bm25-rescore.ts';
import { type HitPlace, mergeOverlapping } from '../core/ranking/merge-overlapping.ts';
import { narrowPassage, satisfiesQuery } from '../core/ranking/query-filter.ts';
import type { SearchDeps, SearchRun } from './search-run.ts';
import { newestCopies } from './title-match.ts';

/** Maximum number of videos that are read for one query. */
const MAX_SCANNED_VIDEOS = 500;

/**
 * Finds quoted words that are too common for the index ("to be or not to be"). It reads the passages of the newest
 * videos, newest first, until it has found enough.
 */
export async function scanPhrases(
  { store, languages }: SearchDeps,
  { query, keep, allowed, limit, signal }: SearchRun,
): Promise<readonly HitPlace[]> {
  const matches: ScoredPassage[] = [];
  const places = () => mergeOverlapping(matches, limit, locate);
  const holds = (passage: Passage) => satisfiesQuery(query, passage, '', languages.list());
  const locate = ({ passage }: ScoredPassage): TextSpan => {
    const lines = passage.lines.filter((line) => holds({ ...passage, lines: [line] }));
    return toSpan(lines.length > 0 ? lines : passage.lines);
  };
  for (const { videoId, uri } of newestCopies(allowed).slice(0, MAX_SCANNED_VIDEOS)) {
    signal.throwIfAborted();
    for (const whole of await store.passages(videoId, uri)) {
      const passage = keep ? narrowPassage(whole, keep) : whole;
      if (holds(passage))
        matches.push({ passage, score: 1, termCoverage: 1, hasTermPair: true, answerOdds: 0 });
    }
    if (matches.length >= limit && places().length >= limit) break;
  }
  return places();
}

function toSpan(lines: readonly Line[]): TextSpan {
  const startMs = Math.min(...lines.map((line) => line.startMs));
  const endMs = Math.max(...lines.map((line) => line.endMs));
  return { ...capToMaxHit({ startMs, endMs }), evidence: lines };
}

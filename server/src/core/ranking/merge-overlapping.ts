import type { Line } from '../domain/description.ts';
import { overlapMs, type Uri } from '../domain/time-range.ts';
import { compareByTime, isSameLine } from '../language/lines.ts';
import { MAX_HIT_MS, type TextSpan } from './best-span.ts';
import type { ScoredPassage } from './bm25-rescore.ts';

/** A place in a video. It belongs to a content, or to a copy if a sidecar contributed. */
export interface HitPlace extends TextSpan {
  readonly videoId: string;
  readonly uri: Uri | '';
  readonly score: number;
  readonly termCoverage: number;
  readonly hasTermPair: boolean;
  readonly answerOdds: number;
  readonly semanticMatch?: ScoredPassage['semanticMatch'];
  readonly exact?: boolean;
  /** The passage it was found in, with all its lines. */
  readonly window: ScoredPassage['passage'];
}

function hasEvidence(line: Line, place: HitPlace): boolean {
  return place.evidence.some((other) => isSameLine(line, other));
}

/** Returns whether two places are the same in one copy, or in content that the copy shares. */
function isSamePlace(place: HitPlace, next: HitPlace): boolean {
  if (place.videoId !== next.videoId) return false;
  if (place.uri !== '' && next.uri !== '' && place.uri !== next.uri) return false;
  return overlapMs(place, next) > 0 || next.evidence.every((line) => hasEvidence(line, place));
}

/**
 * Merges places found through a sidecar and the content. The better one keeps its range unless both fit in
 * one hit.
 */
function mergePlaces(place: HitPlace, next: HitPlace): HitPlace {
  const startMs = Math.min(place.startMs, next.startMs);
  const endMs = Math.max(place.endMs, next.endMs);
  const fitsInOneHit = endMs - startMs <= MAX_HIT_MS;
  const addedEvidence = next.evidence.filter(
    (line) => !hasEvidence(line, place) && (fitsInOneHit || overlapMs(line, place) > 0),
  );
  return {
    ...place,
    ...(fitsInOneHit && { startMs, endMs }),
    uri: place.uri || next.uri,
    termCoverage: Math.max(place.termCoverage, next.termCoverage),
    hasTermPair: place.hasTermPair || next.hasTermPair,
    answerOdds: Math.max(place.answerOdds, next.answerOdds),
    evidence: [...place.evidence, ...addedEvidence].sort(compareByTime),
  };
}

/**
 * Returns the best places, best first, without overlaps within a video. `locate` finds the moment of a
 * passage and is called only when needed. The number per video is not limited, because a limit would reduce
 * recall.
 */
export function mergeOverlapping(
  scoredPassages: readonly ScoredPassage[],
  limit: number,
  locate: (hit: ScoredPassage) => TextSpan | undefined,
): readonly HitPlace[] {
  const places: HitPlace[] = [];
  for (const hit of scoredPassages) {
    const { passage, score, termCoverage, hasTermPair, answerOdds, semanticMatch, exact = false } = hit;
    const { videoId, uri } = passage;
    const overlappingIndex = places.findIndex(
      (place) =>
        place.videoId === videoId &&
        place.uri === uri &&
        place.window.uri === uri &&
        !exact &&
        !place.exact &&
        overlapMs(place.window, passage) > 0,
    );
    if (overlappingIndex >= 0) continue;
    const moment = locate(hit);
    if (!moment) continue;
    const common = { videoId, uri, score, termCoverage, hasTermPair, answerOdds, window: passage };
    const next: HitPlace = {
      ...moment,
      ...common,
      ...(semanticMatch && { semanticMatch }),
      ...(exact && { exact }),
    };
    const sameIndex = places.findIndex((place) => isSamePlace(place, next));
    const place = places[sameIndex];
    if (place) {
      if (place.window.uri !== uri || exact || place.exact) places[sameIndex] = mergePlaces(place, next);
    } else if (places.length < limit) places.push(next);
    else break;
  }
  return places;
}

import { toClipId } from '../core/domain/clip-id.ts';
import type { Line } from '../core/domain/description.ts';
import { formatMediaLink } from '../core/domain/media-link.ts';
import type { Hit } from '../core/domain/search-result.ts';
import type { VideoFile } from '../core/domain/video.ts';
import { findClipAt } from '../core/pipeline/group-lines-by-clip.ts';
import type { Question } from '../core/query/question-analysis.ts';
import { confidence, isLowConfidence } from '../core/ranking/answerability.ts';
import { createHitLines } from '../core/ranking/line-matches.ts';
import type { HitPlace } from '../core/ranking/merge-overlapping.ts';
import type { CatalogueReader } from './catalogue-reader.ts';

/** A place with the copy it is shown as, and evidence from the copy's title. */
export interface LocatedPlace {
  readonly place: HitPlace;
  readonly copy: VideoFile;
  /** Titles that contain a word of the question. */
  readonly names: readonly Line[];
}

/** A hit with the place it was made from. */
export interface RankedPlace {
  readonly hit: Hit;
  readonly place: HitPlace;
}

/**
 * Converts places to hits with scores in 0..1. The best score is how much of the question its place covers;
 * the others are scaled in proportion.
 */
export function toRankedPlaces(
  catalogue: CatalogueReader,
  question: Question,
  locatedPlaces: readonly LocatedPlace[],
): readonly RankedPlace[] {
  const best = locatedPlaces[0]?.place;
  if (!best) return [];
  const bestConfidence = confidence(question, best);
  const toHitLine = createHitLines(question);
  return locatedPlaces.map(({ place, copy, names }) => {
    const range = { startMs: Math.round(place.startMs), endMs: Math.round(place.endMs) };
    const clip = findClipAt(catalogue.video(copy.videoId)?.clips ?? [], range) ?? range;
    const hit: Hit = {
      clipId: toClipId(copy.videoId, clip),
      videoId: copy.videoId,
      uri: copy.uri,
      path: copy.path,
      clip: { startMs: clip.startMs, endMs: clip.endMs },
      ...range,
      score: Math.max(0, bestConfidence * (best.score > 0 ? place.score / best.score : 1)),
      weak: isLowConfidence(place),
      link: formatMediaLink(copy.uri, range),
      evidence: [...place.evidence, ...names].map((line) => toHitLine(line, range)),
    };
    return { hit, place };
  });
}

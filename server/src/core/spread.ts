import type { Line } from './description.ts';
import { byTime, sameLine } from './lines.ts';
import { LONGEST_HIT_MS, type Moment } from './moment.ts';
import { overlapMs, type Uri } from './range.ts';
import type { Scored } from './rescore.ts';

/** One place of a video: a content's, or a copy's where its sidecar is part of the reason. */
export interface Place extends Moment {
  readonly videoId: string;
  readonly uri: Uri | '';
  readonly score: number;
  readonly share: number;
  readonly pair: boolean;
  readonly meaning?: Scored['meaning'];
  readonly exact?: boolean;
  /** The window it was found in and all its lines. */
  readonly window: Scored['passage'];
}

function known(line: Line, place: Place): boolean {
  return place.evidence.some((other) => sameLine(line, other));
}

/** The same place in the same copy, or in content that a copy shares. */
function meets(place: Place, next: Place): boolean {
  if (place.videoId !== next.videoId) return false;
  if (place.uri !== '' && next.uri !== '' && place.uri !== next.uri) return false;
  return overlapMs(place, next) > 0 || next.evidence.every((line) => known(line, place));
}

/** Joins what a sidecar and the content say of one place; the better one's moment stays unless both fit. */
function join(place: Place, next: Place): Place {
  const startMs = Math.min(place.startMs, next.startMs);
  const endMs = Math.max(place.endMs, next.endMs);
  const fits = endMs - startMs <= LONGEST_HIT_MS;
  const more = next.evidence.filter((line) => !known(line, place) && (fits || overlapMs(line, place) > 0));
  return {
    ...place,
    ...(fits && { startMs, endMs }),
    uri: place.uri || next.uri,
    share: Math.max(place.share, next.share),
    pair: place.pair || next.pair,
    evidence: [...place.evidence, ...more].sort(byTime),
  };
}

/**
 * The best places, best first, no two over the same stretch of one video. `locate` finds the moment of a passage;
 * it is asked only for passages that get that far. No cap a video: a cap costs recall.
 */
export function spread(
  scored: readonly Scored[],
  limit: number,
  locate: (found: Scored) => Moment | undefined,
): readonly Place[] {
  const places: Place[] = [];
  for (const found of scored) {
    const { passage, score, share, pair, meaning, exact = false } = found;
    const { videoId, uri } = passage;
    const rough = places.findIndex(
      (place) =>
        place.videoId === videoId &&
        place.uri === uri &&
        place.window.uri === uri &&
        !exact &&
        !place.exact &&
        overlapMs(place.window, passage) > 0,
    );
    if (rough >= 0) continue;
    const moment = locate(found);
    if (!moment) continue;
    const of = { videoId, uri, score, share, pair, window: passage };
    const next: Place = { ...moment, ...of, ...(meaning && { meaning }), ...(exact && { exact }) };
    const at = places.findIndex((place) => meets(place, next));
    const place = places[at];
    if (place) {
      if (place.window.uri !== uri || exact || place.exact) places[at] = join(place, next);
    } else if (places.length < limit) places.push(next);
    else break;
  }
  return places;
}

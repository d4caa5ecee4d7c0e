/** What a container says of a track of pictures or sound, as far as it decides whether players choose it. */
export interface TrackMarks {
  /** Flagged as the one to play. */
  readonly isDefault: boolean;
  /** Made for some only: a commentary, a description, for impaired hearing or sight, forced. */
  readonly isSpecial: boolean;
  /** One picture that stands for the file. */
  readonly isPoster: boolean;
  /** px of a picture, or channels of sound. */
  readonly size: number;
}

/** Titles of tracks that files flag too rarely. */
const SPECIAL_TITLE = /\b(?:commentary|audio description|descriptive audio)\b/i;

export function hasSpecialTitle(title: string | undefined): boolean {
  return title !== undefined && SPECIAL_TITLE.test(title);
}

/**
 * Chooses the track that players choose: no poster if there is another, then the default, then none for special
 * listeners, then the largest, then the first. Undefined if there is no track.
 */
export function chooseTrack<T>(tracks: readonly T[], marksOf: (track: T) => TrackMarks): T | undefined {
  const rank = (track: T): readonly number[] => {
    const { isPoster, isDefault, isSpecial, size } = marksOf(track);
    return [Number(!isPoster), Number(isDefault), Number(!isSpecial), size];
  };
  return tracks.reduce<T | undefined>((best, track) => {
    if (best === undefined) return track;
    const [bestRank, ownRank] = [rank(best), rank(track)];
    const at = ownRank.findIndex((value, n) => value !== bestRank[n]);
    return at >= 0 && (ownRank[at] ?? 0) > (bestRank[at] ?? 0) ? track : best;
  }, undefined);
}

/** How far a file is read to tell posters from films: by then a film has shown many pictures. ms */
export const POSTER_WITHIN_MS = 10_000;

/** Finds the tracks with one picture, given how many pictures each video track shows early on. */
export function findPosters(pictures: ReadonlyMap<number, number>): ReadonlySet<number> {
  const counts = [...pictures];
  if (!counts.some(([, count]) => count > 10)) return new Set();
  return new Set(counts.filter(([, count]) => count <= 1).map(([index]) => index));
}

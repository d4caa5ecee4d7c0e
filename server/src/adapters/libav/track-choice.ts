/** Properties of a video or audio track that decide whether players choose it. */
export interface TrackMarks {
  /** True if the track is flagged as default. */
  readonly isDefault: boolean;
  /**
   * True if the track is for some users only: a commentary, an audio description, for impaired hearing or
   * sight, or forced.
   */
  readonly isSpecial: boolean;
  /** True if the track is a single picture that represents the file. */
  readonly isPoster: boolean;
  /** Pixels of a picture, or number of audio channels. */
  readonly size: number;
}

/** Titles of special tracks, because files often lack the flag. */
const SPECIAL_TITLE = /\b(?:commentary|audio description|descriptive audio)\b/i;

export function hasSpecialTitle(title: string | undefined): boolean {
  return title !== undefined && SPECIAL_TITLE.test(title);
}

/**
 * Sorts tracks as players prefer them. A poster comes last, then default tracks are preferred, then tracks for all
 * users, then the largest, then the first.
 */
export function sortByPreference<T>(tracks: readonly T[], toMarks: (track: T) => TrackMarks): readonly T[] {
  const rank = (track: T): readonly number[] => {
    const { isPoster, isDefault, isSpecial, size } = toMarks(track);
    return [Number(!isPoster), Number(isDefault), Number(!isSpecial), size];
  };
  return tracks.toSorted((a, b) => {
    const [rankA, rankB] = [rank(a), rank(b)];
    const at = rankA.findIndex((value, n) => value !== rankB[n]);
    return at < 0 ? 0 : (rankB[at] ?? 0) - (rankA[at] ?? 0);
  });
}

/** How far a file is read to distinguish posters from films: by then a film has shown many pictures. ms */
export const POSTER_WITHIN_MS = 10_000;

/**
 * Returns the tracks with a single picture, given the number of pictures that each video track shows early
 * on.
 */
export function findPosters(pictures: ReadonlyMap<number, number>): ReadonlySet<number> {
  const counts = [...pictures];
  if (!counts.some(([, count]) => count > 10)) return new Set();
  return new Set(counts.filter(([, count]) => count <= 1).map(([index]) => index));
}

import type { Line, LineKind } from './description.ts';
import type { Ms, TimeRange, Uri } from './time-range.ts';

export interface Scope {
  readonly uris?: readonly Uri[];
  /** Milliseconds since 1970, UTC; `to` is exclusive. */
  readonly recordedFromMs?: number;
  readonly recordedToMs?: number;
  readonly kinds?: readonly LineKind[];
}

/** A Clip found for a query, with its score and the reason it was found. */
export interface Hit {
  readonly clipId: string;
  readonly videoId: string;
  readonly uri: Uri;
  readonly path: string;
  readonly clip: TimeRange;
  readonly startMs: Ms;
  readonly endMs: Ms;
  readonly score: number;
  readonly weak: boolean;
  readonly link: string;
  readonly evidence: readonly Line[];
}

/** A Clip range that a sentence of an Answer rests on; `n` counts from 1. */
export interface Citation {
  readonly n: number;
  readonly clipId: string;
  readonly uri: Uri;
  readonly startMs: Ms;
  readonly endMs: Ms;
  readonly link: string;
  readonly quote: string;
}

/** Text whose every claim carries a Citation, or an honest "nothing found". */
export interface Answer {
  readonly answer: string;
  readonly citations: readonly Citation[];
  readonly grounded: boolean;
  readonly hits: readonly Hit[];
}

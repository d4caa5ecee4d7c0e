import type { Line, LineKind } from './description.ts';
import type { Ms, TimeRange, Uri } from './time-range.ts';

export interface Scope {
  readonly uris?: readonly Uri[];
  /** Milliseconds since 1970, UTC; `recordedToMs` is exclusive. */
  readonly recordedFromMs?: number;
  readonly recordedToMs?: number;
  readonly kinds?: readonly LineKind[];
}

/** A clip found for a query, with its score and the evidence. */
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

/** The clip range that a sentence of an answer is based on; `n` counts from 1. */
export interface Citation {
  readonly n: number;
  readonly clipId: string;
  readonly uri: Uri;
  readonly startMs: Ms;
  readonly endMs: Ms;
  readonly link: string;
  readonly quote: string;
}

/** Text in which every claim has a citation, or a plain "nothing found". */
export interface Answer {
  readonly answer: string;
  readonly citations: readonly Citation[];
  readonly grounded: boolean;
  readonly hits: readonly Hit[];
}

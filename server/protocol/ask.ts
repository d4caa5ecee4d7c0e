import type { Ms, Scope, Tokens, Uri } from './base.ts';
import type { Hit } from './search.ts';

export interface AskParams extends Tokens {
  readonly question: string;
  /** How many clips to answer from: 3 where absent, -1 for all. */
  readonly k?: number;
  readonly scope?: Scope;
  /** Look again at the frames of the clips found, with the question in hand; needs a captioner. */
  readonly inspect?: boolean;
  /** What was asked and answered before, the oldest first; the last ones count. At most 20. */
  readonly conversation?: readonly AskExchange[];
}

export interface AskExchange {
  readonly question: string;
  readonly answer: string;
}

export interface Citation {
  /** The number in square brackets in the answer, from 1. */
  readonly n: number;
  readonly clipId: string;
  readonly uri: Uri;
  readonly startMs: Ms;
  readonly endMs: Ms;
  readonly link: string;
  readonly quote: string;
}

export interface AskResult {
  readonly answer: string;
  readonly citations: readonly Citation[];
  /** False where nothing in the index answers the question; `answer` then says so. */
  readonly grounded: boolean;
  readonly hits: readonly Hit[];
  /** Why the answer is in quotes though a model is set; absent where nothing need be said. */
  readonly note?: string;
}

/** The value of `$/progress` on the `partialResultToken`. */
export interface AskDelta {
  readonly delta: string;
}

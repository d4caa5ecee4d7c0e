import type { AskResult, AskUsage, Citation } from '../../../protocol/ask.ts';
import type { Hit } from '../../../protocol/search.ts';
import type { LineKind } from './description.ts';
import type { Uri } from './time-range.ts';

export type { AskUsage, Citation, Hit };

/** Where to search. Unlike the protocol's scope its dates are parsed. */
export interface Scope {
  readonly uris?: readonly Uri[];
  /** True if whoever asks must learn nothing of what is outside `uris`, not even that a word occurs there. */
  readonly confined?: boolean;
  /** Milliseconds since 1970, UTC; `recordedToMs` is exclusive. */
  readonly recordedFromMs?: number;
  readonly recordedToMs?: number;
  readonly kinds?: readonly LineKind[];
}

/** Text whose every claim carries a Citation, or an honest "nothing found". */
export type Answer = AskResult;

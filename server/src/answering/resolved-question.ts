import type { Scope } from '../core/domain/search-result.ts';
import type { Ms } from '../core/domain/time-range.ts';
import type { VideoFile } from '../core/domain/video.ts';
import type { RankedPlace } from '../search/build-hits.ts';
import type { SearchOutcome } from '../search/search.ts';
import type { AskRequest } from './ask-request.ts';

/** Holds what a question finds and how the question narrows the search. */
export interface ResolvedQuestion extends SearchOutcome {
  /** Text searched for: without phrases about time, and completed if the question is a follow-up. */
  readonly text: string;
  /** Scope of the request, narrowed by dates in the question. */
  readonly scope: Scope;
  /** Copies that the answer may use. */
  readonly allowedVideos: readonly VideoFile[];
  /** True if scope, operators or dates exclude some copies. */
  readonly isNarrowed: boolean;
  /** Videos the question asks about as a whole, one copy per content; [] if it asks about a moment. */
  readonly wholeVideos: readonly VideoFile[];
  /** Set if places were chosen by position, in time order, and not by their words. */
  readonly order?: 'before' | 'after' | 'part' | 'end';
  /** The time that the question names, as in "at 0:36", and the concepts that it asks for beside it. */
  readonly at?: { readonly ms: Ms; readonly conceptIds: readonly number[] };
  /** True if matches elsewhere in the same videos were left out. */
  readonly isPartial?: boolean;
  /** Place that `order` refers to. */
  readonly anchor?: RankedPlace;
  /** True if the places state how often something happens, so the answer quotes them and does not count. */
  readonly asksForFrequency?: true;
}

/** Finds at most `k` places (-1: all) for a question. Rejects with the signal's reason. */
export type ResolveQuestion = (
  request: Pick<AskRequest, 'question' | 'scope' | 'conversation' | 'ranges'>,
  k: number,
  signal: AbortSignal,
) => Promise<ResolvedQuestion>;

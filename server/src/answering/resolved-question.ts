import type { Scope } from '../core/domain/search-result.ts';
import type { VideoFile } from '../core/domain/video.ts';
import type { RankedPlace } from '../search/build-hits.ts';
import type { SearchOutcome } from '../search/search.ts';
import type { AskRequest } from './ask-request.ts';

/** What a question finds, however it says where to look. */
export interface ResolvedQuestion extends SearchOutcome {
  /** What was looked for: without the words about time, with what a follow-up leaves unsaid. */
  readonly text: string;
  /** As the question's dates narrow it. */
  readonly scope: Scope;
  /** The copies that may be answered from. */
  readonly allowedVideos: readonly VideoFile[];
  /** True where scope, operators or dates leave some copies out. */
  readonly isNarrowed: boolean;
  /** The videos that are meant as a whole, each content once; [] where a place is asked for. */
  readonly wholeVideos: readonly VideoFile[];
  /** Set where findings, in time order, were chosen by where they lie and not by the words they hold. */
  readonly order?: 'before' | 'after' | 'part';
  /** True where places elsewhere in the same videos were left out. */
  readonly isPartial?: boolean;
  /** What `order` is beside. */
  readonly anchor?: RankedPlace;
  /** True where the findings tell how often something is done: what they say is asked for, and not their number. */
  readonly asksForFrequency?: true;
}

/** Finds at most `k` places (-1: all) for a question. Rejects with the signal's reason. */
export type ResolveQuestion = (
  request: Pick<AskRequest, 'question' | 'scope' | 'conversation'>,
  k: number,
  signal: AbortSignal,
) => Promise<ResolvedQuestion>;

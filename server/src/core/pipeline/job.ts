import type { Stage } from '../domain/stage.ts';
import type { TimeRange, Uri } from '../domain/time-range.ts';
import type { MediaFailure } from '../errors/media-failure.ts';

/** `now`: a person waits for it. `fast`: names, containers, Cues. `deep`: whole passes and models. */
export type JobLane = 'now' | 'fast' | 'deep';

/**
 * One piece of work, derived by plan.ts from what is on disk against what is stored. Plain data under 4 KB,
 * without secrets, so that an Executor may run it in another process or on another host.
 */
export interface Job {
  /** Hash of stage, content, range and recipe; hex, never all digits. Equal work, equal key. */
  readonly key: string;
  readonly stage: Stage;
  readonly videoId: string;
  /** Where the media is read; for path stages also whose sidecars are meant. */
  readonly uri: Uri;
  /** True where the result belongs to this path and not to the content. */
  readonly path: boolean;
  /** Absent: the whole video. */
  readonly range?: TimeRange;
  readonly recipe: string;
  readonly lane: JobLane;
  /** Greater is sooner, within a lane. */
  readonly rank: number;
}

/** `refused`: bad media, stored and not tried again. `unavailable`: no model or host; not an attempt. */
export type JobOutcome<T> =
  | { readonly state: 'ok'; readonly value: T }
  | { readonly state: 'refused'; readonly failure: MediaFailure }
  | { readonly state: 'unavailable'; readonly reason: string }
  | { readonly state: 'cancelled' };

import type { Stage } from '../domain/stage.ts';
import type { TimeRange, Uri } from '../domain/time-range.ts';
import type { MediaFailure } from '../errors/media-failure.ts';

/**
 * Names the lane of a job. `now`: a user waits. `fast`: names, containers, cues. `deep`: full decoding and
 * models.
 */
export type JobLane = 'now' | 'fast' | 'deep';

/**
 * One unit of work, derived by planner.ts from the state of disk and index. Plain data under 4 KB without
 * secrets, so that an Executor may run it in another process or on another host.
 */
export interface Job {
  /** Hash of stage, content, range and recipe. Hex, never only digits. Equal work has an equal key. */
  readonly key: string;
  readonly stage: Stage;
  readonly videoId: string;
  /** Media to read; for path stages, also the copy whose sidecars are read. */
  readonly uri: Uri;
  /** True if the result belongs to this path and not to the content. */
  readonly path: boolean;
  /** Missing for the whole video. */
  readonly range?: TimeRange;
  readonly recipe: string;
  readonly lane: JobLane;
  /** Higher ranks run first within a lane. */
  readonly rank: number;
}

/**
 * Result of a job. `refused`: bad media; stored and not retried. `unavailable`: no model or host; not counted
 * as an attempt.
 */
export type JobOutcome<T> =
  | { readonly state: 'ok'; readonly value: T }
  | { readonly state: 'refused'; readonly failure: MediaFailure }
  | { readonly state: 'unavailable'; readonly reason: string }
  | { readonly state: 'cancelled' };

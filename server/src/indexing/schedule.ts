import type { Log } from '../base/log.ts';
import type { Stage } from '../core/domain/stage.ts';
import type { Uri } from '../core/domain/time-range.ts';
import type { VideoFile, VideoRecord } from '../core/domain/video.ts';
import type { Job, JobOutcome } from '../core/pipeline/job.ts';
import type { StagePlan } from '../core/pipeline/planner.ts';
import type { WorkTask } from '../core/pipeline/work-task.ts';
import type { Executor, RunJob, SettleJob } from '../ports/executor.ts';
import type { WorkQueue } from '../ports/work-queue.ts';
import type { VideoCatalogue } from './catalogue.ts';
import type { PartialResults } from './partial-results.ts';
import type { PriorityGate } from './priority-gate.ts';
import type { StageResult, StageRunner } from './stages/stage-runner.ts';

/** Holds the scheduler's state. Waiting and running jobs are part of the executor's state. */
export interface ScheduleState {
  /** Jobs of each content's newest plan, all of them offered. Contents with nothing to do have no entry. */
  readonly planned: Map<string, readonly Job[]>;
  /** Contents to plan in the next slices, in this order. */
  readonly unplanned: Set<string>;
  /** Contents to plan when their pending write has ended. */
  readonly unwritten: Set<string>;
  /** Contents planned since the last check of the invariant. */
  readonly unchecked: Set<string>;
  /** Contents whose plan was stale at the last check: a defect if it still is at the next one. */
  readonly suspects: Set<string>;
  /** Contents that users wait for, with the number of waiting requests. */
  readonly priority: Map<string, number>;
  /** Recently searched or opened contents, latest first. */
  boosted: readonly string[];
  /** Stages that cannot run now, with the reason. */
  readonly unavailable: Map<Stage, string>;
  /** Reason why the index cannot be written; undefined while it can. */
  writeError: unknown;
  closed: boolean;
}

/** Holds the timers of the scheduler; undefined while not set. */
export interface ScheduleTimers {
  slice?: NodeJS.Immediate | undefined;
  writeRetry?: NodeJS.Timeout | undefined;
  unavailableRetry?: NodeJS.Timeout | undefined;
  check?: NodeJS.Timeout | undefined;
}

export interface SchedulerOptions {
  readonly catalogue: VideoCatalogue;
  readonly stages: readonly StageRunner[];
  readonly executor: (run: RunJob<StageResult>, settle: SettleJob<StageResult>) => Executor;
  /** Returns whether the media of a copy can be read now. */
  readonly online: (copy: VideoFile) => boolean;
  /**
   * Resolves with whether a copy's file is unchanged since the last scan. Called before and after each run.
   */
  readonly presence: (copy: VideoFile) => Promise<'same' | 'changed' | 'gone'>;
  /** Called with a file that was missing or replaced when it was to be read. */
  readonly onMissing: (uri: Uri) => void;
  /** Called after each plan, and therefore after each settled job. */
  readonly onChange: (videoIds: ReadonlySet<string>) => void;
  /** Missing if all jobs run in the daemon. */
  readonly workers?: ScheduleWorkers | undefined;
  readonly log: Log;
}

/** Has workers on other hosts run jobs. */
export interface ScheduleWorkers {
  readonly queue: Pick<WorkQueue<StageResult>, 'run' | 'settled'>;
  /** Collects what the stage of a job reads. */
  readonly toTask: (job: Job, copy: VideoFile, record: VideoRecord) => Promise<WorkTask>;
}

/** Combines the state with everything that its functions need. */
export interface Schedule extends Omit<SchedulerOptions, 'stages' | 'executor'> {
  readonly state: ScheduleState;
  readonly timers: ScheduleTimers;
  readonly plans: readonly StagePlan[];
  readonly runners: ReadonlyMap<Stage, StageRunner>;
  readonly executor: Executor;
  readonly saving: PartialResults;
  readonly turns: PriorityGate;
  /** Called after each change of the state. */
  readonly listeners: Set<() => void>;
}

export type StageOutcome = JobOutcome<StageResult>;

export function createScheduleState(): ScheduleState {
  return {
    planned: new Map(),
    unplanned: new Set(),
    unwritten: new Set(),
    unchecked: new Set(),
    suspects: new Set(),
    priority: new Map(),
    boosted: [],
    unavailable: new Map(),
    writeError: undefined,
    closed: false,
  };
}

/** Returns whether work that can run now remains for a content. */
export function isBusy({ planned, unplanned, unwritten }: ScheduleState, videoId: string): boolean {
  return planned.has(videoId) || unplanned.has(videoId) || unwritten.has(videoId);
}

import type { Job, JobLane, JobOutcome } from '../core/pipeline/job.ts';

/** Names where a job runs: in this process and its children, or on a worker. */
export type JobPlace = 'here' | 'workers';

/** Runs one job. `onShare` receives the completed share, 0..1. Rejects only for a bug in Goldfish. */
export type RunJob<T> = (
  job: Job,
  onShare: (share: number) => void,
  signal: AbortSignal,
  place: JobPlace,
) => Promise<JobOutcome<T>>;

/**
 * Called with every outcome. The job counts as running, and as `ending`, until this resolves: a result is settled
 * once the index contains it.
 */
export type SettleJob<T> = (job: Job, outcome: JobOutcome<T>) => Promise<void>;

export interface RunningJob {
  readonly job: Job;
  readonly startedMs: number;
  readonly share: number;
  /** True from `cancel` until the run has ended. */
  readonly cancelled: boolean;
  /** True while the outcome is being settled: the work is done. */
  readonly ending: boolean;
}

/**
 * Runs jobs in this process and its children, and on workers of other hosts where there are any.
 *
 * - `offer` is idempotent by key and may be repeated freely. The data (URI, lane, rank) of the newest offer
 *   wins.
 * - An offer for a running job changes nothing: its outcome decides what remains to do.
 * - An offer for a job that is cancelled or being settled is `requeued`: it runs after the old run has ended.
 * - Every accepted job that is not cancelled while waiting is settled at least once.
 */
export interface Executor {
  offer(jobs: readonly Job[]): void;
  /** Drops waiting jobs and aborts running ones, which settle as `cancelled`. */
  cancel(keys: readonly string[]): void;
  /** Starts nothing new in the lane until resumed; running jobs continue. Pauses nest. */
  pause(lane: JobLane): void;
  resume(lane: JobLane): void;
  running(): readonly RunningJob[];
  /** Returns the jobs that have not started, by key. */
  waiting(): ReadonlyMap<string, Job>;
  /** Returns the jobs that wait for an old run of the same key to end, by key. */
  requeued(): ReadonlyMap<string, Job>;
  /** Sets the number of parallel jobs of a lane. */
  setWidth(lane: JobLane, width: number): void;
  /** Cancels everything and resolves when nothing runs. */
  close(): Promise<void>;
}

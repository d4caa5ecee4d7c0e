import type { Job, JobLane, JobOutcome } from '../core/pipeline/job.ts';

/** Runs one job. `onShare` is called with the share that is done, 0..1. Never rejects, except for a defect of ours. */
export type RunJob<T> = (
  job: Job,
  onShare: (share: number) => void,
  signal: AbortSignal,
) => Promise<JobOutcome<T>>;

/** Called with every outcome. The job counts as running until this resolves: a result is settled once the index holds it. */
export type SettleJob<T> = (job: Job, outcome: JobOutcome<T>) => Promise<void>;

export interface RunningJob {
  readonly job: Job;
  readonly startedMs: number;
  readonly share: number;
  /** True after `cancel`, until the run has ended. */
  readonly cancelled: boolean;
}

/**
 * Runs Jobs: in this process and its children today, a queue on other hosts later.
 *
 * - `offer` is idempotent by key and may be repeated freely. The newest offer's data (URI, lane, rank) wins.
 * - An offer for a job that runs changes nothing: its outcome decides what is left to do.
 * - An offer for a job that is cancelled or whose outcome is being settled is kept (`requeued`): it waits for the old
 *   run to end and then runs again.
 * - Every accepted job that is not cancelled while it waits is settled at least once.
 */
export interface Executor {
  offer(jobs: readonly Job[]): void;
  /** Drops waiting jobs and aborts running ones; those settle as `cancelled`. */
  cancel(keys: readonly string[]): void;
  /** Nothing new starts in the lane until resumed; what runs goes on. Pauses nest. */
  pause(lane: JobLane): void;
  resume(lane: JobLane): void;
  running(): readonly RunningJob[];
  /** Jobs that have not started, by key. */
  waiting(): ReadonlyMap<string, Job>;
  /** Jobs that wait for an old run of the same key to end, by key. */
  requeued(): ReadonlyMap<string, Job>;
  /** How many jobs of a lane run at once. */
  setWidth(lane: JobLane, width: number): void;
  /** Cancels everything and resolves when nothing runs. */
  close(): Promise<void>;
}

import type { Description } from '../core/domain/description.ts';
import type { JobOutcome } from '../core/pipeline/job.ts';
import type { WorkTask } from '../core/pipeline/work-task.ts';
import type { WorkerRole } from '../core/pipeline/worker-role.ts';
import type { WorkerState } from '../core/pipeline/worker-state.ts';

/** Receives what a worker reports about a running task. */
export interface TaskEvents {
  /** Completed share, 0..1. */
  readonly onShare: (share: number) => void;
  /** Stores rows of an unfinished stage. They replace all rows of the stage. */
  readonly save: (rows: readonly Description[]) => Promise<void>;
}

/**
 * Outcome of a task on a worker. `unreachable`: this worker cannot read the media, but may well serve the role.
 */
export type TaskOutcome<T> = JobOutcome<T> | { readonly state: 'unreachable'; readonly reason: string };

/** The daemon's end of a queue to workers on other hosts. */
export interface WorkQueue<T> {
  /** Returns how many tasks of a role workers may have at a time, including a few in advance. 0 without a worker. */
  capacity(role: WorkerRole): number;
  /** Calls the listener when the capacity of a role or the state of a worker may have changed. */
  onChange(listener: () => void): () => void;
  /**
   * Has a worker run a task. The queue may lose it at any time; it is then added again.
   * - `refused`: bad media, or the task ended several workers.
   * - `cancelled`: the signal was aborted, or no worker of the role is left.
   * Never rejects.
   */
  run(task: WorkTask, events: TaskEvents, signal: AbortSignal): Promise<JobOutcome<T>>;
  /** Notes that the index contains the outcome of a job, or that nobody needs it: what the queue keeps of it is erased. */
  settled(key: string): void;
  /** Returns whether workers could not do a job, so that the daemon has to. */
  isReturned(key: string): boolean;
  workers(): readonly WorkerState[];
  /** Returns why the queue cannot be used now; undefined if it can. */
  problem(): string | undefined;
  /** Leaves all tasks in the queue, for the next daemon. */
  close(): Promise<void>;
}

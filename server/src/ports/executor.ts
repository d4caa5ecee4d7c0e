import type { Job, Lane, Outcome } from '../core/job.ts';

/** Runs one job. `onShare` is told how much is done, 0..1. Never rejects but when a program of ours is wrong. */
export type Run<T> = (job: Job, onShare: (share: number) => void, signal: AbortSignal) => Promise<Outcome<T>>;

/** Called with every outcome; the job counts as running until this resolves, so that a result is settled only once the index holds it. */
export type Settle<T> = (job: Job, outcome: Outcome<T>) => Promise<void>;

export interface Running {
  readonly job: Job;
  readonly startedMs: number;
  readonly share: number;
}

/**
 * Runs Jobs: in this process and its children today, a queue on other hosts later. `offer` is idempotent by key and
 * may be repeated freely (a repeat moves a waiting job to its new lane and rank); every accepted job is settled at least once.
 */
export interface Executor {
  offer(jobs: readonly Job[]): void;
  /** Drops waiting jobs and aborts running ones; those settle as `cancelled`. */
  cancel(keys: readonly string[]): void;
  /** Nothing new starts in the lane until resumed; what runs goes on. Pauses nest. */
  pause(lane: Lane): void;
  resume(lane: Lane): void;
  running(): readonly Running[];
  waiting(): number;
  /** How many jobs of a lane run at once. */
  setWidth(lane: Lane, width: number): void;
  /** Cancels everything and resolves when nothing runs. */
  close(): Promise<void>;
}

import type { Job, Outcome } from '../core/job.ts';

/** `now`: a person waits for it. `fast`: names, containers, Cues. `deep`: whole passes and models. */
export type Lane = 'now' | 'fast' | 'deep';

export interface Settled<T> {
  readonly job: Job;
  readonly outcome: Outcome<T>;
}

/**
 * Runs Jobs: local children today, a queue on other hosts later. `offer` is idempotent by key and may be repeated
 * freely; every accepted job is settled at least once; `onSettled` resolves only after the index holds the result.
 */
export interface Executor<T> {
  offer(jobs: readonly Job[], lane: Lane): void;
  cancel(keys: readonly string[]): void;
  /** Nothing new starts in the lane until resumed; what runs goes on. */
  pause(lane: Lane): void;
  resume(lane: Lane): void;
  running(): readonly { readonly job: Job; readonly startedMs: number; readonly share?: number }[];
  /** Resolves when nothing is waiting or running. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

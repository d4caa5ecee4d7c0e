import type { CpuAllowance, PauseReason } from '../core/pipeline/throttle.ts';

/** Keeps background work out of the user's way. Work that a user requested is not restricted. */
export interface Governor {
  /** Returns why no background work may start now; undefined if it may. */
  pauseReason(): PauseReason | undefined;
  /** Returns how much of the machine indexing may use. */
  allowance(): CpuAllowance;
  /** Calls `listener` when either value changes; returns a function that stops it. */
  onChange(listener: () => void): () => void;
  close(): void;
}

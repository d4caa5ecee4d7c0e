import type { CpuAllowance, PauseReason } from '../core/pipeline/throttle.ts';

/** Keeps work that nobody waits for out of the way. What a person asked for by hand never asks it. */
export interface Governor {
  /** Why nothing may be started by itself now; undefined where it may. */
  pauseReason(): PauseReason | undefined;
  /** How much of the machine indexing may take. */
  allowance(): CpuAllowance;
  /** Called when either answer changes; returns what ends it. */
  onChange(listener: () => void): () => void;
  close(): void;
}

import type { Correction } from '../core/corrections/correction.ts';

/**
 * What persons corrected, by content. It is kept apart from the index, which may be deleted and computed again:
 * these words cannot.
 */
export interface CorrectionBook {
  load(): Promise<ReadonlyMap<string, readonly Correction[]>>;
  /** Replaces all of a content; none removes it. Durable once resolved. */
  save(videoId: string, corrections: readonly Correction[]): Promise<void>;
}

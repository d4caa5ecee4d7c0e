import type { Correction } from '../core/corrections/correction.ts';

/**
 * Stores the users' corrections by content. It is separate from the index, which may be deleted and rebuilt;
 * corrections cannot be.
 */
export interface CorrectionBook {
  load(): Promise<ReadonlyMap<string, readonly Correction[]>>;
  /** Replaces all corrections of a content; [] removes it. Durable once resolved. */
  save(videoId: string, corrections: readonly Correction[]): Promise<void>;
}

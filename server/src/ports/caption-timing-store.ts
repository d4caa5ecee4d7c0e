import type { CaptionTimings } from '../core/pipeline/caption-timing.ts';

/** How long captions took here, kept across restarts. What cannot be read or written is as if it never was. */
export interface CaptionTimingStore {
  load(): Promise<CaptionTimings>;
  save(timings: CaptionTimings): Promise<void>;
}

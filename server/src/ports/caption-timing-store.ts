import type { CaptionTimings } from '../core/pipeline/caption-timing.ts';

/** Stores caption timings across restarts. Read and write errors are ignored. */
export interface CaptionTimingStore {
  load(): Promise<CaptionTimings>;
  save(timings: CaptionTimings): Promise<void>;
}

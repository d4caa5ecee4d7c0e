import { type CaptionTimings, meanClipMs, withCaptionTiming } from '../core/pipeline/caption-timing.ts';
import type { CaptionTimingStore } from '../ports/caption-timing-store.ts';

/** How long a clip takes the captioner on this machine, from what it did here. */
export interface CaptionTimer {
  /** Milliseconds a clip; undefined where none was captioned under this recipe yet. */
  clipMs(recipe: string): number | undefined;
  /** A video's clips begin to be captioned. */
  begin(recipe: string): CaptionTimerRun;
}

export interface CaptionTimerRun {
  settled(clips: number): void;
  end(): void;
}

/** Batches that the mean is made of. */
const MAX_BATCHES = 30;
/** A mean that is off the kept one by less than this share is not worth a write. */
const MIN_CHANGE_SHARE = 0.1;

/** Several videos share the model, so what counts is the time between two settled batches of any of them. */
export function createCaptionTimer(
  storedTimings: CaptionTimings,
  timingStore: CaptionTimingStore,
  now: () => number,
): CaptionTimer {
  let timings = storedTimings;
  let currentRecipe = '';
  let batchClipMs: readonly number[] = [];
  let activeRuns = 0;
  let lastSettledMs = 0;

  const clipMs = (recipe: string) =>
    (recipe === currentRecipe ? meanClipMs(batchClipMs) : undefined) ?? timings[recipe];
  const saveMean = () => {
    const mean = meanClipMs(batchClipMs);
    const storedMean = timings[currentRecipe];
    if (mean === undefined || !(mean > 0)) return;
    if (storedMean !== undefined && Math.abs(mean - storedMean) < MIN_CHANGE_SHARE * storedMean) return;
    timings = withCaptionTiming(timings, currentRecipe, mean);
    void timingStore.save(timings);
  };

  return {
    clipMs,
    begin(recipe) {
      if (recipe !== currentRecipe) batchClipMs = [];
      currentRecipe = recipe;
      if (activeRuns === 0) lastSettledMs = now();
      activeRuns += 1;
      return {
        settled(clips) {
          const nowMs = now();
          if (recipe === currentRecipe && clips > 0)
            batchClipMs = [...batchClipMs, (nowMs - lastSettledMs) / clips].slice(-MAX_BATCHES);
          lastSettledMs = nowMs;
        },
        end() {
          activeRuns -= 1;
          if (recipe === currentRecipe) saveMean();
        },
      };
    },
  };
}

import { type CaptionTimings, meanClipMs, withCaptionTiming } from '../core/pipeline/caption-timing.ts';
import type { CaptionTimingStore } from '../ports/caption-timing-store.ts';

/** Measures how long the captioner takes per clip on this machine. */
export interface CaptionTimer {
  /** Returns the time per clip in ms; undefined if no clip was captioned under this recipe. */
  clipMs(recipe: string): number | undefined;
  /** Starts timing the clips of a video. */
  begin(recipe: string): CaptionTimerRun;
}

export interface CaptionTimerRun {
  settled(clips: number): void;
  end(): void;
}

/** Number of batches in the mean. */
const MAX_BATCHES = 30;
/** Minimum relative change of the mean that justifies a write. */
const MIN_CHANGE_SHARE = 0.1;

/**
 * Creates a timer. Videos share the model, so it measures the time between two completed batches of any
 * video.
 */
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

import { meanPace, type Paces, withPace } from '../core/paces.ts';
import type { PaceList } from '../ports/pace-list.ts';

/** How long a clip takes the captioner on this machine, from what it did here. */
export interface CaptionPace {
  /** Milliseconds a clip; undefined where none was captioned under this recipe yet. */
  clipMs(recipe: string): number | undefined;
  /** A video's clips begin to be captioned. */
  begin(recipe: string): CaptionTiming;
}

export interface CaptionTiming {
  settled(clips: number): void;
  end(): void;
}

/** Batches that the mean is made of. */
const BATCHES = 30;
/** A mean that is off the kept one by less than this share is not worth a write. */
const WORTH = 0.1;

/** Several videos share the model, so what counts is the time between two settled batches of any of them. */
export function createCaptionPace(kept: Paces, list: PaceList, now: () => number): CaptionPace {
  let paces = kept;
  let of = '';
  let batches: readonly number[] = [];
  let running = 0;
  let lastMs = 0;

  const clipMs = (recipe: string) => (recipe === of ? meanPace(batches) : undefined) ?? paces[recipe];
  const keep = () => {
    const mean = meanPace(batches);
    const before = paces[of];
    if (mean === undefined || !(mean > 0)) return;
    if (before !== undefined && Math.abs(mean - before) < WORTH * before) return;
    paces = withPace(paces, of, mean);
    void list.save(paces);
  };

  return {
    clipMs,
    begin(recipe) {
      if (recipe !== of) batches = [];
      of = recipe;
      if (running === 0) lastMs = now();
      running += 1;
      return {
        settled(clips) {
          const at = now();
          if (recipe === of && clips > 0) batches = [...batches, (at - lastMs) / clips].slice(-BATCHES);
          lastMs = at;
        },
        end() {
          running -= 1;
          if (recipe === of) keep();
        },
      };
    },
  };
}

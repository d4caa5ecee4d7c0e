import { difference } from './grey.ts';
import type { Ms } from './range.ts';

/** A cut is over this many levels of mean difference ... */
const LEAST = 6;
/** ... and over this many times the mean of the two differences on either side ... */
const FACTOR = 2;
/** ... or, where it is no clear one and may be a jerk of the camera, over that many times. */
const CLEAR = 12;
const UNCLEAR_FACTOR = 4;
const SIDE = 2;
/** A shot is at least this long, ms: of cuts that are closer the first counts. */
const SHORTEST_MS = 250;
/** A flash is over when the picture differs from the one before it by less than this share of the flash. */
const FLASH_SHARE = 0.4;
/** Frames that a flash may last. */
const FLASH_FRAMES = 2;

/** One frame after its neighbours on both sides are known. */
export interface Step {
  readonly timeMs: Ms;
  /** Mean difference from the frame before, levels 0..255; 0 for the first. */
  readonly difference: number;
  /** A new shot begins with this frame. */
  readonly cut: boolean;
}

interface Held {
  readonly timeMs: Ms;
  readonly difference: number;
  /** It has none before it, and so no difference. */
  readonly first: boolean;
  readonly data: Uint8Array;
}

/**
 * Finds cuts in 64x36 grey frames, which may be a subset of the video's at uneven times. A hard cut stands out
 * from its neighbours, a fade or a pan does not, and a flash returns to the picture before it. Frames come back
 * through `onStep` two later, in order.
 */
export function createShots(onStep: (step: Step) => void): {
  add(timeMs: Ms, data: Uint8Array): void;
  finish(): void;
} {
  /** The frame before the one that is judged, that one, and up to those after it; older ones for differences only. */
  const held: Held[] = [];
  let judged = 0;
  let lastCutMs = Number.NEGATIVE_INFINITY;
  /** Frames left in which the end of a flash may look like a cut. */
  let flash = 0;

  const isCut = (at: number): boolean => {
    const frame = held[at];
    const before = held[at - 1];
    if (!frame || !before || frame.difference <= LEAST) return false;
    let sum = 0;
    let count = 0;
    for (let i = Math.max(0, at - SIDE); i <= Math.min(held.length - 1, at + SIDE); i += 1) {
      const other = held[i];
      if (i === at || !other || other.first) continue;
      sum += other.difference;
      count += 1;
    }
    const factor = frame.difference < CLEAR ? UNCLEAR_FACTOR : FACTOR;
    if (count > 0 && frame.difference <= (factor * sum) / count) return false;
    for (let i = at + 1; i <= Math.min(held.length - 1, at + FLASH_FRAMES); i += 1) {
      const after = held[i];
      if (after && difference(before.data, after.data) < FLASH_SHARE * frame.difference) {
        flash = i - at + 1;
        return false;
      }
    }
    return flash === 0 && frame.timeMs - lastCutMs >= SHORTEST_MS;
  };

  const judge = (): void => {
    const frame = held[judged];
    if (!frame) return;
    const cut = isCut(judged);
    if (flash > 0) flash -= 1;
    if (cut) lastCutMs = frame.timeMs;
    onStep({ timeMs: frame.timeMs, difference: frame.difference, cut });
    if (judged < SIDE) judged += 1;
    else held.shift();
  };

  return {
    add(timeMs, data) {
      const before = held.at(-1);
      const change = before ? difference(before.data, data) : 0;
      held.push({ timeMs, difference: change, first: !before, data: data.slice() });
      if (held.length > judged + SIDE) judge();
    },
    finish() {
      while (judged < held.length) judge();
    },
  };
}

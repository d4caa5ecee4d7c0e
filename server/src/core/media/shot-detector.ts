import type { Ms } from '../domain/time-range.ts';
import { meanAbsoluteDifference } from './luma-grid.ts';

/** A cut is over this many levels of mean difference ... */
const MIN_CUT_DIFFERENCE = 6;
/** ... and over this many times the mean of the two differences on either side ... */
const MIN_CUT_FACTOR = 2;
/** ... or, where it is no clear one and may be a jerk of the camera, over that many times. */
const CLEAR_CUT_DIFFERENCE = 12;
const MIN_UNCLEAR_CUT_FACTOR = 4;
const NEIGHBOUR_FRAMES = 2;
/** A shot is at least this long, ms: of cuts that are closer the first counts. */
const MIN_SHOT_MS = 250;
/** A flash is over when the picture differs from the one before it by less than this share of the flash. */
const MAX_FLASH_SHARE = 0.4;
/** Frames that a flash may last. */
const MAX_FLASH_FRAMES = 2;

/** One frame after its neighbours on both sides are known. */
export interface FrameStep {
  readonly timeMs: Ms;
  /** Mean difference from the frame before, levels 0..255; 0 for the first. */
  readonly difference: number;
  /** A new shot begins with this frame. */
  readonly cut: boolean;
}

interface BufferedFrame {
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
export function createShotDetector(onStep: (step: FrameStep) => void): {
  add(timeMs: Ms, data: Uint8Array): void;
  finish(): void;
} {
  /** The frame before the one that is judged, that one, and up to those after it; older ones for differences only. */
  const bufferedFrames: BufferedFrame[] = [];
  let judgedIndex = 0;
  let lastCutMs = Number.NEGATIVE_INFINITY;
  /** Frames left in which the end of a flash may look like a cut. */
  let flashFramesLeft = 0;

  const isCut = (at: number): boolean => {
    const frame = bufferedFrames[at];
    const before = bufferedFrames[at - 1];
    if (!frame || !before || frame.difference <= MIN_CUT_DIFFERENCE) return false;
    let sum = 0;
    let count = 0;
    for (
      let i = Math.max(0, at - NEIGHBOUR_FRAMES);
      i <= Math.min(bufferedFrames.length - 1, at + NEIGHBOUR_FRAMES);
      i += 1
    ) {
      const other = bufferedFrames[i];
      if (i === at || !other || other.first) continue;
      sum += other.difference;
      count += 1;
    }
    const factor = frame.difference < CLEAR_CUT_DIFFERENCE ? MIN_UNCLEAR_CUT_FACTOR : MIN_CUT_FACTOR;
    if (count > 0 && frame.difference <= (factor * sum) / count) return false;
    for (let i = at + 1; i <= Math.min(bufferedFrames.length - 1, at + MAX_FLASH_FRAMES); i += 1) {
      const after = bufferedFrames[i];
      if (after && meanAbsoluteDifference(before.data, after.data) < MAX_FLASH_SHARE * frame.difference) {
        flashFramesLeft = i - at + 1;
        return false;
      }
    }
    return flashFramesLeft === 0 && frame.timeMs - lastCutMs >= MIN_SHOT_MS;
  };

  const judgeNextFrame = (): void => {
    const frame = bufferedFrames[judgedIndex];
    if (!frame) return;
    const cut = isCut(judgedIndex);
    if (flashFramesLeft > 0) flashFramesLeft -= 1;
    if (cut) lastCutMs = frame.timeMs;
    onStep({ timeMs: frame.timeMs, difference: frame.difference, cut });
    if (judgedIndex < NEIGHBOUR_FRAMES) judgedIndex += 1;
    else bufferedFrames.shift();
  };

  return {
    add(timeMs, data) {
      const before = bufferedFrames.at(-1);
      const change = before ? meanAbsoluteDifference(before.data, data) : 0;
      bufferedFrames.push({ timeMs, difference: change, first: !before, data: data.slice() });
      if (bufferedFrames.length > judgedIndex + NEIGHBOUR_FRAMES) judgeNextFrame();
    },
    finish() {
      while (judgedIndex < bufferedFrames.length) judgeNextFrame();
    },
  };
}

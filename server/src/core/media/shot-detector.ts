import type { Ms } from '../domain/time-range.ts';
import { meanAbsoluteDifference } from './luma-grid.ts';

/** Minimum mean difference of a cut, in levels. */
const MIN_CUT_DIFFERENCE = 6;
/** A cut must also exceed the mean difference of the frames on either side by this factor. */
const MIN_CUT_FACTOR = 2;
/**
 * Below this difference, a change may be a camera jerk and must exceed its neighbours by the larger factor.
 */
const CLEAR_CUT_DIFFERENCE = 12;
const MIN_UNCLEAR_CUT_FACTOR = 4;
const NEIGHBOUR_FRAMES = 2;
/** Minimum length of a shot, in ms; of closer cuts, the first counts. */
const MIN_SHOT_MS = 250;
/** A flash is over when the difference to the picture before it falls below this share of the flash. */
const MAX_FLASH_SHARE = 0.4;
/** Maximum length of a flash, in frames. */
const MAX_FLASH_FRAMES = 2;

/** A frame that was judged after its neighbours on both sides are known. */
export interface FrameStep {
  readonly timeMs: Ms;
  /** Mean difference from the previous frame, in levels 0..255; 0 for the first frame. */
  readonly difference: number;
  /** True if a new shot starts with this frame. */
  readonly cut: boolean;
}

interface BufferedFrame {
  readonly timeMs: Ms;
  readonly difference: number;
  /** True for the first frame, which has no difference. */
  readonly first: boolean;
  readonly data: Uint8Array;
}

/**
 * Finds cuts in 64x36 grey frames, which may be an uneven subset of the video's frames. A hard cut stands out
 * from its neighbours, a fade or pan does not, and a flash returns to the earlier picture. Frames are passed
 * to `onStep` in order, two frames late.
 */
export function createShotDetector(onStep: (step: FrameStep) => void): {
  add(timeMs: Ms, data: Uint8Array): void;
  finish(): void;
} {
  /** Holds the frame being judged, up to two after it, and earlier frames for comparison. */
  const bufferedFrames: BufferedFrame[] = [];
  let judgedIndex = 0;
  let lastCutMs = Number.NEGATIVE_INFINITY;
  /** Counts the frames in which the end of a flash may look like a cut. */
  let flashFramesLeft = 0;

  const isCut = (at: number): boolean => {
    const frame = bufferedFrames[at];
    const previousFrame = bufferedFrames[at - 1];
    if (!frame || !previousFrame || frame.difference <= MIN_CUT_DIFFERENCE) return false;
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
      const followingFrame = bufferedFrames[i];
      if (
        followingFrame &&
        meanAbsoluteDifference(previousFrame.data, followingFrame.data) < MAX_FLASH_SHARE * frame.difference
      ) {
        flashFramesLeft = i - at + 1;
        return false;
      }
    }
    return flashFramesLeft === 0 && frame.timeMs - lastCutMs >= MIN_SHOT_MS;
  };

  const judgeNextFrame = (): void => {
    const frame = bufferedFrames[judgedIndex];
    if (!frame) return;
    const hasCut = isCut(judgedIndex);
    if (flashFramesLeft > 0) flashFramesLeft -= 1;
    if (hasCut) lastCutMs = frame.timeMs;
    onStep({ timeMs: frame.timeMs, difference: frame.difference, cut: hasCut });
    if (judgedIndex < NEIGHBOUR_FRAMES) judgedIndex += 1;
    else bufferedFrames.shift();
  };

  return {
    add(timeMs, data) {
      const previousFrame = bufferedFrames.at(-1);
      const change = previousFrame ? meanAbsoluteDifference(previousFrame.data, data) : 0;
      bufferedFrames.push({ timeMs, difference: change, first: !previousFrame, data: data.slice() });
      if (bufferedFrames.length > judgedIndex + NEIGHBOUR_FRAMES) judgeNextFrame();
    },
    finish() {
      while (judgedIndex < bufferedFrames.length) judgeNextFrame();
    },
  };
}

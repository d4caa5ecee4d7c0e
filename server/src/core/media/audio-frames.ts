import type { Ms } from '../domain/time-range.ts';

/** One frame of 16 kHz mono in -1..1. */
export interface AudioFrame {
  readonly startMs: Ms;
  readonly samples: Float32Array;
  /** The sound before this frame is missing: it is the first, or follows a gap. */
  readonly afterGap: boolean;
}

/** A frame and whether it may contain a voice. */
export interface JudgedFrame extends AudioFrame {
  readonly voice: boolean;
}

const SAMPLES_PER_MS = 16;
/** Maximum timestamp error that counts as rounding, in ms. */
const MAX_TIMESTAMP_SLIP_MS = 100;

export interface FrameSplitter {
  /** Takes decoded samples and returns the frames that are complete. */
  add(timeMs: Ms, samples: Float32Array): readonly AudioFrame[];
  /** Returns the last frame, filled with silence, if one has begun. */
  finish(): readonly AudioFrame[];
}

/** Splits decoded audio into frames of equal length. A gap in the track starts a new frame. */
export function createFrameSplitter(frameSamples: number): FrameSplitter {
  let frames: AudioFrame[] = [];
  let current = new Float32Array(frameSamples);
  let filled = 0;
  let startMs = 0;
  let afterGap = true;
  /** Time expected for the next sample. */
  let nextMs: Ms | undefined;

  const closeFrame = (): void => {
    frames.push({ startMs, samples: current, afterGap });
    current = new Float32Array(frameSamples);
    filled = 0;
    startMs += frameSamples / SAMPLES_PER_MS;
    afterGap = false;
  };
  const takeFrames = (): readonly AudioFrame[] => {
    const taken = frames;
    frames = [];
    return taken;
  };
  return {
    add(timeMs, samples) {
      if (nextMs === undefined || timeMs - nextMs >= MAX_TIMESTAMP_SLIP_MS) {
        if (filled > 0) closeFrame();
        startMs = timeMs;
        nextMs = timeMs;
        afterGap = true;
      }
      for (const sample of samples) {
        current[filled] = Number.isFinite(sample) ? sample : 0;
        filled += 1;
        if (filled === frameSamples) closeFrame();
      }
      nextMs += samples.length / SAMPLES_PER_MS;
      return takeFrames();
    },
    finish() {
      if (filled > 0) closeFrame();
      return takeFrames();
    },
  };
}

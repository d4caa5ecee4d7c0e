import type { Ms, TimeRange } from '../domain/time-range.ts';
import type { JudgedFrame } from '../media/audio-frames.ts';
import { SPEECH_SAMPLE_RATE_HZ } from '../media/voice-activity.ts';

/** A window of a video's sound. */
export interface SoundCut {
  /** When the window begins in the video. */
  readonly startMs: Ms;
  readonly samples: Float32Array;
  /** Sorted ranges that contain speech, in ms of the window. */
  readonly speech: readonly TimeRange[];
}

export interface WindowCutter {
  /** Takes frames and returns the windows that are complete. */
  add(frames: readonly JudgedFrame[]): readonly SoundCut[];
  /** Returns the last window, if it contains sound that no other does. */
  finish(): readonly SoundCut[];
}

/** Pauses up to this length do not interrupt speech, ms. */
const MAX_PAUSE_MS = 500;

/** Cuts sound into windows of equal length that begin every `stepMs`. A gap in the track ends a window. */
export function createWindowCutter(frameSamples: number, windowMs: Ms, stepMs: Ms): WindowCutter {
  const frameMs = (frameSamples * 1000) / SPEECH_SAMPLE_RATE_HZ;
  const windowFrames = Math.floor(windowMs / frameMs);
  const stepFrames = Math.max(1, Math.floor(stepMs / frameMs));
  let buffer: JudgedFrame[] = [];
  /** Number of frames at the start of the buffer that an earlier window contained. */
  let repeated = 0;

  const cut = (): SoundCut => {
    const frames = buffer.slice(0, windowFrames);
    const samples = new Float32Array(frames.length * frameSamples);
    const speech: { startMs: Ms; endMs: Ms }[] = [];
    for (const [i, frame] of frames.entries()) {
      samples.set(frame.samples, i * frameSamples);
      if (!frame.voice) continue;
      const startMs = i * frameMs;
      const previous = speech.at(-1);
      if (previous && startMs - previous.endMs <= MAX_PAUSE_MS) previous.endMs = startMs + frameMs;
      else speech.push({ startMs, endMs: startMs + frameMs });
    }
    return { startMs: frames[0]?.startMs ?? 0, samples, speech };
  };
  const flush = (): readonly SoundCut[] => {
    const cuts = buffer.length > repeated ? [cut()] : [];
    buffer = [];
    repeated = 0;
    return cuts;
  };
  return {
    add(frames) {
      const cuts: SoundCut[] = [];
      for (const frame of frames) {
        if (frame.afterGap) cuts.push(...flush());
        buffer.push(frame);
        if (buffer.length < windowFrames) continue;
        cuts.push(cut());
        buffer = buffer.slice(stepFrames);
        repeated = buffer.length;
      }
      return cuts;
    },
    finish: flush,
  };
}

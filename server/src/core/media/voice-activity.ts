import type { AudioFrame, JudgedFrame } from './audio-frames.ts';

/** Sample rate of the speech input, in Hz. */
export const SPEECH_SAMPLE_RATE_HZ = 16_000;
const FRAME_MS = 20;
/** Number of samples per frame of the level gate. */
export const LEVEL_FRAME_SAMPLES = (SPEECH_SAMPLE_RATE_HZ / 1000) * FRAME_MS;

/** Window length and step, in frames: 2 s, every 0.5 s. */
const WINDOW_FRAMES = 100;
const HOP_FRAMES = 25;
/** Minimum number of frames at the end; fewer cannot contain a word. */
const MIN_WINDOW_FRAMES = 10;
/**
 * Minimum level of the loudest twentieth of a window, in dBFS after pre-emphasis; below it nothing is
 * intelligible.
 */
const MIN_PEAK_DB = -68;
/** Minimum rise of the level from pauses to syllables, in dB. Hiss, hum and held notes rise less. */
const MIN_RISE_DB = 4;
/** Voice frames are at most this far below the loudest frame, in dB. */
const MAX_DEPTH_DB = 30;
const MAX_ABOVE_FLOOR_DB = 3;
/** Hysteresis around the middle level, in dB, so that flutter does not count as syllables. */
const FLUTTER_DB = 1;
/** Pre-emphasis factor: removes hum and rumble, raises consonants. */
const PRE_EMPHASIS = 0.97;
const FLOOR_DB = -120;

/** Returns the level of one frame in dBFS, without hum and rumble. `before` is the preceding sample. */
export function frameLevelDb(samples: Float32Array, previousSample: number): number {
  let sum = 0;
  let lastSample = previousSample;
  for (const sample of samples) {
    const change = sample - PRE_EMPHASIS * lastSample;
    sum += change * change;
    lastSample = sample;
  }
  const mean = sum / Math.max(1, samples.length);
  return mean > 0 ? Math.max(FLOOR_DB, 10 * Math.log10(mean)) : FLOOR_DB;
}

/** Marks the frames of a window that may contain voice: those that stand out if the level rises and falls. */
function detectVoice(levels: readonly number[]): readonly boolean[] {
  const allSilent = levels.map(() => false);
  if (levels.length < MIN_WINDOW_FRAMES) return allSilent;
  const sortedLevels = [...levels].sort((a, b) => a - b);
  const top = sortedLevels[Math.floor(sortedLevels.length * 0.95)] ?? FLOOR_DB;
  const floor = Math.max(sortedLevels[Math.floor(sortedLevels.length * 0.2)] ?? FLOOR_DB, top - MAX_DEPTH_DB);
  if (top < MIN_PEAK_DB || top - floor < MIN_RISE_DB) return allSilent;
  const middle = (top + floor) / 2;
  let high: boolean | undefined;
  let rises = 0;
  let falls = 0;
  for (const level of levels) {
    if (level > middle + FLUTTER_DB) {
      if (high === false) rises += 1;
      high = true;
    } else if (level < middle - FLUTTER_DB) {
      if (high === true) falls += 1;
      high = false;
    }
  }
  // Ignores a single step up or down, which is a noise that starts or ends.
  if (rises === 0 || falls === 0) return allSilent;
  return levels.map((level) => level > floor + Math.min(MAX_ABOVE_FLOOR_DB, (top - floor) / 2));
}

/** Judges frames by their levels alone, at most 2 s late. */
export interface LevelGate {
  add(frames: readonly AudioFrame[]): readonly JudgedFrame[];
  /** Returns the remaining frames. */
  finish(): readonly JudgedFrame[];
}

/**
 * Creates a gate that marks 20 ms frames which may contain a voice. It rejects silence, steady noise, hum and
 * held notes. Rhythmic music passes, because speech over music must pass.
 */
export function createLevelGate(): LevelGate {
  let pendingFrames: AudioFrame[] = [];
  let levels: number[] = [];
  let voiceMarks: boolean[] = [];
  let lastSample = 0;
  let judgedFrames: JudgedFrame[] = [];
  const markWindow = () => {
    detectVoice(levels).forEach((voice, i) => {
      if (voice) voiceMarks[i] = true;
    });
  };
  const emitFrames = (count: number) => {
    judgedFrames.push(
      ...pendingFrames.slice(0, count).map((frame, i) => ({ ...frame, voice: voiceMarks[i] ?? false })),
    );
    pendingFrames = pendingFrames.slice(count);
    levels = levels.slice(count);
    voiceMarks = voiceMarks.slice(count);
  };
  const emitAll = () => {
    markWindow();
    emitFrames(levels.length);
    lastSample = 0;
  };
  const takeFrames = (): readonly JudgedFrame[] => {
    const frames = judgedFrames;
    judgedFrames = [];
    return frames;
  };
  return {
    add(frames) {
      for (const frame of frames) {
        if (frame.afterGap) emitAll();
        pendingFrames.push(frame);
        levels.push(frameLevelDb(frame.samples, lastSample));
        voiceMarks.push(false);
        lastSample = frame.samples.at(-1) ?? 0;
        if (levels.length < WINDOW_FRAMES) continue;
        markWindow();
        emitFrames(HOP_FRAMES);
      }
      return takeFrames();
    },
    finish() {
      emitAll();
      return takeFrames();
    },
  };
}

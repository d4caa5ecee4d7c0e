/** Hz */
export const SPEECH_SAMPLE_RATE_HZ = 16_000;
export const FRAME_MS = 20;
/** Samples of one frame. */
export const FRAME_SAMPLES = (SPEECH_SAMPLE_RATE_HZ / 1000) * FRAME_MS;

/** Frames that are judged together: 2 s, a new one every 0.5 s. */
const WINDOW_FRAMES = 100;
const HOP_FRAMES = 25;
/** Fewer frames at the end are no word. */
const MIN_WINDOW_FRAMES = 10;
/** The loudest twentieth of a window must reach this, dBFS after pre-emphasis: below it nothing is made out. */
const MIN_PEAK_DB = -68;
/** Syllables lift the level by more than this over the pauses between them; hiss, hum and held notes do not. dB */
const MIN_RISE_DB = 4;
/** A frame within the voice is at most so far below the loudest, dB. */
const MAX_DEPTH_DB = 30;
const MAX_ABOVE_FLOOR_DB = 3;
/** Around the middle level, so that a flutter is no syllable, dB. */
const FLUTTER_DB = 1;
/** Takes hum and rumble away, lifts consonants. */
const PRE_EMPHASIS = 0.97;
const FLOOR_DB = -120;

/** Level of one frame, dBFS, hum and rumble left out; `before` is the last sample before it. */
export function frameLevelDb(samples: Float32Array, before: number): number {
  let sum = 0;
  let last = before;
  for (const sample of samples) {
    const change = sample - PRE_EMPHASIS * last;
    sum += change * change;
    last = sample;
  }
  const mean = sum / Math.max(1, samples.length);
  return mean > 0 ? Math.max(FLOOR_DB, 10 * Math.log10(mean)) : FLOOR_DB;
}

/** Which frames of a window may be voice: those that stand out where the level goes up and comes down again. */
function detectVoice(levels: readonly number[]): readonly boolean[] {
  const allSilent = levels.map(() => false);
  if (levels.length < MIN_WINDOW_FRAMES) return allSilent;
  const sorted = [...levels].sort((a, b) => a - b);
  const top = sorted[Math.floor(sorted.length * 0.95)] ?? FLOOR_DB;
  const floor = Math.max(sorted[Math.floor(sorted.length * 0.2)] ?? FLOOR_DB, top - MAX_DEPTH_DB);
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
  // One step up or down is a noise that begins or ends.
  if (rises === 0 || falls === 0) return allSilent;
  return levels.map((level) => level > floor + Math.min(MAX_ABOVE_FLOOR_DB, (top - floor) / 2));
}

export interface VoiceActivityDetector {
  /** The level of the next frame, dBFS. */
  add(level: number): void;
  /** Tells what is left; the gate may be used again from the start. */
  finish(): void;
}

/**
 * Tells for each frame of 20 ms, in order and at most 2 s late, whether it may hold a voice. It is generous: silence,
 * steady noise, hum and held notes are left out; rhythmic music passes, for speech over music must.
 */
export function createVoiceActivityDetector(onFrame: (voice: boolean) => void): VoiceActivityDetector {
  let levels: number[] = [];
  let voiceMarks: boolean[] = [];
  const markWindow = () => {
    detectVoice(levels).forEach((voice, i) => {
      if (voice) voiceMarks[i] = true;
    });
  };
  const emitFrames = (count: number) => {
    for (const voice of voiceMarks.slice(0, count)) onFrame(voice);
    levels = levels.slice(count);
    voiceMarks = voiceMarks.slice(count);
  };
  return {
    add(level) {
      levels.push(level);
      voiceMarks.push(false);
      if (levels.length < WINDOW_FRAMES) return;
      markWindow();
      emitFrames(HOP_FRAMES);
    },
    finish() {
      markWindow();
      emitFrames(levels.length);
    },
  };
}

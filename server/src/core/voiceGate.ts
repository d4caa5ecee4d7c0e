/** Hz */
export const SAMPLE_RATE = 16_000;
export const FRAME_MS = 20;
/** Samples of one frame. */
export const FRAME = (SAMPLE_RATE / 1000) * FRAME_MS;

/** Frames that are judged together: 2 s, a new one every 0.5 s. */
const WINDOW = 100;
const HOP = 25;
/** Fewer frames at the end are no word. */
const LEAST_WINDOW = 10;
/** The loudest twentieth of a window must reach this, dBFS after pre-emphasis: below it nothing is made out. */
const LEAST_TOP = -68;
/** Syllables lift the level by more than this over the pauses between them; hiss, hum and held notes do not. dB */
const LEAST_RISE = 4;
/** A frame within the voice is at most so far below the loudest, dB. */
const DEPTH = 30;
const ABOVE_FLOOR = 3;
/** Around the middle level, so that a flutter is no syllable, dB. */
const FLUTTER = 1;
/** Takes hum and rumble away, lifts consonants. */
const PRE_EMPHASIS = 0.97;
const FLOOR_DB = -120;

/** Level of one frame, dBFS, hum and rumble left out; `before` is the last sample before it. */
export function levelOf(samples: Float32Array, before: number): number {
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
function judge(levels: readonly number[]): readonly boolean[] {
  const none = levels.map(() => false);
  if (levels.length < LEAST_WINDOW) return none;
  const sorted = [...levels].sort((a, b) => a - b);
  const top = sorted[Math.floor(sorted.length * 0.95)] ?? FLOOR_DB;
  const floor = Math.max(sorted[Math.floor(sorted.length * 0.2)] ?? FLOOR_DB, top - DEPTH);
  if (top < LEAST_TOP || top - floor < LEAST_RISE) return none;
  const middle = (top + floor) / 2;
  let high: boolean | undefined;
  let rises = 0;
  let falls = 0;
  for (const level of levels) {
    if (level > middle + FLUTTER) {
      if (high === false) rises += 1;
      high = true;
    } else if (level < middle - FLUTTER) {
      if (high === true) falls += 1;
      high = false;
    }
  }
  // One step up or down is a noise that begins or ends.
  if (rises === 0 || falls === 0) return none;
  return levels.map((level) => level > floor + Math.min(ABOVE_FLOOR, (top - floor) / 2));
}

export interface VoiceGate {
  /** The level of the next frame, dBFS. */
  add(level: number): void;
  /** Tells what is left; the gate may be used again from the start. */
  finish(): void;
}

/**
 * Tells for each frame of 20 ms, in order and at most 2 s late, whether it may hold a voice. It is generous: silence,
 * steady noise, hum and held notes are left out; rhythmic music passes, for speech over music must.
 */
export function createVoiceGate(onFrame: (voice: boolean) => void): VoiceGate {
  let levels: number[] = [];
  let marks: boolean[] = [];
  const mark = () => {
    judge(levels).forEach((voice, i) => {
      if (voice) marks[i] = true;
    });
  };
  const tell = (count: number) => {
    for (const voice of marks.slice(0, count)) onFrame(voice);
    levels = levels.slice(count);
    marks = marks.slice(count);
  };
  return {
    add(level) {
      levels.push(level);
      marks.push(false);
      if (levels.length < WINDOW) return;
      mark();
      tell(HOP);
    },
    finish() {
      mark();
      tell(levels.length);
    },
  };
}

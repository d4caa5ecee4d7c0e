import type { TimeRange } from '../core/range.ts';
import type { Moment, Selection, Source } from './selection.ts';

/** Frames a second as a fraction. */
export interface Rate {
  readonly frames: number;
  readonly seconds: number;
}

const DEFAULT: Rate = { frames: 25, seconds: 1 };
/** Frames counted in one second of time code. */
export const nominal = ({ frames, seconds }: Rate): number => Math.round(frames / seconds);

/** The rate that a measured one stands for: NTSC's fractions, whole numbers, else thousandths. */
export function rateOf({ framesPerSecond }: Pick<Source, 'framesPerSecond'>): Rate {
  if (framesPerSecond === undefined || !(framesPerSecond >= 1 && framesPerSecond <= 1000)) return DEFAULT;
  const whole = Math.round(framesPerSecond);
  if (Math.abs(framesPerSecond - whole) < 0.002) return { frames: whole, seconds: 1 };
  const ntsc = Math.round((framesPerSecond * 1001) / 1000);
  if (Math.abs(framesPerSecond - (ntsc * 1000) / 1001) < 0.005) return { frames: ntsc * 1000, seconds: 1001 };
  return { frames: Math.round(framesPerSecond * 1000), seconds: 1000 };
}

/** The rate that most moments have; the first of equals. */
export function commonRate({ moments }: Selection): Rate {
  const counts = new Map<string, { rate: Rate; count: number }>();
  for (const { source } of moments) {
    const rate = rateOf(source);
    const key = `${rate.frames}/${rate.seconds}`;
    counts.set(key, { rate, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  let best: { rate: Rate; count: number } | undefined;
  for (const one of counts.values()) if (best === undefined || one.count > best.count) best = one;
  return best?.rate ?? DEFAULT;
}

export function framesIn(ms: number, { frames, seconds }: Rate): number {
  return Math.round((ms * frames) / (seconds * 1000));
}

export interface FrameRange {
  readonly start: number;
  /** At least one. */
  readonly count: number;
}

/** A range in whole frames. */
export function frameRange({ startMs, endMs }: TimeRange, rate: Rate): FrameRange {
  const start = framesIn(startMs, rate);
  return { start, count: Math.max(1, framesIn(endMs, rate) - start) };
}

/** Moments one after the other in whole frames of one rate. */
export function sequenceOf(moments: readonly Moment[], rate: Rate) {
  let at = 0;
  return moments.map((moment) => {
    const { start, count } = frameRange(moment, rate);
    const offset = at;
    at += count;
    return { moment, start, count, offset };
  });
}

import type { TimeRange } from '../core/domain/time-range.ts';
import type { ExportSelection, ExportSource, SelectedMoment } from './selection.ts';

/** Describes a frame rate as a fraction: `frames` per `seconds`. */
export interface FrameRate {
  readonly frames: number;
  readonly seconds: number;
}

const DEFAULT_RATE: FrameRate = { frames: 25, seconds: 1 };
/** Returns how many frames a time code counts per second. */
export const nominalRate = ({ frames, seconds }: FrameRate): number => Math.round(frames / seconds);

/** Rounds a measured rate to a whole number or an NTSC fraction if it is close, else to thousandths. */
export function toFrameRate({ framesPerSecond }: Pick<ExportSource, 'framesPerSecond'>): FrameRate {
  if (framesPerSecond === undefined || !(framesPerSecond >= 1 && framesPerSecond <= 1000))
    return DEFAULT_RATE;
  const wholeRate = Math.round(framesPerSecond);
  if (Math.abs(framesPerSecond - wholeRate) < 0.002) return { frames: wholeRate, seconds: 1 };
  const ntsc = Math.round((framesPerSecond * 1001) / 1000);
  if (Math.abs(framesPerSecond - (ntsc * 1000) / 1001) < 0.005) return { frames: ntsc * 1000, seconds: 1001 };
  return { frames: Math.round(framesPerSecond * 1000), seconds: 1000 };
}

/** Returns the frame rate of most moments. The first one wins a tie. */
export function mostCommonRate({ moments }: ExportSelection): FrameRate {
  const counts = new Map<string, { rate: FrameRate; count: number }>();
  for (const { source } of moments) {
    const rate = toFrameRate(source);
    const key = `${rate.frames}/${rate.seconds}`;
    counts.set(key, { rate, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  let best: { rate: FrameRate; count: number } | undefined;
  for (const entry of counts.values()) if (best === undefined || entry.count > best.count) best = entry;
  return best?.rate ?? DEFAULT_RATE;
}

export function toFrames(ms: number, { frames, seconds }: FrameRate): number {
  return Math.round((ms * frames) / (seconds * 1000));
}

export interface FrameRange {
  readonly start: number;
  /** At least 1. */
  readonly count: number;
}

/** Converts a time range to whole frames. */
export function toFrameRange({ startMs, endMs }: TimeRange, rate: FrameRate): FrameRange {
  const start = toFrames(startMs, rate);
  return { start, count: Math.max(1, toFrames(endMs, rate) - start) };
}

/** Places moments one after the other, in whole frames of one rate. */
export function toSequence(moments: readonly SelectedMoment[], rate: FrameRate) {
  let nextOffset = 0;
  return moments.map((moment) => {
    const { start, count } = toFrameRange(moment, rate);
    const offset = nextOffset;
    nextOffset += count;
    return { moment, start, count, offset };
  });
}

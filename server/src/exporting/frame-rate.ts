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

/** Rates that editing programs and SMPTE time codes know, slowest first. */
const SEQUENCE_RATES: readonly FrameRate[] = [
  { frames: 24_000, seconds: 1001 },
  { frames: 24, seconds: 1 },
  { frames: 25, seconds: 1 },
  { frames: 30_000, seconds: 1001 },
  { frames: 30, seconds: 1 },
  { frames: 50, seconds: 1 },
  { frames: 60_000, seconds: 1001 },
  { frames: 60, seconds: 1 },
];

/** Differences in frames per second that measuring makes: 29.967 is 29.97. */
const RATE_TOLERANCE = 0.005;

/**
 * Returns the rate of a sequence for media of a rate: the nearest standard rate that is not slower. For faster media,
 * the fastest of which the media's is a multiple: 119.88 -> 59.94, 100 -> 50, 144 -> 60.
 */
function toStandardRate({ frames, seconds }: FrameRate): FrameRate {
  const mediaRate = frames / seconds;
  const isMultiple = (rate: FrameRate) => {
    const times = (mediaRate * rate.seconds) / rate.frames;
    return Math.abs(times - Math.round(times)) < 0.0005;
  };
  return (
    SEQUENCE_RATES.find((rate) => rate.frames / rate.seconds >= mediaRate - RATE_TOLERANCE) ??
    SEQUENCE_RATES.findLast((rate) => rate.frames / rate.seconds > 30 && isMultiple(rate)) ?? {
      frames: 60,
      seconds: 1,
    }
  );
}

/** Returns whether time codes of a rate skip numbers to stay with the clock: at 29.97 and 59.94. */
export function isDropFrame(rate: FrameRate): boolean {
  return rate.seconds !== 1 && nominalRate(rate) % 30 === 0;
}

/** Returns the standard rate for a sequence of the moments. */
export function toSequenceRate(selection: ExportSelection): FrameRate {
  return toStandardRate(mostCommonRate(selection));
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

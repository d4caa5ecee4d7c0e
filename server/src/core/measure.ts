import { COLOURS, countColours, dominantColours } from './colours.ts';
import type { Facts } from './facts.ts';
import { brightest, GREY_SIZE, meanLuma } from './grey.ts';
import { createLooks } from './looks.ts';
import type { Measured } from './measured.ts';
import type { Ms, TimeRange } from './range.ts';
import { segment } from './segment.ts';
import { createShots, type Step } from './shots.ts';
import { createSound } from './sound.ts';
import { clipRanges, createStretches } from './stretches.ts';

/** Darker than this on average, with nothing as bright as small type is, is black; levels. */
const BLACK_LUMA = 20;
const BRIGHT = 40;
const BLACK_LEAST_MS = 1000;
/** Still: the mean differs by less, and no more cells than a cursor covers differ by more; levels. */
const STILL_MEAN = 0.7;
const STILL_CELL = 10;
const STILL_CELLS = 3;
const STILL_LEAST_MS = 2000;
/** Colours are kept for spans of this length, ms. */
const COLOUR_SPAN_MS = 1000;

export interface MeasureOptions {
  readonly clipMs: Ms;
  /** As the container tells it; what is decoded beyond it counts too. */
  readonly durationMs: Ms;
}

/** Takes one decode of a video, each kind in time order, and gives its Facts. Memory: a few numbers a second. */
export interface Measure {
  /** 64x36 luma of a decoded frame; a subset of the frames will do. */
  grey(timeMs: Ms, data: Uint8Array): void;
  /** A picture for its colours, RGB bytes; one a second or fewer will do. */
  colour(picture: { readonly timeMs: Ms; readonly data: Uint8Array }): void;
  /** 16 kHz mono, -1..1. */
  audio(timeMs: Ms, samples: Float32Array): void;
  finish(): Measured;
}

/** Sums over the frames between two places where a Clip may end. */
interface Span {
  readonly startMs: Ms;
  frames: number;
  luma: number;
  moves: number;
  motion: number;
}

function isStill(a: Uint8Array, b: Uint8Array): boolean {
  let sum = 0;
  let cells = 0;
  for (let i = 0; i < GREY_SIZE; i += 1) {
    const change = Math.abs((a[i] ?? 0) - (b[i] ?? 0));
    sum += change;
    if (change <= STILL_CELL) continue;
    cells += 1;
    if (cells >= STILL_CELLS) return false;
  }
  return sum < STILL_MEAN * GREY_SIZE;
}

export function createMeasure(options: MeasureOptions): Measure {
  const { clipMs } = options;
  const cutsMs: Ms[] = [];
  const spans: Span[] = [];
  const colours: (Float64Array | undefined)[] = [];
  const black = createStretches(BLACK_LEAST_MS);
  const still = createStretches(STILL_LEAST_MS);
  const stillSince = new Uint8Array(GREY_SIZE);
  const looks = createLooks();
  const sound = createSound();
  /** Luma of frames whose step is still to come. */
  const lumas: number[] = [];
  let frames = 0;
  let lastMs = 0;
  let heardMs = 0;

  /** Clips end at cuts or at multiples of their length, so spans are split at both. */
  const onStep = (step: Step): void => {
    const luma = lumas.shift() ?? 0;
    if (step.cut) cutsMs.push(step.timeMs);
    let span = spans.at(-1);
    if (!span || step.cut || Math.floor(span.startMs / clipMs) !== Math.floor(step.timeMs / clipMs)) {
      span = { startMs: step.timeMs, frames: 0, luma: 0, moves: 0, motion: 0 };
      spans.push(span);
    }
    span.frames += 1;
    span.luma += luma;
    if (step.cut) return;
    span.moves += 1;
    span.motion += step.difference;
  };
  const shots = createShots(onStep);

  const pictureFacts = (
    clip: TimeRange,
  ): Pick<Facts, 'shots' | 'cutsMs' | 'motion' | 'brightness' | 'colours'> => {
    if (frames === 0) return { shots: 0, cutsMs: [], motion: 0, brightness: 0, colours: [] };
    const inside = spans.filter((span) => span.startMs >= clip.startMs && span.startMs < clip.endMs);
    // Without a frame of its own a Clip shows the last one before it.
    const before = spans.findLast((span) => span.startMs < clip.startMs);
    const lit = inside.length > 0 ? inside : before ? [before] : [];
    const sum = (of: readonly Span[], key: 'frames' | 'luma' | 'moves' | 'motion') =>
      of.reduce((total, span) => total + span[key], 0);
    const cuts = cutsMs.filter((cut) => cut > clip.startMs && cut < clip.endMs);
    return {
      shots: 1 + cuts.length,
      cutsMs: cuts,
      motion: round(sum(inside, 'motion') / Math.max(1, sum(inside, 'moves')) / 255, 4),
      brightness: round(sum(lit, 'luma') / Math.max(1, sum(lit, 'frames')) / 255, 3),
      colours: coloursOf(clip),
    };
  };
  const coloursOf = (clip: TimeRange): readonly string[] => {
    const counts = new Float64Array(COLOURS.length);
    const first = Math.floor(clip.startMs / COLOUR_SPAN_MS);
    const end = Math.ceil(clip.endMs / COLOUR_SPAN_MS);
    const spansSeen = colours.slice(first, end).filter((span) => span !== undefined);
    const before = colours.slice(0, first).findLast((span) => span !== undefined);
    for (const span of spansSeen.length > 0 ? spansSeen : before ? [before] : []) {
      for (let i = 0; i < counts.length; i += 1) counts[i] = (counts[i] ?? 0) + (span[i] ?? 0);
    }
    return dominantColours(counts);
  };

  return {
    grey(timeMs, data) {
      frames += 1;
      lastMs = Math.max(lastMs, timeMs);
      const luma = meanLuma(data);
      lumas.push(luma);
      shots.add(timeMs, data);
      looks.add(timeMs, data);
      black.add(timeMs, luma < BLACK_LUMA && brightest(data) < BRIGHT);
      if (frames === 1 || !isStill(stillSince, data)) {
        still.add(timeMs, false);
        stillSince.set(data);
      }
      still.add(timeMs, true);
    },
    colour({ timeMs, data }) {
      const at = Math.floor(timeMs / COLOUR_SPAN_MS);
      const counts = colours[at] ?? new Float64Array(COLOURS.length);
      colours[at] = counts;
      countColours(data, counts);
    },
    audio(timeMs, samples) {
      heardMs = Math.max(heardMs, timeMs + samples.length / 16);
      sound.add(timeMs, samples);
    },
    finish() {
      shots.finish();
      const endMs = Math.max(1, options.durationMs, frames > 0 ? lastMs + 1 : 0, Math.floor(heardMs));
      const blackRanges = black.finish(endMs);
      const stillRanges = still.finish(endMs);
      const heard = sound.finish(endMs);
      const clips = segment(endMs, clipMs, cutsMs).map((clip) => ({
        ...clip,
        facts: {
          ...pictureFacts(clip),
          black: clipRanges(blackRanges, clip),
          still: clipRanges(stillRanges, clip),
          loudness: heardMs > 0 ? heard.loudness(clip) : undefined,
          silence: heardMs > 0 ? clipRanges(heard.silence, clip) : [],
        },
      }));
      return { clips, textTimes: looks.finish(endMs) };
    },
  };
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

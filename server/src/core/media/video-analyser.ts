import type { Facts } from '../domain/facts.ts';
import type { Ms, TimeRange } from '../domain/time-range.ts';
import type { VideoAnalysis } from '../domain/video-analysis.ts';
import { createChannelUse } from './channel-use.ts';
import { segmentClips } from './clip-segmenter.ts';
import { COLOURS, countColours, dominantColours } from './colour-names.ts';
import { createIntervalCollector, intersectRanges } from './interval-collector.ts';
import { createLoudnessMeter } from './loudness.ts';
import { LUMA_GRID_CELLS, maxLuma, meanLuma } from './luma-grid.ts';
import { createOcrSampler } from './ocr-sampler.ts';
import { createShotDetector, type FrameStep } from './shot-detector.ts';

/**
 * A picture is black if its mean is below the first level and nothing reaches the second, as small type
 * would.
 */
const MAX_BLACK_LUMA = 20;
const MIN_BRIGHT_LUMA = 40;
const MIN_BLACK_MS = 1000;
/**
 * A picture is still if its mean difference is below the first level and fewer cells than a cursor covers
 * exceed the second.
 */
const MAX_STILL_MEAN_DIFFERENCE = 0.7;
const MAX_STILL_CELL_DIFFERENCE = 10;
const MIN_CHANGED_CELLS = 3;
const MIN_STILL_MS = 2000;
/** Length of the spans that colours are counted in, in ms. */
const COLOUR_SPAN_MS = 1000;

export interface VideoAnalyserOptions {
  readonly clipMs: Ms;
  /** Duration stated by the container; anything decoded beyond it counts too. */
  readonly durationMs: Ms;
}

/**
 * Measures one decoding pass of a video. Each kind of data must arrive in time order. Memory use: a few
 * numbers per second.
 */
export interface VideoAnalyser {
  /** Takes the 64x36 luma of a decoded frame; a subset of the frames is enough. */
  grey(timeMs: Ms, data: Uint8Array): void;
  /** Takes a picture of RGB bytes for its colours; one per second or fewer is enough. */
  colour(picture: { readonly timeMs: Ms; readonly data: Uint8Array }): void;
  /** Takes 16 kHz mono samples in -1..1, with the number of their channel if they are not the mix. */
  audio(timeMs: Ms, samples: Float32Array, channel?: number): void;
  /** Returns whether the sound so far is silent. */
  isSilent(): boolean;
  /** Forgets the sound, so that another track can be measured. */
  restartAudio(): void;
  finish(): VideoAnalysis;
}

/** Holds sums over the frames between two possible clip edges. */
interface FrameSpan {
  readonly startMs: Ms;
  frames: number;
  luma: number;
  moves: number;
  motion: number;
}

function isStill(a: Uint8Array, b: Uint8Array): boolean {
  let sum = 0;
  let cells = 0;
  for (let i = 0; i < LUMA_GRID_CELLS; i += 1) {
    const change = Math.abs((a[i] ?? 0) - (b[i] ?? 0));
    sum += change;
    if (change <= MAX_STILL_CELL_DIFFERENCE) continue;
    cells += 1;
    if (cells >= MIN_CHANGED_CELLS) return false;
  }
  return sum < MAX_STILL_MEAN_DIFFERENCE * LUMA_GRID_CELLS;
}

export function createVideoAnalyser(options: VideoAnalyserOptions): VideoAnalyser {
  const { clipMs } = options;
  const cutsMs: Ms[] = [];
  const spans: FrameSpan[] = [];
  const colours: (Float64Array | undefined)[] = [];
  const black = createIntervalCollector(MIN_BLACK_MS);
  const stillCollector = createIntervalCollector(MIN_STILL_MS);
  const stillSince = new Uint8Array(LUMA_GRID_CELLS);
  const ocrSampler = createOcrSampler();
  let loudnessMeter = createLoudnessMeter();
  let channelUse = createChannelUse();
  /** Luma of frames whose step is not reported yet. */
  const lumas: number[] = [];
  let frames = 0;
  let lastMs = 0;
  let audioEndMs = 0;

  /** Starts a new span at cuts and at multiples of the clip length, because clips end at either. */
  const onStep = (step: FrameStep): void => {
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
  const shotDetector = createShotDetector(onStep);

  const pictureFacts = (
    clip: TimeRange,
  ): Pick<Facts, 'shots' | 'cutsMs' | 'motion' | 'brightness' | 'colours'> => {
    if (frames === 0) return { shots: 0, cutsMs: [], motion: 0, brightness: 0, colours: [] };
    const inside = spans.filter((span) => span.startMs >= clip.startMs && span.startMs < clip.endMs);
    // Uses the last frame before a clip if the clip has none.
    const previousSpan = spans.findLast((span) => span.startMs < clip.startMs);
    const litSpans = inside.length > 0 ? inside : previousSpan ? [previousSpan] : [];
    const sum = (spansToSum: readonly FrameSpan[], key: 'frames' | 'luma' | 'moves' | 'motion') =>
      spansToSum.reduce((total, span) => total + span[key], 0);
    const cuts = cutsMs.filter((cut) => cut > clip.startMs && cut < clip.endMs);
    return {
      shots: 1 + cuts.length,
      cutsMs: cuts,
      motion: roundTo(sum(inside, 'motion') / Math.max(1, sum(inside, 'moves')) / 255, 4),
      brightness: roundTo(sum(litSpans, 'luma') / Math.max(1, sum(litSpans, 'frames')) / 255, 3),
      colours: findDominantColours(clip),
    };
  };
  const findDominantColours = (clip: TimeRange): readonly string[] => {
    const counts = new Float64Array(COLOURS.length);
    const first = Math.floor(clip.startMs / COLOUR_SPAN_MS);
    const end = Math.ceil(clip.endMs / COLOUR_SPAN_MS);
    const clipSpans = colours.slice(first, end).filter((span) => span !== undefined);
    const previousSpan = colours.slice(0, first).findLast((span) => span !== undefined);
    for (const span of clipSpans.length > 0 ? clipSpans : previousSpan ? [previousSpan] : []) {
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
      shotDetector.add(timeMs, data);
      ocrSampler.add(timeMs, data);
      black.add(timeMs, luma < MAX_BLACK_LUMA && maxLuma(data) < MIN_BRIGHT_LUMA);
      if (frames === 1 || !isStill(stillSince, data)) {
        stillCollector.add(timeMs, false);
        stillSince.set(data);
      }
      stillCollector.add(timeMs, true);
    },
    colour({ timeMs, data }) {
      const at = Math.floor(timeMs / COLOUR_SPAN_MS);
      const counts = colours[at] ?? new Float64Array(COLOURS.length);
      colours[at] = counts;
      countColours(data, counts);
    },
    audio(timeMs, samples, channel) {
      audioEndMs = Math.max(audioEndMs, timeMs + samples.length / 16);
      loudnessMeter.add(timeMs, samples);
      channelUse.add(samples, channel);
    },
    isSilent: () => !loudnessMeter.hasSound(),
    restartAudio() {
      loudnessMeter = createLoudnessMeter();
      channelUse = createChannelUse();
      audioEndMs = 0;
    },
    finish() {
      shotDetector.finish();
      const endMs = Math.max(1, options.durationMs, frames > 0 ? lastMs + 1 : 0, Math.floor(audioEndMs));
      const blackRanges = black.finish(endMs);
      const stillRanges = stillCollector.finish(endMs);
      const loudness = loudnessMeter.finish(endMs);
      const clips = segmentClips(endMs, clipMs, cutsMs).map((clip) => ({
        ...clip,
        facts: {
          ...pictureFacts(clip),
          black: intersectRanges(blackRanges, clip),
          still: intersectRanges(stillRanges, clip),
          loudness: audioEndMs > 0 ? loudness.loudness(clip) : undefined,
          silence: audioEndMs > 0 ? intersectRanges(loudness.silence, clip) : [],
        },
      }));
      return { clips, textTimes: ocrSampler.finish(endMs), soundChannel: channelUse.channel() };
    },
  };
}

function roundTo(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

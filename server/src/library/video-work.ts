import type { IndexingProgress } from '../../protocol/status.ts';
import type { VideoWork } from '../../protocol/videos.ts';
import type { VideoFile, VideoRecord } from '../core/domain/video.ts';
import { computeWorkShare } from '../core/pipeline/work-share.ts';
import type { VideoCatalogue } from '../indexing/catalogue.ts';
import type { Scheduler } from '../indexing/scheduler.ts';
import type { RunningJob } from '../ports/executor.ts';
import { createDerive, type Derived, type Readers } from './coverage.ts';

export interface VideoWorkDeps {
  readonly scheduler: Pick<Scheduler, 'running' | 'isBusy' | 'jobsLeft' | 'unavailable'>;
  readonly readers: () => Readers;
}

/** Returns how much of a video is indexed, 0..1. `derived`: what follows from copy and record, if it is at hand. */
export type IndexedShare = (copy: VideoFile, record: VideoRecord | undefined, derived?: Derived) => number;

const NO_RUNS: readonly RunningJob[] = [];

/** Creates a function that is valid for one answer: it reads what runs and which models are in use only once. */
export function createIndexedShare({ scheduler, readers }: VideoWorkDeps): IndexedShare {
  const derive = createDerive(readers(), scheduler.unavailable());
  const runningById = Map.groupBy(scheduler.running(), ({ job }) => job.videoId);
  return (copy, record, knownDerived) => {
    if (!scheduler.isBusy(copy.videoId)) return 1;
    const running = runningById.get(copy.videoId) ?? NO_RUNS;
    const derived = knownDerived ?? derive(copy, record);
    const left = scheduler.jobsLeft(copy.videoId);
    if (running.length === 0 && derived.waiting?.left === left) return derived.waiting.share;
    const share = computeWorkShare(derived.stages, (stage) => {
      const runningJob = running.find(({ job }) => job.stage === stage);
      if (runningJob !== undefined) return runningJob.share;
      const isLeft = left.some((job) => job.stage === stage);
      return (record?.done[stage] ?? copy.done[stage]) === undefined || isLeft ? 0 : 1;
    });
    if (running.length === 0) derived.waiting = { left, share };
    return share;
  };
}

/** Returns what runs for a video now; undefined if nothing does. */
export function videoWork(
  copy: VideoFile,
  record: VideoRecord | undefined,
  deps: VideoWorkDeps,
  nowMs: number,
): VideoWork | undefined {
  const runningJob = deps.scheduler.running().find(({ job }) => job.videoId === copy.videoId);
  if (runningJob === undefined) return undefined;
  return {
    stage: runningJob.job.stage,
    ...stageProgress(runningJob, nowMs),
    videoPercent: Math.round(createIndexedShare(deps)(copy, record) * 100),
  };
}

/** Returns the percentage and the time left of a running job; {} until it reports a share. */
export function stageProgress(
  { startedMs, share }: RunningJob,
  nowMs: number,
): Pick<VideoWork, 'percent' | 'leftMs'> {
  if (share <= 0) return {};
  return {
    percent: Math.round(share * 100),
    leftMs: Math.round(((nowMs - startedMs) * (1 - share)) / share),
  };
}

/** How much of the media is indexed. `unmeasured` counts videos whose length is not known yet. */
export interface IndexedMedia {
  readonly mediaMs: number;
  readonly doneMs: number;
  readonly measured: number;
  readonly unmeasured: number;
}

/** Returns 0..100. A video whose length is not known counts as one of the mean length. */
export function mediaPercent({ mediaMs, doneMs, measured, unmeasured }: IndexedMedia): number {
  const meanMs = measured === 0 ? 0 : mediaMs / measured;
  const totalMs = mediaMs + unmeasured * meanMs;
  if (totalMs === 0) return unmeasured > 0 ? 0 : 100;
  return Math.min(100, Math.round((1000 * doneMs) / totalMs) / 10);
}

/** Creates a filter that passes the first copy of each content that it is asked for. */
export function createFirstCopyFilter(
  catalogue: Pick<VideoCatalogue, 'copyCount'>,
): (copy: VideoFile) => boolean {
  const seenIds = new Set<string>();
  return ({ videoId }) => {
    if (catalogue.copyCount(videoId) < 2) return true;
    if (seenIds.has(videoId)) return false;
    seenIds.add(videoId);
    return true;
  };
}

/** Adds up lengths and indexed shares. Each content counts once. */
export function createMediaSum(catalogue: Pick<VideoCatalogue, 'copyCount'>): {
  add(copy: VideoFile, lengthMs: number, share: number): void;
  sum(): IndexedMedia;
} {
  const isFirstCopy = createFirstCopyFilter(catalogue);
  const total = { mediaMs: 0, doneMs: 0, measured: 0, unmeasured: 0 };
  return {
    add(copy, lengthMs, share) {
      if (!isFirstCopy(copy)) return;
      total.mediaMs += lengthMs;
      total.doneMs += lengthMs * share;
      // A failed video has no length either, but nothing is left of it.
      if (lengthMs > 0) total.measured += 1;
      else if (share < 1) total.unmeasured += 1;
    },
    sum: () => ({ ...total }),
  };
}

/** Interval between two measurements, and how many of them are kept: the speed is that of the last five minutes. */
const SAMPLE_INTERVAL_MS = 5_000;
const MAX_SAMPLES = 60;
/** A shorter time measures no speed, ms. */
const MIN_SAMPLED_MS = 2_000;

/** Estimates the time left from the media that was indexed lately. */
export interface ProgressMeter {
  /** Returns the progress, and remembers it as a measurement. */
  measure(media: IndexedMedia, nowMs: number): IndexingProgress;
  /** Forgets the measurements, because nothing is left or work is paused. */
  reset(): void;
}

export function createProgressMeter(): ProgressMeter {
  let samples: { readonly atMs: number; readonly doneMs: number }[] = [];
  return {
    measure(media, nowMs) {
      const { mediaMs, doneMs } = media;
      const last = samples.at(-1);
      // Less than before: a video was removed or is read again, which says nothing about the speed.
      if (last !== undefined && doneMs < last.doneMs) samples = [];
      if (samples.length === 0 || nowMs - (samples.at(-1)?.atMs ?? 0) >= SAMPLE_INTERVAL_MS)
        samples = [...samples.slice(1 - MAX_SAMPLES), { atMs: nowMs, doneMs }];
      const first = samples[0];
      const elapsedMs = nowMs - (first?.atMs ?? nowMs);
      const speed = elapsedMs < MIN_SAMPLED_MS ? 0 : (doneMs - (first?.doneMs ?? 0)) / elapsedMs;
      return {
        mediaMs: Math.round(mediaMs),
        doneMs: Math.round(doneMs),
        percent: mediaPercent(media),
        ...(speed > 0 && { leftMs: Math.round((mediaMs - doneMs) / speed) }),
      };
    },
    reset() {
      samples = [];
    },
  };
}

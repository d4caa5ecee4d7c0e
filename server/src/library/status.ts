import { PROTOCOL_VERSION } from '../../protocol/errors.ts';
import type { FailedWork, Role, RunningWork, Status } from '../../protocol/status.ts';
import { hasSound, isSubtitled } from '../core/hearing.ts';
import type { Copy, VideoRecord } from '../core/video.ts';
import { hasPictures } from '../indexing/caption.ts';
import type { Catalogue } from '../indexing/catalogue.ts';
import type { Folders } from '../indexing/folders.ts';
import type { Scheduler } from '../indexing/scheduler.ts';
import { NO_TRANSCRIPT } from '../indexing/transcribe.ts';

/** What the status says that does not change with each job. */
export interface StatusFrame {
  readonly versions: Omit<Status['versions'], 'protocol'>;
  readonly dataDir: string;
  readonly pid: number;
  readonly roles: readonly Role[];
  /** What would make captions and answers better. */
  readonly advice: readonly string[];
}

/** How clips are captioned now, and how long one took here and on another machine, ms. */
export interface Captioning {
  readonly recipe: string;
  readonly clipMs: number | undefined;
  readonly elsewhereMs?: number;
}

/** What the requests work on together. */
export interface Shelf {
  readonly catalogue: Catalogue;
  readonly folders: Folders;
  readonly scheduler: Scheduler;
}

/** A stage's failure with the file it belongs to. */
export function failuresOf(copy: Copy, record: VideoRecord | undefined): readonly FailedWork[] {
  const all = { ...record?.failures, ...copy.failures };
  return Object.entries(all).map(([stage, failure]) => ({
    uri: copy.uri,
    path: copy.path,
    stage,
    reason: failure.reason,
    remedy: failure.remedy,
  }));
}

/** State of one copy among all. */
export function stateOf(
  copy: Copy,
  record: VideoRecord | undefined,
  { folders, scheduler }: Pick<Shelf, 'folders' | 'scheduler'>,
): 'forgotten' | 'offline' | 'failed' | 'running' | 'waiting' | 'done' {
  if (copy.forgotten) return 'forgotten';
  if (!folders.online(copy)) return 'offline';
  if (scheduler.running().some(({ job }) => job.videoId === copy.videoId)) return 'running';
  if (scheduler.busy(copy.videoId)) return 'waiting';
  return failuresOf(copy, record).length > 0 ? 'failed' : 'done';
}

export function statusOf(
  { catalogue, folders, scheduler }: Shelf,
  frame: StatusFrame & { readonly captioning?: Captioning; readonly damage?: readonly string[] },
  paused: Status['paused'],
  indexBytes: number,
  nowMs: number,
): Status {
  const counts = { waiting: 0, done: 0, offline: 0 };
  const failed: FailedWork[] = [];
  let videos = 0;
  let unheard = 0;
  let uncaptioned = 0;
  const counted = new Set<string>();
  const shares = new Map(
    scheduler.running().map(({ job, share }) => [job.stage === 'caption' ? job.videoId : '', share]),
  );
  const seen = new Set<string>();
  let clips = 0;
  for (const copy of catalogue.copies()) {
    if (copy.forgotten) continue;
    videos += 1;
    const record = catalogue.video(copy.videoId);
    const state = stateOf(copy, record, { folders, scheduler });
    if (record !== undefined && !seen.has(copy.videoId)) {
      seen.add(copy.videoId);
      clips += record.clips.length;
    }
    if (record !== undefined && frame.captioning && state !== 'offline' && !counted.has(copy.videoId)) {
      counted.add(copy.videoId);
      uncaptioned += uncaptionedOf(record, frame.captioning, shares.get(copy.videoId) ?? 0);
    }
    if (record !== undefined && lacksTranscript(copy, record)) unheard += 1;
    failed.push(...failuresOf(copy, record));
    if (state === 'waiting' || state === 'done' || state === 'offline') counts[state] += 1;
  }
  return {
    videos,
    clips,
    ...(scheduler.planning() && { planning: true }),
    work: { ...counts, running: runningWork(catalogue, scheduler, nowMs), failed },
    paused,
    indexBytes,
    versions: { protocol: PROTOCOL_VERSION, ...frame.versions },
    captions: captionsOf(uncaptioned, frame.captioning),
    roles: frame.roles,
    advice: [...(frame.damage ?? []), ...adviceOf(videos, unheard, scheduler, folders), ...frame.advice],
    dataDir: frame.dataDir,
    pid: frame.pid,
  };
}

/** Clips of a content that the captioner has still to do; `share` of them it did in the job at work. */
function uncaptionedOf({ probe, done, clips }: VideoRecord, { recipe }: Captioning, share: number): number {
  return done.caption === recipe || !hasPictures(probe) ? 0 : clips.length * (1 - share);
}

function captionsOf(left: number, captioning: Captioning | undefined): Status['captions'] {
  const clipsLeft = Math.ceil(left);
  if (!captioning || clipsLeft === 0) return undefined;
  const { clipMs: here, elsewhereMs } = captioning;
  const clipMs = here ?? elsewhereMs;
  if (clipMs === undefined) return { clipsLeft };
  const times = { clipMs: Math.round(clipMs), leftMs: Math.round(left * clipMs) };
  return { clipsLeft, ...times, ...(here === undefined && { elsewhere: true }) };
}

function runningWork(catalogue: Catalogue, scheduler: Scheduler, nowMs: number): readonly RunningWork[] {
  return scheduler.running().map(({ job, startedMs, share }) => ({
    uri: job.uri,
    path: catalogue.copy(job.uri)?.path ?? job.uri,
    stage: job.stage,
    ...(share > 0
      ? { percent: Math.round(share * 100), leftMs: Math.round(((nowMs - startedMs) * (1 - share)) / share) }
      : {}),
  }));
}

/** Sound, and nothing that says what is said in it. */
function lacksTranscript(copy: Copy, record: VideoRecord): boolean {
  const { transcribe } = record.done;
  const heard = transcribe !== undefined && transcribe !== NO_TRANSCRIPT;
  return hasSound(record.probe) && isSubtitled(record, [copy]) === false && !heard;
}

function adviceOf(
  videos: number,
  unheard: number,
  scheduler: Scheduler,
  folders: Folders,
): readonly string[] {
  const advice = [...scheduler.unavailable()].map(([stage, reason]) => `The stage ${stage} waits: ${reason}`);
  const trouble = scheduler.trouble() ?? folders.trouble();
  if (trouble !== undefined) {
    advice.push(
      `The index cannot be written: ${trouble instanceof Error ? trouble.message : String(trouble)}`,
    );
  }
  if (unheard > 0) {
    advice.push(
      `${unheard} of ${videos} ${videos === 1 ? 'video' : 'videos'} ${unheard === 1 ? 'has' : 'have'} sound and no transcript: put a subtitle file (.srt, .vtt) beside each to search what is said, or name a speech recogniser with \`goldfish models use transcriber\`.`,
    );
  }
  return advice;
}

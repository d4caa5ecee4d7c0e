import { PROTOCOL_VERSION } from '../../protocol/errors.ts';
import type { FailedWork, RecordingWork, Role, RunningWork, Status } from '../../protocol/status.ts';
import { formatDuration } from '../core/domain/format-time.ts';
import type { Uri } from '../core/domain/time-range.ts';
import { hasPictures, type VideoFile, type VideoRecord } from '../core/domain/video.ts';
import { isInPlaces } from '../core/library/reconcile-file.ts';
import { splitExtent } from '../core/pipeline/extent.ts';
import { QUESTION_LANGUAGES } from '../core/query/question-intent.ts';
import type { VideoCatalogue } from '../indexing/catalogue.ts';
import type { FolderWatcher } from '../indexing/folder-watcher.ts';
import type { Scheduler } from '../indexing/scheduler.ts';
import { createCoverageCounter, createDerive, type Readers } from './coverage.ts';
import { hasFailures } from './video-problems.ts';
import {
  createFirstCopyFilter,
  createIndexedShare,
  createMediaSum,
  createProgressMeter,
  type IndexedMedia,
  type ProgressMeter,
  stageProgress,
} from './video-work.ts';

/** Holds the part of the status that does not change with each job. */
export interface StatusFrame {
  readonly versions: Omit<Status['versions'], 'protocol'>;
  readonly dataDir: string;
  readonly pid: number;
  readonly roles: readonly Role[];
  /** Tips for better captions and answers. */
  readonly advice: readonly string[];
}

/** Describes the current captioner, and how long it took per clip on this and on another machine, in ms. */
export interface CaptioningState {
  readonly recipe: string;
  readonly clipMs: number | undefined;
  readonly elsewhereMs?: number;
}

/** What the scheduler knows of its work. */
type WorkView = Pick<
  Scheduler,
  'isBusy' | 'jobsLeft' | 'planning' | 'running' | 'unavailable' | 'writeError'
>;
/** What the watcher knows of its folders. */
type FoldersView = Pick<FolderWatcher, 'lastError' | 'online'>;

/** What a status is created from. */
export interface StatusDeps {
  readonly catalogue: VideoCatalogue;
  readonly folders: FoldersView;
  readonly scheduler: WorkView;
  /** What can be read with the models and settings in use. */
  readonly readers: () => Readers;
}

/** Bundles what the requests share. */
export interface LibraryDeps extends StatusDeps {
  readonly folders: FolderWatcher;
  readonly scheduler: Scheduler;
}

/** Creates a function that returns the state of a file. It is valid for one answer: it reads what runs only once. */
export function createVideoState({
  folders,
  scheduler,
}: Pick<StatusDeps, 'folders' | 'scheduler'>): (
  copy: VideoFile,
  record: VideoRecord | undefined,
) => 'forgotten' | 'offline' | 'failed' | 'running' | 'waiting' | 'done' {
  const runningIds = new Set(scheduler.running().map(({ job }) => job.videoId));
  return (copy, record) => {
    if (copy.forgotten) return 'forgotten';
    if (!folders.online(copy)) return 'offline';
    if (runningIds.has(copy.videoId)) return 'running';
    if (scheduler.isBusy(copy.videoId)) return 'waiting';
    if (hasFailures(copy, record)) return 'failed';
    // Nothing has been read of it, as after `reindex`: it is about to be planned.
    return record?.done.probe === undefined ? 'waiting' : 'done';
  };
}

export function createStatus(
  deps: StatusDeps,
  frame: StatusFrame & {
    readonly captioning?: CaptioningState;
    readonly damage?: readonly string[];
    readonly meter?: ProgressMeter;
  },
  paused: Status['paused'],
  indexBytes: number,
  nowMs: number,
  places?: readonly Uri[],
): Status {
  const { catalogue, folders, scheduler } = deps;
  const counts = { waiting: 0, done: 0, offline: 0 };
  const failedWork: FailedWork[] = [];
  const notices: FailedWork[] = [];
  const recording: RecordingWork[] = [];
  let videos = 0;
  const untranscribed = { videos: 0, speechMs: 0 };
  let unheard = 0;
  let uncaptionedClips = 0;
  const isFirstCaptioned = createFirstCopyFilter(catalogue);
  const captionShares = new Map(
    scheduler.running().map(({ job, share }) => [job.stage === 'caption' ? job.videoId : '', share]),
  );
  const isFirstCopy = createFirstCopyFilter(catalogue);
  let clips = 0;
  let clipsDone = 0;
  const derive = createDerive(deps.readers(), scheduler.unavailable());
  const coverage = createCoverageCounter();
  const media = createMediaSum(catalogue);
  const indexedShare = createIndexedShare(deps);
  const videoState = createVideoState({ folders, scheduler });
  for (const copy of catalogue.copies()) {
    if (copy.forgotten || !isInPlaces(copy.uri, places)) continue;
    videos += 1;
    const record = catalogue.video(copy.videoId);
    const state = videoState(copy, record);
    const derived = derive(copy, record);
    if (record !== undefined && frame.captioning && state !== 'offline' && isFirstCaptioned(copy))
      uncaptionedClips += countUncaptioned(record, frame.captioning, captionShares.get(copy.videoId) ?? 0);
    const { missingTranscript } = derived;
    if (missingTranscript?.speechMs !== undefined) {
      untranscribed.videos += 1;
      untranscribed.speechMs += missingTranscript.speechMs;
    } else if (missingTranscript !== undefined) unheard += 1;
    coverage.add(derived.coverage);
    const share = state === 'done' || state === 'failed' ? 1 : indexedShare(copy, record, derived);
    if (state !== 'offline') media.add(copy, record?.probe.durationMs ?? 0, share);
    if (record !== undefined && isFirstCopy(copy)) {
      clips += record.clips.length;
      clipsDone += record.clips.length * share;
    }
    if (copy.growing !== undefined) recording.push(toRecordingWork(copy, record));
    failedWork.push(...derived.failures);
    notices.push(...derived.notices);
    if (state === 'waiting' || state === 'done' || state === 'offline') counts[state] += 1;
  }
  return {
    videos,
    clips,
    clipsDone: Math.round(clipsDone),
    ...(scheduler.planning() && { planning: true }),
    work: {
      ...counts,
      running: listRunningWork(catalogue, scheduler, nowMs).filter(({ uri }) => isInPlaces(uri, places)),
      failed: failedWork,
      ...(notices.length > 0 && { notices }),
      ...(recording.length > 0 && { recording }),
    },
    progress: measureProgress(frame.meter, media.sum(), counts.waiting, paused, scheduler, nowMs),
    coverage: coverage.counts,
    paused,
    indexBytes,
    versions: { protocol: PROTOCOL_VERSION, ...frame.versions },
    captions: toCaptionStatus(uncaptionedClips, frame.captioning),
    ...(untranscribed.videos > 0 && { untranscribed }),
    roles: frame.roles,
    advice: [
      ...(frame.damage ?? []),
      ...createAdvice(scheduler, folders),
      ...adviseTranscripts(videos, unheard, untranscribed),
      ...frame.advice,
    ],
    questionLanguages: QUESTION_LANGUAGES,
    dataDir: frame.dataDir,
    pid: frame.pid,
  };
}

function toRecordingWork({ uri, path, growing }: VideoFile, record: VideoRecord | undefined): RecordingWork {
  return { uri, path, durationMs: record?.probe.durationMs ?? 0, isReadable: growing?.isReadable === true };
}

/** Counts the clips of a video that still need a caption. `share`, 0..1, of them is done in the running job. */
function countUncaptioned(
  { probe, done, clips }: VideoRecord,
  { recipe }: CaptioningState,
  share: number,
): number {
  return splitExtent(done.caption ?? '').base === recipe || !hasPictures(probe)
    ? 0
    : clips.length * (1 - share);
}

function toCaptionStatus(
  remainingClips: number,
  captioning: CaptioningState | undefined,
): Status['captions'] {
  const clipsLeft = Math.ceil(remainingClips);
  if (!captioning || clipsLeft === 0) return undefined;
  const { clipMs: localClipMs, elsewhereMs } = captioning;
  const clipMs = localClipMs ?? elsewhereMs;
  if (clipMs === undefined) return { clipsLeft };
  const estimate = { clipMs: Math.round(clipMs), leftMs: Math.round(remainingClips * clipMs) };
  return { clipsLeft, ...estimate, ...(localClipMs === undefined && { elsewhere: true }) };
}

/** Returns how far indexing is; undefined if nothing is left of it. */
function measureProgress(
  meter: ProgressMeter | undefined,
  media: IndexedMedia,
  waiting: number,
  paused: Status['paused'],
  scheduler: WorkView,
  nowMs: number,
): Status['progress'] {
  const isIdle = waiting === 0 && scheduler.running().length === 0;
  if (isIdle || meter === undefined) {
    meter?.reset();
    return undefined;
  }
  if (paused === undefined) return meter.measure(media, nowMs);
  meter.reset();
  return createProgressMeter().measure(media, nowMs);
}

function listRunningWork(
  catalogue: VideoCatalogue,
  scheduler: WorkView,
  nowMs: number,
): readonly RunningWork[] {
  return scheduler.running().map((runningJob) => ({
    uri: runningJob.job.uri,
    path: catalogue.copy(runningJob.job.uri)?.path ?? runningJob.job.uri,
    stage: runningJob.job.stage,
    ...stageProgress(runningJob, nowMs),
  }));
}

function createAdvice(scheduler: WorkView, folders: FoldersView): readonly string[] {
  const advice = [...scheduler.unavailable()].map(
    ([stage, reason]) => `The stage ${stage} is waiting: ${reason}`,
  );
  const writeError = scheduler.writeError() ?? folders.lastError();
  if (writeError !== undefined) {
    advice.push(
      `Goldfish cannot write the index: ${writeError instanceof Error ? writeError.message : String(writeError)}`,
    );
  }
  return advice;
}

/** Says which videos would gain from a transcriber. `unheard`: videos whose sound was not listened to yet. */
function adviseTranscripts(
  videos: number,
  unheard: number,
  untranscribed: NonNullable<Status['untranscribed']>,
): readonly string[] {
  const isHeard = untranscribed.videos > 0;
  const count = isHeard ? untranscribed.videos : unheard;
  if (count === 0) return [];
  const which = `${count} of ${videos} ${videos === 1 ? 'video' : 'videos'} ${count === 1 ? 'has' : 'have'}`;
  const what = isHeard
    ? `${formatDuration(untranscribed.speechMs)} of speech and no transcript`
    : 'sound but no transcript';
  return [
    `${which} ${what}. To search speech, save a subtitle file (.srt, .vtt) next to each video, or choose a speech model with \`goldfish models use transcriber\`.`,
  ];
}

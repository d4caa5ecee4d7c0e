import type { IndexProgress, IndexResult } from '../../protocol/work.ts';
import { fileUriToDisplayPath } from '../base/file-uri.ts';
import type { Uri } from '../core/domain/time-range.ts';
import type { VideoFile } from '../core/domain/video.ts';
import { MediaFailureError } from '../core/errors/media-failure.ts';
import { isMedia } from '../core/library/media-extensions.ts';
import { RequestError } from '../library.ts';
import type { Disk } from '../ports/disk.ts';
import type { Media } from '../ports/media.ts';
import { pathNotReadable } from './describe-video.ts';
import type { LibraryDeps, StatusDeps } from './status.ts';
import { hasFailures, listFailures } from './video-problems.ts';
import { createIndexedShare, createMediaSum, mediaPercent, stageProgress } from './video-work.ts';

/** Limits how often progress is reported, in ms. */
const MIN_REPORT_INTERVAL_MS = 200;

export interface IndexDeps extends LibraryDeps {
  readonly disk: Disk;
  readonly media: Pick<Media, 'probe'>;
}

/**
 * Indexes files and folders and waits until all are done. `keep` watches the folders afterwards; without it they are
 * scanned once. Failed videos are listed in the result. Rejects only for a path that does not exist or is not media,
 * before anything is indexed.
 */
export async function runIndex(
  deps: IndexDeps,
  uris: readonly Uri[],
  keep: boolean,
  onProgress: (progress: IndexProgress) => void,
  onChange: (listener: () => void) => () => void,
  now: () => number,
  signal: AbortSignal,
): Promise<IndexResult> {
  const { catalogue, scheduler, disk } = deps;
  const startedMs = now();
  const folders: Uri[] = [];
  for (const uri of uris) {
    if ((await disk.stat(uri, signal)) !== undefined) {
      await assertIsMedia(deps, uri, signal);
      continue;
    }
    folders.push(uri);
    const state = await disk.state(uri, signal);
    if (state.state === 'ok') continue;
    throw pathNotReadable(uri);
  }
  for (const uri of uris) {
    if (keep && folders.includes(uri)) {
      await deps.folders.add({ uri, include: [], exclude: [], poll: false }, signal);
    } else await deps.folders.scanOnce(uri, signal);
  }
  // A Set, because one path may lie below another.
  const copies = () =>
    [...new Set(uris.flatMap((uri) => catalogue.under(uri)))].filter((copy) => !copy.forgotten);
  const ids = new Set(copies().map((copy) => copy.videoId));
  const shareBefore = createIndexedShare(deps);
  const sharesBefore = new Map(
    copies().map((copy) => [copy.videoId, shareBefore(copy, catalogue.video(copy.videoId))]),
  );
  const report = () => onProgress(toIndexProgress(deps, copies(), sharesBefore, startedMs, now()));
  let reportedMs = 0;
  const unsubscribe = onChange(() => {
    if (now() - reportedMs < MIN_REPORT_INTERVAL_MS) return;
    reportedMs = now();
    report();
  });
  try {
    report();
    await scheduler.settled(ids, signal);
    report();
  } finally {
    unsubscribe();
  }
  const indexedCopies = copies();
  const videoIds = new Set(indexedCopies.map((copy) => copy.videoId));
  return {
    videos: indexedCopies.length,
    clips: [...videoIds].reduce((sum, id) => sum + (catalogue.video(id)?.clips.length ?? 0), 0),
    failed: indexedCopies.flatMap((copy) => {
      const [firstFailure] = listFailures(copy, catalogue.video(copy.videoId));
      // A file that cannot be read yet is no failed video, but nothing of it is indexed.
      const first = firstFailure ?? (copy.growing?.isReadable === false ? copy.failures.probe : undefined);
      return first === undefined ? [] : [{ path: copy.path, uri: copy.uri, reason: first.reason }];
    }),
    seconds: Math.round((now() - startedMs) / 10) / 100,
  };
}

/**
 * Rejects for a file that is neither named like media nor readable as media. A file that is named like media and cannot
 * be read is indexed, as a failure, because it is so in a folder as well.
 */
async function assertIsMedia({ catalogue, media }: IndexDeps, uri: Uri, signal: AbortSignal): Promise<void> {
  const path = fileUriToDisplayPath(uri);
  if (isMedia(path.slice(path.lastIndexOf('/') + 1)) || catalogue.copy(uri) !== undefined) return;
  try {
    await media.probe(uri, signal);
  } catch (error) {
    if (!(error instanceof MediaFailureError)) throw error;
    throw new RequestError(
      'badMedia',
      `${path} is not a video or a sound file that can be read.`,
      'Name a video, a sound file, or a folder of them.',
      uri,
    );
  }
}

/** Computes the progress of a run. `sharesBefore`, by content, was indexed before it and does not count towards its speed. */
export function toIndexProgress(
  deps: Pick<StatusDeps, 'catalogue' | 'scheduler' | 'readers'>,
  copies: readonly VideoFile[],
  sharesBefore: ReadonlyMap<string, number>,
  startedMs: number,
  nowMs: number,
): IndexProgress {
  const { catalogue, scheduler } = deps;
  let doneCount = 0;
  let failedCount = 0;
  let ownMs = 0;
  const media = createMediaSum(catalogue);
  const indexedShare = createIndexedShare(deps);
  for (const copy of copies) {
    const record = catalogue.video(copy.videoId);
    const lengthMs = record?.probe.durationMs ?? 0;
    const share = indexedShare(copy, record);
    media.add(copy, lengthMs, share);
    ownMs += lengthMs * Math.max(0, share - (sharesBefore.get(copy.videoId) ?? 0));
    if (scheduler.isBusy(copy.videoId)) continue;
    doneCount += 1;
    if (hasFailures(copy, record)) failedCount += 1;
  }
  const { mediaMs, doneMs } = media.sum();
  const runningJob = scheduler
    .running()
    .find(({ job }) => copies.some((copy) => copy.videoId === job.videoId));
  const speed = nowMs > startedMs ? ownMs / (nowMs - startedMs) : 0;
  return {
    videos: copies.length,
    done: doneCount,
    failed: failedCount,
    path: runningJob === undefined ? undefined : catalogue.copy(runningJob.job.uri)?.path,
    stage: runningJob?.job.stage,
    stagePercent: runningJob && stageProgress(runningJob, nowMs).percent,
    mediaMs: Math.round(mediaMs),
    doneMs: Math.round(doneMs),
    percent: mediaPercent(media.sum()),
    ...(speed > 0 && {
      speed: Math.round(speed * 10) / 10,
      leftMs: Math.round((mediaMs - doneMs) / speed),
    }),
  };
}

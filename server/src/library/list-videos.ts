import type { VideosResult } from '../../protocol/videos.ts';
import type { Uri } from '../core/domain/time-range.ts';
import type { VideoFile, VideoRecord } from '../core/domain/video.ts';
import { isInPlaces } from '../core/library/reconcile-file.ts';
import { isSameFile } from '../core/library/same-file.ts';
import type { VideoCatalogue } from '../indexing/catalogue.ts';
import { type LibraryVideosRequest, RequestError } from '../library.ts';
import type { Box } from '../ports/decoder.ts';
import type { Disk, FileStat } from '../ports/disk.ts';
import type { Media } from '../ports/media.ts';
import { createCoverageCounter, createDerive } from './coverage.ts';
import { videoNotFound } from './describe-video.ts';
import { createVideoState, type LibraryDeps, type StatusDeps } from './status.ts';
import { describeProblems, describeRecording } from './video-problems.ts';
import { videoWork } from './video-work.ts';

const DEFAULT_PAGE_SIZE = 100;

/** Lists the videos below a folder, or all, ordered by path. Forgotten videos are left out. */
export function listVideos(
  deps: StatusDeps,
  { uri, offset = 0, limit = DEFAULT_PAGE_SIZE, matching = '', places }: LibraryVideosRequest,
  nowMs: number,
): VideosResult {
  const { catalogue, scheduler } = deps;
  const derive = createDerive(deps.readers(), scheduler.unavailable());
  const pathPart = matching.toLowerCase();
  const copies = [...(uri === undefined ? catalogue.copies() : catalogue.under(uri))]
    .filter(
      (copy) => !copy.forgotten && isInPlaces(copy.uri, places) && copy.path.toLowerCase().includes(pathPart),
    )
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  const counter = createCoverageCounter();
  for (const copy of copies) counter.add(derive(copy, catalogue.video(copy.videoId)).coverage);
  const videoState = createVideoState(deps);
  const videos = copies.slice(offset, offset + limit).map((copy) => {
    const record = catalogue.video(copy.videoId);
    return {
      videoId: copy.videoId,
      uri: copy.uri,
      path: copy.path,
      state: videoState(copy, record),
      ...describeProblems(copy, record),
      ...describeRecording(copy),
      durationMs: record?.probe?.durationMs ?? 0,
      bytes: copy.bytes,
      recorded: new Date(copy.recordedMs).toISOString(),
      coverage: derive(copy, record).coverage,
      work: videoWork(copy, record, deps, nowMs),
    };
  });
  return { total: copies.length, videos, coverage: counter.counts };
}

/**
 * Throws `invalid` for a time after the end of a video: the last picture would pass for what is shown there. A video
 * whose length is not known yet has no end.
 */
export function assertWithinVideo(
  record: VideoRecord | undefined,
  { uri, path }: VideoFile,
  timeMs: number,
): void {
  const durationMs = record?.probe.durationMs ?? 0;
  if (durationMs === 0 || timeMs <= durationMs) return;
  throw new RequestError(
    'invalid',
    `${path} ends at ${durationMs} ms, before ${timeMs} ms.`,
    `Use a time from 0 to ${durationMs} ms.`,
    uri,
  );
}

export interface UnchangedDeps extends Pick<LibraryDeps, 'catalogue' | 'folders'> {
  readonly disk: Pick<Disk, 'stat'>;
}

/**
 * Returns whether a file on disk is the one that was indexed at `uri`. If it is not, its folder is scanned again, and the
 * file is not read until then.
 */
export function isIndexedFile(
  { catalogue, folders }: Pick<UnchangedDeps, 'catalogue' | 'folders'>,
  uri: Uri,
  stat: FileStat,
): boolean {
  const copy = catalogue.copy(uri);
  if (copy === undefined || copy.forgotten) return false;
  if (isSameFile(copy, stat)) return true;
  folders.reportMissing(uri);
  return false;
}

/** Throws `notFound` if another file has taken the place of an indexed one, also by a link. */
export async function assertUnchanged(deps: UnchangedDeps, { uri, path }: VideoFile, signal: AbortSignal) {
  const stat = await deps.disk.stat(uri, signal);
  // A file that is gone fails with its own reason when it is read.
  if (stat === undefined || isIndexedFile(deps, uri, stat)) return;
  throw new RequestError(
    'notFound',
    `${path} has changed since it was indexed.`,
    'Try again in a few seconds, when it is indexed again.',
    uri,
  );
}

/**
 * Returns a still of an indexed video. Throws `notFound` for any other file, so that nothing else is opened, and
 * `invalid` for a time after the end.
 */
export async function readStill(
  deps: UnchangedDeps & { readonly media: Media },
  uri: Uri,
  timeMs: number,
  box: Box,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const { catalogue, media } = deps;
  const copy = catalogue.copy(uri);
  if (copy === undefined || copy.forgotten) throw videoNotFound(uri);
  assertWithinVideo(catalogue.video(copy.videoId), copy, timeMs);
  await assertUnchanged(deps, copy, signal);
  return media.still(uri, timeMs, box, signal);
}

/**
 * Returns the new location of a file that was at `uri` before, or undefined. A file that still exists at `uri` has not
 * moved, even if it is no longer watched.
 */
export async function findMovedUri(
  { catalogue, disk }: StatusDeps & { readonly catalogue: VideoCatalogue; readonly disk: Disk },
  uri: Uri,
  signal: AbortSignal,
): Promise<Uri | undefined> {
  const currentFile = catalogue.findByFormerUri(uri);
  if (currentFile === undefined || currentFile.forgotten || catalogue.copy(uri) !== undefined)
    return undefined;
  return (await disk.stat(uri, signal)) === undefined ? currentFile.uri : undefined;
}

import type { ClipResult, VideoResult } from '../../protocol/videos.ts';
import { fileUriToDisplayPath } from '../base/file-uri.ts';
import { toShownCorrections } from '../core/corrections/correction.ts';
import { parseClipId, toClipId } from '../core/domain/clip-id.ts';
import type { Description, Line } from '../core/domain/description.ts';
import { formatMediaLink } from '../core/domain/media-link.ts';
import type { Uri } from '../core/domain/time-range.ts';
import type { VideoFile, VideoRecord } from '../core/domain/video.ts';
import { findNamedTracks } from '../core/media/track-selection.ts';
import { findClipAt } from '../core/pipeline/group-lines-by-clip.ts';
import type { Corrections } from '../indexing/corrections.ts';
import { RequestError } from '../library.ts';
import type { Store } from '../ports/store.ts';
import type { FindChapters } from './chapter-finder.ts';
import { coverageOf } from './coverage.ts';
import { describeTracks } from './describe-tracks.ts';
import { createVideoState, type LibraryDeps } from './status.ts';
import { describeProblems, describeRecording } from './video-problems.ts';
import { videoWork } from './video-work.ts';

export interface VideoDeps extends LibraryDeps {
  /** Reads descriptions with the user's corrections applied. */
  readonly storeWithCorrections: Pick<Store, 'descriptions'>;
  readonly corrections: Pick<Corrections, 'forVideo'>;
  /** The setting `media.tracks`. */
  readonly trackRules: () => readonly string[];
  readonly findChapters: FindChapters;
}

/** Returns everything stored about one video. Throws `notFound` if it is not indexed. */
export async function describeVideo(deps: VideoDeps, uri: Uri, nowMs: number): Promise<VideoResult> {
  const copy = deps.catalogue.copy(uri);
  if (copy === undefined) throw videoNotFound(uri);
  deps.scheduler.boost([copy.videoId]);
  const record = deps.catalogue.video(copy.videoId);
  const rows = await deps.storeWithCorrections.descriptions(copy.videoId, uri);
  const lines = sortLines(rows);
  const probe = record?.probe;
  return {
    videoId: copy.videoId,
    uri,
    path: copy.path,
    copies: deps.catalogue.copiesOf(copy.videoId).map((other) => other.uri),
    state: createVideoState(deps)(copy, record),
    ...describeProblems(copy, record),
    ...describeRecording(copy),
    bytes: copy.bytes,
    durationMs: probe?.durationMs ?? 0,
    title: probe?.title ?? copy.path.slice(copy.path.lastIndexOf('/') + 1),
    recorded: new Date(copy.recordedMs).toISOString(),
    container: probe?.container,
    device: probe?.device,
    pageUrl: probe?.pageUrl,
    clockStartMs: probe?.startMs,
    streams: record === undefined ? [] : describeTracks(record, namedTracks(deps, copy, record)),
    chapters: await deps.findChapters(uri, record, rows),
    clips: (record?.clips ?? []).map((clip) => ({
      ...clip,
      clipId: toClipId(copy.videoId, clip),
      facts: findFacts(rows, clip.startMs),
    })),
    lines,
    kinds: [...new Set(lines.map((line) => line.kind))],
    coverage: coverageOf(copy, record, deps.readers(), deps.scheduler.unavailable()),
    work: videoWork(copy, record, deps, nowMs),
    speech: record?.speech,
    corrections: toShownCorrections(deps.corrections.forVideo(copy.videoId)),
  };
}

/** Returns the tracks that the setting names for a video. */
function namedTracks({ catalogue, trackRules }: VideoDeps, { videoId }: VideoFile, { probe }: VideoRecord) {
  return findNamedTracks(probe, catalogue.copiesOf(videoId), trackRules());
}

/**
 * Returns one clip with its evidence. If clip boundaries have changed since the id was created, returns the clip that
 * now contains its range.
 */
export async function describeClip(
  deps: VideoDeps,
  clipId: string,
  requestedUri: Uri | undefined,
): Promise<ClipResult> {
  const clipKey = parseClipId(clipId);
  const copies = clipKey === undefined ? [] : deps.catalogue.copiesOf(clipKey.videoId);
  const copy =
    requestedUri === undefined ? copies[0] : copies.find((candidate) => candidate.uri === requestedUri);
  const record = copy === undefined ? undefined : deps.catalogue.video(copy.videoId);
  const clip = clipKey === undefined ? undefined : findClipAt(record?.clips ?? [], clipKey);
  if (copy === undefined || clip === undefined) throw clipNotFound(clipId, requestedUri);
  deps.scheduler.boost([copy.videoId]);
  const rows = await deps.storeWithCorrections.descriptions(copy.videoId, copy.uri);
  return {
    clipId: toClipId(copy.videoId, clip),
    videoId: copy.videoId,
    uri: copy.uri,
    path: copy.path,
    link: formatMediaLink(copy.uri, clip),
    startMs: clip.startMs,
    endMs: clip.endMs,
    evidence: sortLines(rows).filter((line) => line.startMs < clip.endMs && line.endMs > clip.startMs),
    facts: findFacts(rows, clip.startMs),
  };
}

export function clipNotFound(clipId: string, uri: Uri | undefined): RequestError {
  return new RequestError(
    'notFound',
    `Clip ${clipId} is not in the index${uri === undefined ? '' : ` for ${fileUriToDisplayPath(uri)}`}.`,
    'Search again. Search results contain the current clip ids.',
    uri,
  );
}

export function videoNotFound(uri: Uri): RequestError {
  return new RequestError(
    'notFound',
    `${fileUriToDisplayPath(uri)} is not in the index.`,
    'Add its folder to the watched folders, or run "goldfish index" with its path.',
    uri,
  );
}

/** Creates the error for a path that does not exist or cannot be read. It is more often a typo than a missing drive. */
export function pathNotReadable(uri: Uri): RequestError {
  return new RequestError(
    'notFound',
    `${fileUriToDisplayPath(uri)} does not exist, or is not a file or folder that can be read.`,
    'Check the path and its permissions.',
    uri,
  );
}

function findFacts(rows: readonly Description[], startMs: number) {
  return rows.find((row) => row.stage === 'facts' && row.startMs === startMs)?.facts;
}

/** Returns the lines of all rows in time order. */
export function sortLines(rows: readonly Description[]): readonly Line[] {
  return rows.flatMap((row) => row.lines).sort((a, b) => a.startMs - b.startMs || a.endMs - b.endMs);
}

import type { CountResult } from '../../protocol/work.ts';
import { STAGES, type Stage } from '../core/domain/stage.ts';
import type { Uri } from '../core/domain/time-range.ts';
import type { VectorRole } from '../core/domain/vector.ts';
import type { VideoFile, VideoRecord } from '../core/domain/video.ts';
import type { CatalogueView } from '../indexing/catalogue.ts';
import type { WriteBatch } from '../ports/store.ts';
import { videoNotFound } from './describe-video.ts';
import type { LibraryDeps } from './status.ts';

/** Removes a video, or all below a folder, from the index until `reindex`. Stores that it was forgotten. */
export async function forgetVideos(deps: LibraryDeps, uri: Uri): Promise<CountResult> {
  const copies = deps.catalogue.under(uri).filter((copy) => !copy.forgotten);
  if (copies.length === 0) throw videoNotFound(uri);
  const changedIds = await Promise.all(
    copies.map((copy) => deps.catalogue.change((view) => toForgetBatch(view, copy.uri))),
  );
  deps.scheduler.touch(changedIds.flatMap((ids) => [...ids]));
  return { videos: copies.length };
}

/** Repeats one stage or all stages for a video, a folder or everything. Restores forgotten videos. */
export async function reindexVideos(
  deps: LibraryDeps,
  uri: Uri | undefined,
  stage: Stage | undefined,
): Promise<CountResult> {
  const copies = uri === undefined ? [...deps.catalogue.copies()] : deps.catalogue.under(uri);
  if (uri !== undefined && copies.length === 0) throw videoNotFound(uri);
  const stages = stage === undefined ? STAGES : [stage];
  const changedIds = await Promise.all(
    copies.map((copy) =>
      deps.catalogue.change((view) => toReindexBatch(view, copy.uri, stages, REBUILT_VECTORS.get(stage))),
    ),
  );
  deps.scheduler.touch(changedIds.flatMap((ids) => [...ids]));
  // Scan again, for files that could not be identified.
  for (const { rule } of deps.folders.list()) deps.folders.refresh(rule.uri);
  return { videos: copies.length };
}

function toForgetBatch(view: CatalogueView, uri: Uri): WriteBatch | undefined {
  const copy = view.copy(uri);
  if (copy === undefined) return undefined;
  const { videoId } = copy;
  const record = view.video(videoId);
  const isShared = view.copiesOf(videoId).some((other) => other.uri !== uri && !other.forgotten);
  const rowUris = isShared ? [uri] : [uri, ''];
  return {
    copies: [{ ...copy, forgotten: true, done: {}, failures: {} }],
    descriptions: rowUris.flatMap((rowUri) =>
      STAGES.map((stage) => ({ videoId, uri: rowUri, stage, rows: [] })),
    ),
    passages: rowUris.map((rowUri) => ({ videoId, uri: rowUri, rows: [] })),
    vectors: rowUris.flatMap((rowUri) => emptyVectors(videoId, rowUri)),
    outlines: [{ uri, videoId, terms: '', title: '' }],
    ...(isShared || record === undefined
      ? {}
      : { videos: [{ ...record, done: {}, failures: {}, clips: [] }] }),
  };
}

const ROLES: readonly VectorRole[] = ['text', 'frame'];

const emptyVectors = (videoId: string, uri: Uri | '', roles: readonly VectorRole[] = ROLES) =>
  roles.map((role) => ({ role, model: '', videoId, uri, rows: [] }));

/**
 * Maps the stages that discard old vectors if requested by name. Vectors are not reused then, because a host may serve
 * another model under the same name.
 */
const REBUILT_VECTORS: ReadonlyMap<Stage | undefined, VectorRole> = new Map([
  ['embed', 'text'],
  ['embedFrames', 'frame'],
]);

function toReindexBatch(
  view: CatalogueView,
  uri: Uri,
  stages: readonly Stage[],
  rebuiltRole: VectorRole | undefined,
): WriteBatch | undefined {
  const copy = view.copy(uri);
  if (copy === undefined) return undefined;
  const record = view.video(copy.videoId);
  const withoutStages = <T extends Pick<VideoFile | VideoRecord, 'done' | 'failures'>>(row: T): T => {
    const otherStages = <V>(byStage: Readonly<Record<string, V>>) =>
      Object.fromEntries(Object.entries(byStage).filter(([stage]) => !stages.includes(stage as Stage)));
    return { ...row, done: otherStages(row.done), failures: otherStages(row.failures) };
  };
  const { videoId } = copy;
  return {
    copies: [{ ...withoutStages(copy), forgotten: false }],
    // Summaries are not planned. The summary is deleted, and the next question that needs one writes it.
    ...(stages.includes('summary') && { descriptions: [{ videoId, uri, stage: 'summary', rows: [] }] }),
    ...(rebuiltRole && {
      vectors: [uri, ''].flatMap((rowUri) => emptyVectors(copy.videoId, rowUri, [rebuiltRole])),
    }),
    ...(record === undefined ? {} : { videos: [withoutStages(record)] }),
  };
}

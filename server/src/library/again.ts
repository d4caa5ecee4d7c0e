import type { CountResult } from '../../protocol/work.ts';
import type { Uri } from '../core/range.ts';
import { STAGES, type Stage } from '../core/recipe.ts';
import type { VectorRole } from '../core/vector.ts';
import type { Copy, VideoRecord } from '../core/video.ts';
import type { CatalogueView } from '../indexing/catalogue.ts';
import type { Batch } from '../ports/store.ts';
import type { Shelf } from './status.ts';
import { unknownVideo } from './videos.ts';

/** Leaves a video (or all below a folder) out until `reindex`; its rows go, the fact that it was forgotten stays. */
export async function forgetUnder(shelf: Shelf, uri: Uri): Promise<CountResult> {
  const copies = shelf.catalogue.under(uri).filter((copy) => !copy.forgotten);
  if (copies.length === 0) throw unknownVideo(uri);
  const written = await Promise.all(
    copies.map((copy) => shelf.catalogue.change((view) => forgotten(view, copy.uri))),
  );
  shelf.scheduler.touch(written.flatMap((ids) => [...ids]));
  return { videos: copies.length };
}

/** Does one stage or all of them again, for one video, a folder or everything; brings forgotten ones back. */
export async function reindexUnder(
  shelf: Shelf,
  uri: Uri | undefined,
  stage: Stage | undefined,
): Promise<CountResult> {
  const copies = uri === undefined ? [...shelf.catalogue.copies()] : shelf.catalogue.under(uri);
  if (uri !== undefined && copies.length === 0) throw unknownVideo(uri);
  const stages = stage === undefined ? STAGES : [stage];
  const written = await Promise.all(
    copies.map((copy) => shelf.catalogue.change((view) => undone(view, copy.uri, stages, ANEW.get(stage)))),
  );
  shelf.scheduler.touch(written.flatMap((ids) => [...ids]));
  // A file that could not even be identified is looked at again.
  for (const { rule } of shelf.folders.list()) shelf.folders.refresh(rule.uri);
  return { videos: copies.length };
}

function forgotten(view: CatalogueView, uri: Uri): Batch | undefined {
  const copy = view.copy(uri);
  if (copy === undefined) return undefined;
  const { videoId } = copy;
  const record = view.video(videoId);
  const shared = view.copiesOf(videoId).some((other) => other.uri !== uri && !other.forgotten);
  const places = shared ? [uri] : [uri, ''];
  return {
    copies: [{ ...copy, forgotten: true, done: {}, failures: {} }],
    descriptions: places.flatMap((place) =>
      STAGES.map((stage) => ({ videoId, uri: place, stage, rows: [] })),
    ),
    passages: places.map((place) => ({ videoId, uri: place, rows: [] })),
    vectors: places.flatMap((place) => noVectors(videoId, place)),
    outlines: [{ uri, videoId, terms: '', title: '' }],
    ...(shared || record === undefined ? {} : { videos: [{ ...record, done: {}, failures: {}, clips: [] }] }),
  };
}

const ROLES: readonly VectorRole[] = ['text', 'frame'];

const noVectors = (videoId: string, uri: Uri | '', roles: readonly VectorRole[] = ROLES) =>
  roles.map((role) => ({ role, model: '', videoId, uri, rows: [] }));

/** Asked for by name, these leave nothing to be taken over: a host may have got another model under its old name. */
const ANEW: ReadonlyMap<Stage | undefined, VectorRole> = new Map([
  ['embed', 'text'],
  ['embedFrames', 'frame'],
]);

function undone(
  view: CatalogueView,
  uri: Uri,
  stages: readonly Stage[],
  anew: VectorRole | undefined,
): Batch | undefined {
  const copy = view.copy(uri);
  if (copy === undefined) return undefined;
  const record = view.video(copy.videoId);
  const without = <T extends Pick<Copy | VideoRecord, 'done' | 'failures'>>(row: T): T => {
    const keep = <V>(of: Readonly<Record<string, V>>) =>
      Object.fromEntries(Object.entries(of).filter(([stage]) => !stages.includes(stage as Stage)));
    return { ...row, done: keep(row.done), failures: keep(row.failures) };
  };
  const { videoId } = copy;
  return {
    copies: [{ ...without(copy), forgotten: false }],
    // Nothing plans a summary: it goes, and the next question that needs one makes it.
    ...(stages.includes('summary') && { descriptions: [{ videoId, uri, stage: 'summary', rows: [] }] }),
    ...(anew && { vectors: [uri, ''].flatMap((place) => noVectors(copy.videoId, place, [anew])) }),
    ...(record === undefined ? {} : { videos: [without(record)] }),
  };
}

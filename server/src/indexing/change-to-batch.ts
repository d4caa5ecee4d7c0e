import type { Stage } from '../core/domain/stage.ts';
import type { VideoFile, VideoRecord } from '../core/domain/video.ts';
import type { FileChange } from '../core/library/reconcile-file.ts';
import { withExtent } from '../core/pipeline/extent.ts';
import { PROBE_FINGERPRINT } from '../core/pipeline/planner.ts';
import { STAGE_TRAITS } from '../core/pipeline/stage-traits.ts';
import type { WriteBatch } from '../ports/store.ts';
import type { CatalogueView } from './catalogue.ts';

/** Converts a file change to index writes. A content without any path left is deleted with all its rows. */
export function changeToBatch(view: CatalogueView, change: FileChange): WriteBatch | undefined {
  const findOtherCopy = ({ videoId, uri }: VideoFile) =>
    view.copiesOf(videoId).find((copy) => copy.uri !== uri);
  const recordIds = (videoId: string) => (view.video(videoId) === undefined ? [] : [videoId]);
  if (change.kind === 'removed') {
    const copy = view.copy(change.uri);
    // Skips the change if another content is at this path by now.
    if (copy === undefined || copy.videoId !== change.videoId) return undefined;
    const heir = findOtherCopy(copy);
    return {
      ...(heir === undefined ? {} : { copies: [inheritFormerUris(heir, copy)] }),
      removedCopies: [copy.uri],
      removedVideos: heir === undefined ? recordIds(copy.videoId) : [],
    };
  }
  const from = change.kind === 'moved' ? view.copy(change.from) : undefined;
  const copy = from === undefined ? change.copy : inheritFormerUris(change.copy, from);
  const record = view.video(copy.videoId);
  const redo = (change.kind === 'moved' || change.kind === 'touched') && change.redo && record !== undefined;
  const grownRecord = change.kind === 'grown' ? toContinuedRecord(record, view.copy(copy.uri)) : undefined;
  const recordedMs = Date.parse(record?.probe.recorded ?? '');
  const datedCopy = Number.isNaN(recordedMs) ? copy : { ...copy, recordedMs };
  const batch: WriteBatch = {
    copies: [datedCopy],
    ...(redo ? { videos: [{ ...record, done: {}, failures: {} }] } : {}),
    ...(grownRecord === undefined ? {} : { videos: [grownRecord] }),
  };
  const previousCopy = view.copy(copy.uri);
  if (previousCopy === undefined || previousCopy.videoId === copy.videoId) return batch;
  return {
    ...batch,
    descriptions: [{ videoId: previousCopy.videoId, uri: previousCopy.uri, stage: 'cues', rows: [] }],
    passages: [{ videoId: previousCopy.videoId, uri: previousCopy.uri, rows: [] }],
    // Found by no search. The new content gets one of its own when it has been read.
    outlines: [{ uri: copy.uri, videoId: copy.videoId, terms: '', title: '' }],
    vectors: [{ role: 'text', model: '', videoId: previousCopy.videoId, uri: previousCopy.uri, rows: [] }],
    removedVideos: findOtherCopy(previousCopy) === undefined ? recordIds(previousCopy.videoId) : [],
  };
}

/**
 * Returns the record of a complete file that was continued: what is done is done up to where the file ended. Undefined if
 * it says that already.
 */
function toContinuedRecord(
  record: VideoRecord | undefined,
  previousCopy: VideoFile | undefined,
): VideoRecord | undefined {
  if (record?.done.probe !== PROBE_FINGERPRINT || previousCopy === undefined) return undefined;
  const done = Object.entries(record.done).map(([stage, recipe]): readonly [string, string] => {
    if (stage === 'probe') return [stage, withExtent(recipe, previousCopy.bytes)];
    return [
      stage,
      STAGE_TRAITS[stage as Stage]?.followsRecording ? withExtent(recipe, record.probe.durationMs) : recipe,
    ];
  });
  return { ...record, done: Object.fromEntries(done) };
}

/** Maximum number of former paths stored per copy. */
const MAX_FORMER_URIS = 16;

/** Adds the former paths of a deleted copy to another copy of its content, so that old links still work. */
function inheritFormerUris(copy: VideoFile, removedCopy: VideoFile): VideoFile {
  const candidateUris = [removedCopy.uri, ...(removedCopy.formerUris ?? []), ...(copy.formerUris ?? [])];
  const formerUris = [...new Set(candidateUris)].filter((uri) => uri !== copy.uri).slice(0, MAX_FORMER_URIS);
  return { ...copy, formerUris };
}

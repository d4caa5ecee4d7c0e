import type { VideoFile } from '../core/domain/video.ts';
import type { FileChange } from '../core/library/reconcile-file.ts';
import type { WriteBatch } from '../ports/store.ts';
import type { CatalogueView } from './catalogue.ts';

/** What a change on disk writes to the index. Contents that no path holds any longer go with all their rows. */
export function changeToBatch(view: CatalogueView, change: FileChange): WriteBatch | undefined {
  const orphanedVideoIds = (videoId: string, uri: string) =>
    view.copiesOf(videoId).every((copy) => copy.uri === uri) && view.video(videoId) !== undefined
      ? [videoId]
      : [];
  if (change.kind === 'removed') {
    const copy = view.copy(change.uri);
    // Something else lies there by now.
    if (copy === undefined || copy.videoId !== change.videoId) return undefined;
    const heir = view.copiesOf(change.videoId).find((other) => other.uri !== change.uri);
    return {
      ...(heir === undefined ? {} : { copies: [inheritFormerUris(heir, copy)] }),
      removedCopies: [change.uri],
      removedVideos: orphanedVideoIds(change.videoId, change.uri),
    };
  }
  const from = change.kind === 'moved' ? view.copy(change.from) : undefined;
  const copy = from === undefined ? change.copy : inheritFormerUris(change.copy, from);
  const record = view.video(copy.videoId);
  const redo = (change.kind === 'moved' || change.kind === 'touched') && change.redo && record !== undefined;
  const recordedMs = Date.parse(record?.probe.recorded ?? '');
  const datedCopy = Number.isNaN(recordedMs) ? copy : { ...copy, recordedMs: recordedMs };
  const batch: WriteBatch = {
    copies: [datedCopy],
    ...(redo ? { videos: [{ ...record, done: {}, failures: {} }] } : {}),
  };
  const before = view.copy(copy.uri);
  if (before === undefined || before.videoId === copy.videoId) return batch;
  return {
    ...batch,
    descriptions: [{ videoId: before.videoId, uri: before.uri, stage: 'cues', rows: [] }],
    passages: [{ videoId: before.videoId, uri: before.uri, rows: [] }],
    vectors: [{ role: 'text', model: '', videoId: before.videoId, uri: before.uri, rows: [] }],
    removedVideos: orphanedVideoIds(before.videoId, before.uri),
  };
}

/** Former paths that a copy remembers. */
const MAX_FORMER_URIS = 16;

/** The copy with what another one of its content, which goes, remembers: links to its old paths still lead here. */
function inheritFormerUris(copy: VideoFile, removedCopy: VideoFile): VideoFile {
  const candidateUris = [removedCopy.uri, ...(removedCopy.formerUris ?? []), ...(copy.formerUris ?? [])];
  const formerUris = [...new Set(candidateUris)].filter((uri) => uri !== copy.uri).slice(0, MAX_FORMER_URIS);
  return { ...copy, formerUris };
}

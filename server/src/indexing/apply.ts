import type { Change } from '../core/reconcile.ts';
import type { Copy } from '../core/video.ts';
import type { Batch } from '../ports/store.ts';
import type { CatalogueView } from './catalogue.ts';

/** What a change on disk writes to the index. Contents that no path holds any longer go with all their rows. */
export function batchOf(view: CatalogueView, change: Change): Batch | undefined {
  const orphan = (videoId: string, uri: string) =>
    view.copiesOf(videoId).every((copy) => copy.uri === uri) && view.video(videoId) !== undefined
      ? [videoId]
      : [];
  if (change.kind === 'removed') {
    const copy = view.copy(change.uri);
    // Something else lies there by now.
    if (copy === undefined || copy.videoId !== change.videoId) return undefined;
    const heir = view.copiesOf(change.videoId).find((other) => other.uri !== change.uri);
    return {
      ...(heir === undefined ? {} : { copies: [heirOf(heir, copy)] }),
      removedCopies: [change.uri],
      removedVideos: orphan(change.videoId, change.uri),
    };
  }
  const from = change.kind === 'moved' ? view.copy(change.from) : undefined;
  const copy = from === undefined ? change.copy : heirOf(change.copy, from);
  const record = view.video(copy.videoId);
  const redo = (change.kind === 'moved' || change.kind === 'touched') && change.redo && record !== undefined;
  const recorded = Date.parse(record?.probe.recorded ?? '');
  const dated = Number.isNaN(recorded) ? copy : { ...copy, recordedMs: recorded };
  const batch: Batch = {
    copies: [dated],
    ...(redo ? { videos: [{ ...record, done: {}, failures: {} }] } : {}),
  };
  const before = view.copy(copy.uri);
  if (before === undefined || before.videoId === copy.videoId) return batch;
  return {
    ...batch,
    descriptions: [{ videoId: before.videoId, uri: before.uri, stage: 'cues', rows: [] }],
    passages: [{ videoId: before.videoId, uri: before.uri, rows: [] }],
    vectors: [{ role: 'text', model: '', videoId: before.videoId, uri: before.uri, rows: [] }],
    removedVideos: orphan(before.videoId, before.uri),
  };
}

/** Former paths that a copy remembers. */
const FORMER = 16;

/** The copy with what another one of its content, which goes, remembers: links to its old paths still lead here. */
function heirOf(copy: Copy, gone: Copy): Copy {
  const all = [gone.uri, ...(gone.formerUris ?? []), ...(copy.formerUris ?? [])];
  const formerUris = [...new Set(all)].filter((uri) => uri !== copy.uri).slice(0, FORMER);
  return { ...copy, formerUris };
}

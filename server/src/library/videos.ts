import type { ClipResult, VideoResult } from '../../protocol/videos.ts';
import { showFileUri } from '../base/file-uri.ts';
import { clipIdOf, parseClipId } from '../core/clipId.ts';
import { clipHolding } from '../core/describe.ts';
import type { Description, Line } from '../core/description.ts';
import { mediaLink } from '../core/mediaLink.ts';
import type { Uri } from '../core/range.ts';
import type { Corrections } from '../indexing/corrections.ts';
import { RequestError } from '../library.ts';
import type { Store } from '../ports/store.ts';
import { failuresOf, type Shelf, stateOf } from './status.ts';

export interface Shelves extends Shelf {
  /** Descriptions as persons corrected them. */
  readonly told: Pick<Store, 'descriptions'>;
  readonly corrections: Pick<Corrections, 'of'>;
}

/** All that is stored about one video. */
export async function videoOf(shelf: Shelves, uri: Uri): Promise<VideoResult> {
  const copy = shelf.catalogue.copy(uri);
  if (copy === undefined) throw unknownVideo(uri);
  shelf.scheduler.boost([copy.videoId]);
  const record = shelf.catalogue.video(copy.videoId);
  const rows = await shelf.told.descriptions(copy.videoId, uri);
  const lines = linesOf(rows);
  const probe = record?.probe;
  return {
    videoId: copy.videoId,
    uri,
    path: copy.path,
    copies: shelf.catalogue.copiesOf(copy.videoId).map((other) => other.uri),
    state: stateOf(copy, record, shelf),
    failures: failuresOf(copy, record).map(({ stage, reason, remedy }) => ({ stage, reason, remedy })),
    bytes: copy.bytes,
    durationMs: probe?.durationMs ?? 0,
    title: probe?.title ?? copy.path.slice(copy.path.lastIndexOf('/') + 1),
    recorded: new Date(copy.recordedMs).toISOString(),
    container: probe?.container,
    device: probe?.device,
    streams: (probe?.streams ?? []).map(
      ({ index: _index, textual: _textual, describes: _describes, ...stream }) => stream,
    ),
    chapters: probe?.chapters ?? [],
    clips: (record?.clips ?? []).map((clip) => ({
      ...clip,
      clipId: clipIdOf(copy.videoId, clip),
      facts: factsAt(rows, clip.startMs),
    })),
    lines,
    kinds: [...new Set(lines.map((line) => line.kind))],
    corrections: shelf.corrections.of(copy.videoId),
  };
}

/** One Clip with the evidence it holds. An id made before the edges moved leads to the Clip that now holds its range. */
export async function clipOf(shelf: Shelves, clipId: string, wanted: Uri | undefined): Promise<ClipResult> {
  const named = parseClipId(clipId);
  const copies = named === undefined ? [] : shelf.catalogue.copiesOf(named.videoId);
  const copy = wanted === undefined ? copies[0] : copies.find((one) => one.uri === wanted);
  const record = copy === undefined ? undefined : shelf.catalogue.video(copy.videoId);
  const clip = named === undefined ? undefined : clipHolding(record?.clips ?? [], named);
  if (copy === undefined || clip === undefined) {
    throw new RequestError(
      'notFound',
      `No clip ${clipId} is in the index${wanted === undefined ? '' : ` for ${showFileUri(wanted)}`}.`,
      'Search again: clip ids come with the hits.',
      wanted,
    );
  }
  shelf.scheduler.boost([copy.videoId]);
  const rows = await shelf.told.descriptions(copy.videoId, copy.uri);
  return {
    clipId: clipIdOf(copy.videoId, clip),
    videoId: copy.videoId,
    uri: copy.uri,
    path: copy.path,
    link: mediaLink(copy.uri, clip),
    startMs: clip.startMs,
    endMs: clip.endMs,
    evidence: linesOf(rows).filter((line) => line.startMs < clip.endMs && line.endMs > clip.startMs),
    facts: factsAt(rows, clip.startMs),
  };
}

export function unknownVideo(uri: Uri): RequestError {
  return new RequestError(
    'notFound',
    `${showFileUri(uri)} is not in the index.`,
    'Add its folder, or run "goldfish index" on it.',
    uri,
  );
}

/** A path that somebody named and that cannot be looked at: a slip of the hand more often than a missing drive. */
export function unreadable(uri: Uri): RequestError {
  return new RequestError(
    'notFound',
    `${showFileUri(uri)} is not there, or may not be read.`,
    'Check the path, and that the user who runs Goldfish may read it.',
    uri,
  );
}

function factsAt(rows: readonly Description[], startMs: number) {
  return rows.find((row) => row.stage === 'facts' && row.startMs === startMs)?.facts;
}

/** Lines in time order. */
export function linesOf(rows: readonly Description[]): readonly Line[] {
  return rows.flatMap((row) => row.lines).sort((a, b) => a.startMs - b.startMs || a.endMs - b.endMs);
}

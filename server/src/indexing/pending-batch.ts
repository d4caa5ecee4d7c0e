import type { WriteBatch } from '../ports/store.ts';

type Rows<Table extends keyof WriteBatch> = NonNullable<WriteBatch[Table]>[number];

/**
 * Collects batches for one write by the keys of their rows, so that adding a batch costs only its own rows. Later rows
 * replace earlier ones of the same key.
 */
export interface PendingBatch {
  readonly descriptions: Map<string, Rows<'descriptions'>>;
  readonly passages: Map<string, Rows<'passages'>>;
  readonly vectors: Map<string, Rows<'vectors'>>;
  readonly outlines: Map<string, Rows<'outlines'>>;
  readonly videos: Map<string, Rows<'videos'>>;
  readonly copies: Map<string, Rows<'copies'>>;
  readonly removedCopies: Set<string>;
  readonly removedVideos: Set<string>;
  /** URIs of written copies and ids of written contents. */
  readonly writtenKeys: Set<string>;
}

export function createPendingBatch(): PendingBatch {
  return {
    descriptions: new Map(),
    passages: new Map(),
    vectors: new Map(),
    outlines: new Map(),
    videos: new Map(),
    copies: new Map(),
    removedCopies: new Set(),
    removedVideos: new Set(),
    writtenKeys: new Set(),
  };
}

/** Returns whether a batch needs a later write: the store removes last, and one batch puts what the other removes. */
export function conflictsWith(
  { writtenKeys, removedCopies, removedVideos }: PendingBatch,
  next: WriteBatch,
): boolean {
  const removedKeys = [...(next.removedCopies ?? []), ...(next.removedVideos ?? [])];
  return (
    removedKeys.some((key) => writtenKeys.has(key)) ||
    writtenKeysOf(next).some((key) => removedCopies.has(key) || removedVideos.has(key))
  );
}

export function addBatch(pending: PendingBatch, next: WriteBatch): void {
  for (const row of next.descriptions ?? [])
    pending.descriptions.set(`${row.videoId}\n${row.uri}\n${row.stage}`, row);
  for (const row of next.passages ?? []) pending.passages.set(`${row.videoId}\n${row.uri}`, row);
  for (const row of next.vectors ?? []) pending.vectors.set(`${row.videoId}\n${row.uri}\n${row.role}`, row);
  for (const row of next.outlines ?? []) pending.outlines.set(row.uri, row);
  for (const row of next.videos ?? []) pending.videos.set(row.videoId, row);
  for (const row of next.copies ?? []) pending.copies.set(row.uri, row);
  for (const uri of next.removedCopies ?? []) pending.removedCopies.add(uri);
  for (const videoId of next.removedVideos ?? []) pending.removedVideos.add(videoId);
  for (const key of writtenKeysOf(next)) pending.writtenKeys.add(key);
}

export function toWriteBatch(pending: PendingBatch): WriteBatch {
  return {
    descriptions: [...pending.descriptions.values()],
    passages: [...pending.passages.values()],
    vectors: [...pending.vectors.values()],
    outlines: [...pending.outlines.values()],
    videos: [...pending.videos.values()],
    copies: [...pending.copies.values()],
    removedCopies: [...pending.removedCopies],
    removedVideos: [...pending.removedVideos],
  };
}

function writtenKeysOf({ copies = [], videos = [] }: WriteBatch): readonly string[] {
  return [...copies.flatMap(({ uri, videoId }) => [uri, videoId]), ...videos.map(({ videoId }) => videoId)];
}

import type { Description } from '../../core/domain/description.ts';
import type { Outline, Passage } from '../../core/domain/passage.ts';
import type { VideoFile, VideoRecord } from '../../core/domain/video.ts';
import type { RowReplacement, WriteBatch } from '../../ports/store.ts';

export type VectorReplacement = NonNullable<WriteBatch['vectors']>[number];
type DescriptionReplacement = NonNullable<WriteBatch['descriptions']>[number];

/** Several batches as one write. For each key, the last batch counts. */
export interface WritePlan {
  readonly descriptions: ReadonlyMap<string, DescriptionReplacement>;
  readonly passages: ReadonlyMap<string, RowReplacement<Passage>>;
  readonly outlines: ReadonlyMap<string, Outline>;
  readonly vectors: ReadonlyMap<string, VectorReplacement>;
  readonly videos: ReadonlyMap<string, VideoRecord>;
  readonly copies: ReadonlyMap<string, VideoFile>;
  readonly removedCopies: ReadonlySet<string>;
  readonly removedVideos: ReadonlySet<string>;
}

const hasRemovals = (batch: WriteBatch): boolean =>
  (batch.removedCopies?.length ?? 0) + (batch.removedVideos?.length ?? 0) > 0;

const hasWrites = (batch: WriteBatch): boolean =>
  [batch.descriptions, batch.passages, batch.outlines, batch.vectors, batch.videos, batch.copies].some(
    (rows) => (rows?.length ?? 0) > 0,
  );

function countRows(batch: WriteBatch): number {
  let rows = (batch.outlines?.length ?? 0) + (batch.videos?.length ?? 0) + (batch.copies?.length ?? 0);
  const { descriptions = [], passages = [], vectors = [] } = batch;
  for (const replacement of [...descriptions, ...passages, ...vectors]) rows += 1 + replacement.rows.length;
  return rows + (batch.removedCopies?.length ?? 0) + (batch.removedVideos?.length ?? 0);
}

/**
 * Returns how many batches at the head of a queue can be written as one: at most `limit` rows, but at least
 * one batch. A write must not follow a removal, because removals come last in a write.
 */
export function countMergeableBatches(batches: readonly WriteBatch[], limit: number): number {
  let rows = 0;
  let hasRemoved = false;
  for (const [index, batch] of batches.entries()) {
    rows += countRows(batch);
    if (index > 0 && (rows > limit || (hasRemoved && hasWrites(batch)))) return index;
    hasRemoved ||= hasRemovals(batch);
  }
  return batches.length;
}

const joinKey = (...names: readonly string[]): string => names.join('\n');

export function createWritePlan(batches: readonly WriteBatch[]): WritePlan {
  const descriptions: [string, DescriptionReplacement][] = [];
  const passages: [string, RowReplacement<Passage>][] = [];
  const outlines: [string, Outline][] = [];
  const vectors: [string, VectorReplacement][] = [];
  const videos: [string, VideoRecord][] = [];
  const copies: [string, VideoFile][] = [];
  for (const batch of batches) {
    for (const replacement of batch.descriptions ?? [])
      descriptions.push([joinKey(replacement.videoId, replacement.uri, replacement.stage), replacement]);
    for (const replacement of batch.passages ?? [])
      passages.push([joinKey(replacement.videoId, replacement.uri), replacement]);
    for (const replacement of batch.vectors ?? [])
      vectors.push([joinKey(replacement.videoId, replacement.uri, replacement.role), replacement]);
    for (const outline of batch.outlines ?? []) outlines.push([outline.uri, outline]);
    for (const video of batch.videos ?? []) videos.push([video.videoId, video]);
    for (const copy of batch.copies ?? []) copies.push([copy.uri, copy]);
  }
  return {
    descriptions: new Map(descriptions),
    passages: new Map(passages),
    outlines: new Map(outlines),
    vectors: new Map(vectors),
    videos: new Map(videos),
    copies: new Map(copies),
    // An empty uri would mean rows of the content itself, which belong to no copy.
    removedCopies: new Set(batches.flatMap((batch) => batch.removedCopies ?? []).filter((uri) => uri !== '')),
    removedVideos: new Set(batches.flatMap((batch) => batch.removedVideos ?? [])),
  };
}

/**
 * Returns rows without repeated ids, keeping the last of each: a merge rejects a source with duplicate ids.
 */
export function toDistinctRows<T extends Description | Passage>(
  replacements: Iterable<{ readonly rows: readonly T[] }>,
): T[] {
  const rows = new Map<string, T>();
  for (const replacement of replacements) for (const row of replacement.rows) rows.set(row.id, row);
  return [...rows.values()];
}

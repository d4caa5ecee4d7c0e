import type { Description } from '../../core/description.ts';
import type { Outline, Passage } from '../../core/passage.ts';
import type { Copy, VideoRecord } from '../../core/video.ts';
import type { Batch, Replacement } from '../../ports/store.ts';

export type VectorReplacement = NonNullable<Batch['vectors']>[number];
type Staged = NonNullable<Batch['descriptions']>[number];

/** Several batches as one write: what the last of them says of each key. */
export interface WritePlan {
  readonly descriptions: ReadonlyMap<string, Staged>;
  readonly passages: ReadonlyMap<string, Replacement<Passage>>;
  readonly outlines: ReadonlyMap<string, Outline>;
  readonly vectors: ReadonlyMap<string, VectorReplacement>;
  readonly videos: ReadonlyMap<string, VideoRecord>;
  readonly copies: ReadonlyMap<string, Copy>;
  readonly removedCopies: ReadonlySet<string>;
  readonly removedVideos: ReadonlySet<string>;
}

const removes = (batch: Batch): boolean =>
  (batch.removedCopies?.length ?? 0) + (batch.removedVideos?.length ?? 0) > 0;

const writes = (batch: Batch): boolean =>
  [batch.descriptions, batch.passages, batch.outlines, batch.vectors, batch.videos, batch.copies].some(
    (rows) => (rows?.length ?? 0) > 0,
  );

function sizeOf(batch: Batch): number {
  let rows = (batch.outlines?.length ?? 0) + (batch.videos?.length ?? 0) + (batch.copies?.length ?? 0);
  const { descriptions = [], passages = [], vectors = [] } = batch;
  for (const replacement of [...descriptions, ...passages, ...vectors]) rows += 1 + replacement.rows.length;
  return rows + (batch.removedCopies?.length ?? 0) + (batch.removedVideos?.length ?? 0);
}

/**
 * How many batches from the head of a queue may be written as one: at most `limit` rows (or one batch), and no
 * write after a removal, since removals come last in a write.
 */
export function groupLength(batches: readonly Batch[], limit: number): number {
  let rows = 0;
  let removed = false;
  for (const [at, batch] of batches.entries()) {
    rows += sizeOf(batch);
    if (at > 0 && (rows > limit || (removed && writes(batch)))) return at;
    removed ||= removes(batch);
  }
  return batches.length;
}

const keyOf = (...names: readonly string[]): string => names.join('\n');

export function planOf(batches: readonly Batch[]): WritePlan {
  const descriptions: [string, Staged][] = [];
  const passages: [string, Replacement<Passage>][] = [];
  const outlines: [string, Outline][] = [];
  const vectors: [string, VectorReplacement][] = [];
  const videos: [string, VideoRecord][] = [];
  const copies: [string, Copy][] = [];
  for (const batch of batches) {
    for (const it of batch.descriptions ?? []) descriptions.push([keyOf(it.videoId, it.uri, it.stage), it]);
    for (const it of batch.passages ?? []) passages.push([keyOf(it.videoId, it.uri), it]);
    for (const it of batch.vectors ?? []) vectors.push([keyOf(it.videoId, it.uri, it.role), it]);
    for (const it of batch.outlines ?? []) outlines.push([it.uri, it]);
    for (const it of batch.videos ?? []) videos.push([it.videoId, it]);
    for (const it of batch.copies ?? []) copies.push([it.uri, it]);
  }
  return {
    descriptions: new Map(descriptions),
    passages: new Map(passages),
    outlines: new Map(outlines),
    vectors: new Map(vectors),
    videos: new Map(videos),
    copies: new Map(copies),
    // An empty one names the rows of content, which belong to no copy.
    removedCopies: new Set(batches.flatMap((batch) => batch.removedCopies ?? []).filter((uri) => uri !== '')),
    removedVideos: new Set(batches.flatMap((batch) => batch.removedVideos ?? [])),
  };
}

/** Rows by id, the last of a repeated one: a merge refuses a source that holds an id twice. */
export function rowsOf<T extends Description | Passage>(
  replacements: Iterable<{ readonly rows: readonly T[] }>,
): T[] {
  const rows = new Map<string, T>();
  for (const replacement of replacements) for (const row of replacement.rows) rows.set(row.id, row);
  return [...rows.values()];
}

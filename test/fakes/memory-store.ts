import type { Description } from '../../server/src/core/domain/description.ts';
import type { Outline, Passage } from '../../server/src/core/domain/passage.ts';
import { overlapMs, type Uri } from '../../server/src/core/domain/time-range.ts';
import { cosineSimilarity, type VectorRow, type VectorSpace } from '../../server/src/core/domain/vector.ts';
import type { VideoFile, VideoRecord } from '../../server/src/core/domain/video.ts';
import { editDistance } from '../../server/src/core/language/edit-distance.ts';
import type { RowFilter, Store, WriteBatch } from '../../server/src/ports/store.ts';

interface ScoredRow<T> {
  readonly row: T;
  readonly score: number;
}

const words = (terms: string): string[] => terms.split(/\s+/u).filter((word) => word !== '');

/** BM25 (k1 1.2, b 0.75, idf never negative) over all rows, as LanceDB counts it; a word asked twice counts once. */
function bm25<T extends { readonly terms: string }>(rows: readonly T[], terms: string): ScoredRow<T>[] {
  const documents = rows.map((row) => ({ row, tokens: words(row.terms) }));
  const average = documents.reduce((sum, { tokens }) => sum + tokens.length, 0) / documents.length;
  const scores = new Map<T, number>();
  for (const word of new Set(words(terms))) {
    const matches = documents.flatMap(({ row, tokens }) => {
      const count = tokens.filter((token) => token === word).length;
      return count > 0 ? [{ row, count, length: tokens.length }] : [];
    });
    const idf = Math.log(1 + (documents.length - matches.length + 0.5) / (matches.length + 0.5));
    for (const { row, count, length } of matches) {
      const weight = (count * 2.2) / (count + 1.2 * (0.25 + (0.75 * length) / average));
      scores.set(row, (scores.get(row) ?? 0) + idf * weight);
    }
  }
  return [...scores].map(([row, score]) => ({ row, score }));
}

interface Tables {
  readonly copies: Map<Uri, VideoFile>;
  readonly videos: Map<string, VideoRecord>;
  readonly descriptions: Map<string, Description>;
  readonly passages: Map<string, Passage>;
  readonly outlines: Map<Uri, Outline>;
  readonly vectors: Map<string, VectorSpace & { readonly row: VectorRow }>;
}

function removeWhere<K, V>(rows: Map<K, V>, isRemoved: (row: V) => boolean): void {
  for (const [key, row] of rows) if (isRemoved(row)) rows.delete(key);
}

function write(
  { copies, videos, descriptions, passages, outlines, vectors }: Tables,
  batch: WriteBatch,
): void {
  for (const { videoId, uri, stage, rows } of batch.descriptions ?? []) {
    removeWhere(descriptions, (row) => row.videoId === videoId && row.uri === uri && row.stage === stage);
    for (const row of rows) descriptions.set(row.id, row);
  }
  for (const { videoId, uri, rows } of batch.passages ?? []) {
    removeWhere(passages, (row) => row.videoId === videoId && row.uri === uri);
    for (const row of rows) passages.set(row.id, row);
  }
  for (const { role, model, videoId, uri, rows } of batch.vectors ?? []) {
    removeWhere(
      vectors,
      (stored) => stored.role === role && stored.row.videoId === videoId && stored.row.uri === uri,
    );
    for (const row of rows) vectors.set(`${role} ${row.id}`, { role, model, row });
  }
  for (const row of batch.outlines ?? []) outlines.set(row.uri, row);
  for (const row of batch.videos ?? []) videos.set(row.videoId, row);
  for (const row of batch.copies ?? []) copies.set(row.uri, row);
  const uris = new Set<string>(batch.removedCopies?.filter((uri) => uri !== ''));
  const contents = new Set(batch.removedVideos);
  if (uris.size === 0 && contents.size === 0) return;
  const isRemoved = (row: { readonly uri: string; readonly videoId: string }) =>
    uris.has(row.uri) || contents.has(row.videoId);
  removeWhere(descriptions, isRemoved);
  removeWhere(passages, isRemoved);
  removeWhere(outlines, isRemoved);
  removeWhere(vectors, ({ row }) => isRemoved(row));
  removeWhere(copies, isRemoved);
  removeWhere(videos, (row) => contents.has(row.videoId));
}

function searchBest<T extends { readonly videoId: string; readonly uri: Uri | ''; readonly terms: string }>(
  rows: readonly T[],
  terms: string,
  limit: number,
  filter: RowFilter,
  id: (row: T) => string,
): ScoredRow<T>[] {
  const ids = filter.videoIds && new Set(filter.videoIds);
  const uris = filter.uris && new Set<string>(filter.uris).add('');
  return bm25(rows, terms)
    .filter(({ row }) => (ids?.has(row.videoId) ?? true) && (uris?.has(row.uri) ?? true))
    .sort((a, b) => b.score - a.score || (id(a.row) < id(b.row) ? -1 : 1))
    .slice(0, limit);
}

const sortByTime = <T extends { readonly startMs: number; readonly id: string }>(rows: T[]): T[] =>
  rows.sort((a, b) => a.startMs - b.startMs || (a.id < b.id ? -1 : 1));

/** Creates an index in memory that passes the contract of the real one. */
export function createMemoryStore(): Store {
  const tables: Tables = {
    copies: new Map(),
    videos: new Map(),
    descriptions: new Map(),
    passages: new Map(),
    outlines: new Map(),
    vectors: new Map(),
  };
  const { copies, videos, descriptions, passages, outlines, vectors } = tables;

  const rowsInSpace = ({ role, model }: VectorSpace): VectorRow[] =>
    [...vectors.values()]
      .filter((stored) => stored.role === role && stored.model === model)
      .map(({ row }) => row);

  return {
    copies: async () => [...copies.values()],
    videos: async () => [...videos.values()],
    commit: async (batch) => write(tables, structuredClone(batch)),
    allDescriptions: async (videoId) =>
      sortByTime([...descriptions.values()].filter((row) => row.videoId === videoId)),
    descriptions: async (videoId, uri, stages) =>
      sortByTime(
        [...descriptions.values()].filter(
          (row) =>
            row.videoId === videoId &&
            (row.uri === '' || row.uri === uri) &&
            (stages?.includes(row.stage) ?? true),
        ),
      ),
    passages: async (videoId, uri, range) =>
      sortByTime(
        [...passages.values()].filter(
          (row) =>
            row.videoId === videoId &&
            (row.uri === '' || row.uri === uri) &&
            (range === undefined || overlapMs(row, range) > 0),
        ),
      ),
    matchPassages: async (terms, limit, filter, signal) => {
      signal.throwIfAborted();
      return searchBest([...passages.values()], terms, limit, filter, (row) => row.id).map(
        ({ row, score }) => ({
          passage: row,
          score,
        }),
      );
    },
    matchSimilar: async (term, limit, signal) => {
      signal.throwIfAborted();
      const rows = [...passages.values()];
      const similar = new Set(
        rows
          .flatMap((row) => words(row.terms))
          .filter((other) => other[0] === term[0] && editDistance(term, other, 2) <= 2),
      );
      return searchBest(rows, [...similar].join(' '), limit, {}, (row) => row.id).map(({ row }) => row);
    },
    matchOutlines: async (terms, limit, filter, signal) => {
      signal.throwIfAborted();
      return searchBest([...outlines.values()], terms, limit, filter, (row) => row.uri).map(
        ({ row: { uri, videoId, title }, score }) => ({ outline: { uri, videoId, title }, score }),
      );
    },
    passagesById: async (ids) => ids.flatMap((id) => passages.get(id) ?? []),
    vectors: async (space, videoId, uri) =>
      sortByTime(rowsInSpace(space).filter((row) => row.videoId === videoId && row.uri === uri)),
    vectorCount: (space) => rowsInSpace(space).length,
    nearest: async (space, vector, limit, { videoIds, uris, kinds, vectors: withVectors }, signal) => {
      signal.throwIfAborted();
      return rowsInSpace(space)
        .filter(
          (row) =>
            row.vector.length === vector.length &&
            (kinds?.includes(row.kind) ?? true) &&
            (videoIds?.includes(row.videoId) ?? true) &&
            (row.uri === '' || (uris?.includes(row.uri) ?? true)),
        )
        .map(({ made: _made, vector: storedVector, ...row }) => ({
          row: withVectors ? { ...row, vector: storedVector } : row,
          similarity: cosineSimilarity(storedVector, vector),
        }))
        .sort((a, b) => b.similarity - a.similarity || (a.row.id < b.row.id ? -1 : 1))
        .slice(0, limit);
    },
    lostVectorCount: () => 0,
    damage: () => [],
    onDamage: () => {},
    onRefresh: () => {},
    optimize: async (signal) => signal.throwIfAborted(),
    bytes: async () => 0,
    close: async () => {},
  };
}

import type { Table } from '@lancedb/lancedb';
import type { VectorKind } from '../../core/vector.ts';
import type { Neighbour, VectorFilter } from '../../ports/store.ts';
import { LONG_LIST, where } from './filter.ts';
import { read } from './rows.ts';
import { oneOf } from './sql.ts';

/** What is asked: a table, and whether an index over its vectors answers. */
export interface VectorTable {
  readonly table: Table;
  readonly rows: number;
  readonly indexed: boolean;
}

/**
 * Candidates compared exactly for each one wanted: the index keeps a bit a dimension. Of the nearest 50 among 60,000 in
 * 200 topics 5 found 78%, 10 86% in a third more time, 20 92% in twice the time.
 */
const REFINE = 10;
/** One part of the index is looked through for so many rows; a fixed number finds half of them in a million. */
const ROWS_A_PROBE = 5_000;
const FEWEST_PROBES = 20;
const MOST_PROBES = 200;
/** How many more are looked at where a long scope is searched past, and in all at most. */
const PAST = 10;
const MOST_PAST = 2_000;

async function ask(
  { table, rows, indexed }: VectorTable,
  vector: Float32Array,
  limit: number,
  conditions: readonly string[],
  vectors: boolean,
): Promise<Neighbour[]> {
  const probes = Math.min(MOST_PROBES, Math.max(FEWEST_PROBES, Math.round(rows / ROWS_A_PROBE)));
  const plain = table.query().nearestTo(vector).distanceType('cosine');
  const exact = indexed ? plain.nprobes(probes).refineFactor(REFINE) : plain;
  const scoped = conditions.length === 0 ? exact : exact.where(conditions.join(' AND '));
  const columns = ['id', 'videoId', 'uri', 'kind', 'startMs', 'endMs', '_distance'];
  const wanted = vectors ? [...columns, 'vector'] : columns;
  const found = await read(scoped.select(wanted).limit(limit), (cells) => ({
    row: {
      id: cells.text('id'),
      videoId: cells.text('videoId'),
      uri: cells.text('uri'),
      kind: cells.text('kind') as VectorKind,
      startMs: cells.number('startMs'),
      endMs: cells.number('endMs'),
      ...(vectors && { vector: cells.vector('vector') }),
    },
    similarity: 1 - cells.number('_distance'),
  }));
  return found.sort((a, b) => b.similarity - a.similarity || (a.row.id < b.row.id ? -1 : 1));
}

/** The nearest rows of a table to a vector of length 1, nearest first, equal ones by id. */
export async function nearest(
  held: VectorTable,
  vector: Float32Array,
  limit: number,
  filter: VectorFilter,
): Promise<readonly Neighbour[]> {
  const { kinds, videoIds, uris } = filter;
  if (limit <= 0 || held.rows === 0 || kinds?.length === 0 || videoIds?.length === 0) return [];
  const ofKind = kinds ? [oneOf('kind', kinds)] : [];
  if ((videoIds?.length ?? 0) > LONG_LIST || (uris?.length ?? 0) > LONG_LIST) {
    const ids = videoIds && new Set(videoIds);
    const places = uris && new Set<string>(['', ...uris]);
    const reach = Math.min(MOST_PAST, limit * PAST);
    const found = await ask(held, vector, reach, ofKind, filter.vectors === true);
    const inScope = found.filter(
      ({ row }) => (ids?.has(row.videoId) ?? true) && (places?.has(row.uri) ?? true),
    );
    if (inScope.length >= limit || found.length < reach) return inScope.slice(0, limit);
  }
  const scope = where(filter);
  const conditions = scope === undefined ? ofKind : [...ofKind, scope];
  return await ask(held, vector, limit, conditions, filter.vectors === true);
}

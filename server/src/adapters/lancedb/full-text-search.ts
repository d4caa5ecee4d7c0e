import type { Query, Table } from '@lancedb/lancedb';
import type { RowFilter } from '../../ports/store.ts';
import type { Cells } from './decode.ts';
import { RowCache, type RowCodec } from './row-cache.ts';
import { MIN_LONG_LIST_VALUES, toSqlCondition } from './row-filter.ts';
import { readRows } from './rows.ts';
import { inCondition } from './sql.ts';
import { loadLance } from './tables.ts';

interface FullTextHit<T> {
  readonly row: T;
  readonly score: number;
  readonly key: string;
}

/** How to read rows of a table: its key and the columns that `toRow` needs. */
interface RowReader<T> {
  readonly key: string;
  readonly columns: readonly string[];
  readonly toRow: (cells: Cells) => T;
}

/** How to read rows that searches return, and how to keep them. */
interface CachedRowReader<T> extends RowReader<T>, RowCodec<T> {
  readonly keyOf: (row: T) => string;
}

/**
 * Minimum number of rows in an unscoped search. Without their text they take about as long as 100 full rows.
 */
const MIN_UNSCOPED_ROWS = 1_000;

const byScore = (a: FullTextHit<unknown>, b: FullTextHit<unknown>): number =>
  b.score - a.score || (a.key < b.key ? -1 : 1);

/** LanceDB's name for the column of row ids. */
const ROW_ID = '_rowid';

function withFilter(query: Query, filter: RowFilter): Query {
  const condition = toSqlCondition(filter);
  return condition === undefined ? query : query.where(condition);
}

async function queryRows<T>(
  query: Query,
  limit: number,
  filter: RowFilter,
  reader: RowReader<T>,
): Promise<FullTextHit<T>[]> {
  const rows = withFilter(query, filter)
    .select([...reader.columns, '_score'])
    .limit(limit);
  const hits = await readRows(rows, (cells) => ({
    row: reader.toRow(cells),
    score: cells.number('_score'),
    key: cells.text(reader.key),
  }));
  return hits.sort(byScore);
}

/** Memory for the rows of each table, used as rows are kept: about 7,000 passages, 60 hours of video. */
const CACHE_BYTES = 24 * 1024 * 1024;
/** One cache for each open table: opening the index again starts with empty caches. */
const caches = new WeakMap<Table, RowCache<unknown>>();

/** Memory for the rows of each table on object storage, where each row costs a request: about 28,000 passages. */
const STORAGE_CACHE_BYTES = 96 * 1024 * 1024;
const storageTables = new WeakSet<Table>();

/**
 * Gives a table on object storage a larger cache. `previous` is an older version of the table, whose rows stay: row ids
 * of one table mean the same in all its versions.
 */
export function useStorageRowCache(table: Table, previous: Table | undefined): void {
  storageTables.add(table);
  const inherited = previous && caches.get(previous);
  if (inherited !== undefined) caches.set(table, inherited);
}

/** Returns the cache of a table. A table has one reader, so that its rows have one type. */
function cacheOf<T>(table: Table, reader: CachedRowReader<T>): RowCache<T> {
  const isOnStorage = storageTables.has(table);
  const bytes = isOnStorage ? STORAGE_CACHE_BYTES : CACHE_BYTES;
  const cache = caches.get(table) ?? new RowCache<T>(reader, bytes, { keepsAll: isOnStorage });
  caches.set(table, cache as RowCache<unknown>);
  return cache as RowCache<T>;
}

/**
 * Asks for row ids only, and reads the rows that are not kept: both take as long as reading all rows at once if none is
 * kept. Returns undefined if one of them has moved meanwhile, as rows do when the table is compacted.
 */
async function queryRowIds<T>(
  table: Table,
  query: Query,
  limit: number,
  filter: RowFilter,
  reader: CachedRowReader<T>,
): Promise<FullTextHit<T>[] | undefined> {
  const cache = cacheOf(table, reader);
  const ids = withFilter(query, filter).select(['_score']).withRowId().limit(limit);
  const found = await readRows(ids, (cells) => ({
    rowId: cells.number(ROW_ID),
    score: cells.number('_score'),
  }));
  const rows = new Map<number, T>();
  const missingIds: number[] = [];
  for (const { rowId } of found) {
    const row = cache.get(rowId);
    if (row === undefined) missingIds.push(rowId);
    else rows.set(rowId, row);
  }
  if (missingIds.length > 0) {
    const missingRows = table
      .takeRowIds(missingIds)
      .select([...reader.columns])
      .withRowId();
    await readRows(missingRows, (cells) => {
      const rowId = cells.number(ROW_ID);
      const row = reader.toRow(cells);
      rows.set(rowId, row);
      cache.add(rowId, row);
    });
  }
  const hits = found.flatMap(({ rowId, score }) => {
    const row = rows.get(rowId);
    return row === undefined ? [] : [{ row, score, key: reader.keyOf(row) }];
  });
  return hits.length === found.length ? hits.sort(byScore) : undefined;
}

/**
 * Searches the whole table for keys only and keeps those in a long scope. Returns undefined if that might
 * miss some of the best rows; the scope must then be evaluated in the query.
 */
async function queryUnscoped<T>(
  table: Table,
  query: Query,
  limit: number,
  filter: RowFilter,
  reader: RowReader<T>,
): Promise<FullTextHit<T>[] | undefined> {
  const videoIds = filter.videoIds && new Set(filter.videoIds);
  const uris = filter.uris && new Set<string>(['', ...filter.uris]);
  const unscopedLimit = Math.max(MIN_UNSCOPED_ROWS, limit * 5);
  const unscopedHits = await queryRows(
    query,
    unscopedLimit,
    {},
    {
      key: reader.key,
      columns: [...new Set([reader.key, 'videoId', 'uri'])],
      toRow: (cells) => ({ videoId: cells.text('videoId'), uri: cells.text('uri') }),
    },
  );
  const hitsInScope = unscopedHits.filter(
    ({ row }) => (videoIds?.has(row.videoId) ?? true) && (uris?.has(row.uri) ?? true),
  );
  if (hitsInScope.length < limit && unscopedHits.length === unscopedLimit) return undefined;
  const scores = new Map(hitsInScope.slice(0, limit).map(({ key, score }) => [key, score]));
  const rows = table
    .query()
    .where(inCondition(reader.key, scores.keys()))
    .select([...reader.columns]);
  const hits = await readRows(rows, (cells) => ({
    row: reader.toRow(cells),
    key: cells.text(reader.key),
    score: scores.get(cells.text(reader.key)) ?? 0,
  }));
  return hits.sort(byScore);
}

/** Maximum number of indexed terms that a misspelt term expands to. */
const MAX_SIMILAR_TERMS = 200;

/** Finds rows with a term spelt similarly. LanceDB considers only indexed rows. */
export async function searchSimilarTerms<T>(
  table: Table,
  term: string,
  limit: number,
  reader: RowReader<T>,
): Promise<FullTextHit<T>[]> {
  if (term === '' || /\s/u.test(term) || limit <= 0) return [];
  const { MatchQuery } = await loadLance();
  const options = { fuzziness: 2, prefixLength: 1, maxExpansions: MAX_SIMILAR_TERMS };
  return await queryRows(
    table.query().fullTextSearch(new MatchQuery(term, 'terms', options)),
    limit,
    {},
    reader,
  );
}

/** Returns the best `limit` rows of a table for analysed terms, best first, equal scores by key. */
export async function searchFullText<T>(
  table: Table,
  terms: string,
  limit: number,
  filter: RowFilter,
  reader: CachedRowReader<T>,
): Promise<FullTextHit<T>[]> {
  // LanceDB counts repeated query words, but the port counts each word once.
  const words = [...new Set(terms.split(/\s+/u))].join(' ').trim();
  if (words === '' || limit <= 0 || filter.videoIds?.length === 0) return [];
  const { MatchQuery } = await loadLance();
  const createQuery = () => table.query().fullTextSearch(new MatchQuery(words, 'terms'));
  if (
    (filter.videoIds?.length ?? 0) > MIN_LONG_LIST_VALUES ||
    (filter.uris?.length ?? 0) > MIN_LONG_LIST_VALUES
  ) {
    const hits = await queryUnscoped(table, createQuery(), limit, filter, reader);
    if (hits) return hits;
  }
  return (
    (await queryRowIds(table, createQuery(), limit, filter, reader)) ??
    (await queryRows(createQuery(), limit, filter, reader))
  );
}

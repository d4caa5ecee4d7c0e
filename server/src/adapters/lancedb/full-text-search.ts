import type { Query, Table } from '@lancedb/lancedb';
import type { RowFilter } from '../../ports/store.ts';
import type { Cells } from './decode.ts';
import { RowCache } from './row-cache.ts';
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

/** Rows kept of each table: the passages of 80 hours of video, about 36 MB. */
const MAX_CACHED_ROWS = 10_000;
/** One cache for each open table: opening the index again starts with empty caches. */
const caches = new WeakMap<Table, RowCache<unknown>>();

/** Rows kept of each table on object storage, where each row costs a request: about 110 MB. */
const MAX_STORAGE_CACHED_ROWS = 30_000;

/**
 * Gives a table on object storage a larger cache. `previous` is an older version of the table, whose rows stay: row ids
 * of one table mean the same in all its versions.
 */
export function useStorageRowCache(table: Table, previous: Table | undefined): void {
  const inherited = previous && caches.get(previous);
  caches.set(table, inherited ?? new RowCache<unknown>(MAX_STORAGE_CACHED_ROWS, true));
}

/** Returns the cache of a table. A table has one reader, so that its rows have one type. */
function cacheOf<T>(table: Table): RowCache<T> {
  const cache = caches.get(table) ?? new RowCache<unknown>(MAX_CACHED_ROWS);
  caches.set(table, cache);
  return cache as RowCache<T>;
}

/** Reads whole rows and keeps them for the next search. */
async function queryAndCache<T>(
  query: Query,
  limit: number,
  filter: RowFilter,
  reader: RowReader<T>,
  cache: RowCache<T>,
): Promise<FullTextHit<T>[]> {
  const rows = withFilter(query, filter)
    .select([...reader.columns, '_score'])
    .withRowId()
    .limit(limit);
  const hits = await readRows(rows, (cells) => ({
    rowId: cells.number(ROW_ID),
    row: reader.toRow(cells),
    score: cells.number('_score'),
    key: cells.text(reader.key),
  }));
  cache.countHits(hits.map(({ rowId }) => rowId));
  for (const { rowId, row, key } of hits) cache.add(rowId, { row, key });
  return hits.sort(byScore);
}

/**
 * Asks for row ids only, and reads the rows that are not kept. Returns undefined if one of them has moved meanwhile,
 * as rows do when the table is compacted.
 */
async function queryFromCache<T>(
  table: Table,
  query: Query,
  limit: number,
  filter: RowFilter,
  reader: RowReader<T>,
  cache: RowCache<T>,
): Promise<FullTextHit<T>[] | undefined> {
  const ids = withFilter(query, filter).select(['_score']).withRowId().limit(limit);
  const found = await readRows(ids, (cells) => ({
    rowId: cells.number(ROW_ID),
    score: cells.number('_score'),
  }));
  cache.countHits(found.map(({ rowId }) => rowId));
  const rows = new Map(
    found.flatMap(({ rowId }) => {
      const cached = cache.get(rowId);
      return cached === undefined ? [] : [[rowId, cached] as const];
    }),
  );
  const missing = found.flatMap(({ rowId }) => (rows.has(rowId) ? [] : [rowId]));
  if (missing.length > 0) {
    const taken = table
      .takeRowIds(missing)
      .select([...reader.columns])
      .withRowId();
    await readRows(taken, (cells) => {
      const cached = { row: reader.toRow(cells), key: cells.text(reader.key) };
      rows.set(cells.number(ROW_ID), cached);
      cache.add(cells.number(ROW_ID), cached);
    });
  }
  const hits = found.flatMap(({ rowId, score }) => {
    const cached = rows.get(rowId);
    return cached === undefined ? [] : [{ ...cached, score }];
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
  reader: RowReader<T>,
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
  const cache = cacheOf<T>(table);
  const hits = cache.isWarm && (await queryFromCache(table, createQuery(), limit, filter, reader, cache));
  return hits || (await queryAndCache(createQuery(), limit, filter, reader, cache));
}

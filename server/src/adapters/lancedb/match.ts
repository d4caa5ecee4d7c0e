import type { Query, Table } from '@lancedb/lancedb';
import type { RowFilter } from '../../ports/store.ts';
import type { Cells } from './decode.ts';
import { LONG_LIST, where } from './filter.ts';
import { read } from './rows.ts';
import { oneOf } from './sql.ts';
import { loadLance } from './tables.ts';

interface Found<T> {
  readonly row: T;
  readonly score: number;
  readonly key: string;
}

/** How a table is asked: its key and the columns that `make` needs. */
interface Reading<T> {
  readonly key: string;
  readonly columns: readonly string[];
  readonly make: (cells: Cells) => T;
}

/** Rows searched past, at least; without their text they take about as long as a search for 100 whole rows. */
const LIGHT_ROWS = 1_000;

const byScore = (a: Found<unknown>, b: Found<unknown>): number =>
  b.score - a.score || (a.key < b.key ? -1 : 1);

async function ask<T>(
  query: Query,
  limit: number,
  filter: RowFilter,
  reading: Reading<T>,
): Promise<Found<T>[]> {
  const condition = where(filter);
  const scoped = condition === undefined ? query : query.where(condition);
  const found = await read(scoped.select([...reading.columns, '_score']).limit(limit), (cells) => ({
    row: reading.make(cells),
    score: cells.number('_score'),
    key: cells.text(reading.key),
  }));
  return found.sort(byScore);
}

/**
 * Searches the whole table lightly and keeps what a long scope lets through; undefined where that might miss
 * some of the best rows, and the scope has to be evaluated after all.
 */
async function askPast<T>(
  table: Table,
  query: Query,
  limit: number,
  filter: RowFilter,
  reading: Reading<T>,
): Promise<Found<T>[] | undefined> {
  const videoIds = filter.videoIds && new Set(filter.videoIds);
  const uris = filter.uris && new Set<string>(['', ...filter.uris]);
  const reach = Math.max(LIGHT_ROWS, limit * 5);
  const light = await ask(
    query,
    reach,
    {},
    {
      key: reading.key,
      columns: [...new Set([reading.key, 'videoId', 'uri'])],
      make: (cells) => ({ videoId: cells.text('videoId'), uri: cells.text('uri') }),
    },
  );
  const inScope = light.filter(
    ({ row }) => (videoIds?.has(row.videoId) ?? true) && (uris?.has(row.uri) ?? true),
  );
  if (inScope.length < limit && light.length === reach) return undefined;
  const scores = new Map(inScope.slice(0, limit).map(({ key, score }) => [key, score]));
  const rows = table
    .query()
    .where(oneOf(reading.key, scores.keys()))
    .select([...reading.columns]);
  const found = await read(rows, (cells) => ({
    row: reading.make(cells),
    key: cells.text(reading.key),
    score: scores.get(cells.text(reading.key)) ?? 0,
  }));
  return found.sort(byScore);
}

/** Terms of the index that one misspelt term may stand for. */
const MOST_SIMILAR = 200;

/** Rows with a term spelt like this one; LanceDB looks among indexed rows only. */
export async function matchSimilar<T>(
  table: Table,
  term: string,
  limit: number,
  reading: Reading<T>,
): Promise<Found<T>[]> {
  if (term === '' || /\s/u.test(term) || limit <= 0) return [];
  const { MatchQuery } = await loadLance();
  const options = { fuzziness: 2, prefixLength: 1, maxExpansions: MOST_SIMILAR };
  return await ask(table.query().fullTextSearch(new MatchQuery(term, 'terms', options)), limit, {}, reading);
}

/** Best `limit` rows of a table for analysed terms, best first, equal scores by key. */
export async function match<T>(
  table: Table,
  terms: string,
  limit: number,
  filter: RowFilter,
  reading: Reading<T>,
): Promise<Found<T>[]> {
  // LanceDB counts a word as often as it is asked; the port counts it once.
  const words = [...new Set(terms.split(/\s+/u))].join(' ').trim();
  if (words === '' || limit <= 0 || filter.videoIds?.length === 0) return [];
  const { MatchQuery } = await loadLance();
  const query = () => table.query().fullTextSearch(new MatchQuery(words, 'terms'));
  if ((filter.videoIds?.length ?? 0) > LONG_LIST || (filter.uris?.length ?? 0) > LONG_LIST) {
    const found = await askPast(table, query(), limit, filter, reading);
    if (found) return found;
  }
  return await ask(query(), limit, filter, reading);
}

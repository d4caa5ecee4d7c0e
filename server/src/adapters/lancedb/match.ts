import type { Table } from '@lancedb/lancedb';
import type { RowFilter } from '../../ports/store.ts';
import { type Cells, read } from './rows.ts';
import { oneOf } from './sql.ts';
import { loadLance } from './tables.ts';

export interface Found<T> {
  readonly row: T;
  readonly score: number;
  readonly key: string;
}

function where(filter: RowFilter): string | undefined {
  const conditions: string[] = [];
  if (filter.videoIds) conditions.push(oneOf('videoId', filter.videoIds));
  if (filter.uris) conditions.push(oneOf('uri', ['', ...filter.uris]));
  return conditions.length > 0 ? conditions.join(' AND ') : undefined;
}

/** Best `limit` rows of a table for analysed terms, best first, equal scores by key. */
export async function match<T>(
  table: Table,
  key: string,
  columns: readonly string[],
  make: (cells: Cells) => T,
  terms: string,
  limit: number,
  filter: RowFilter,
): Promise<Found<T>[]> {
  // LanceDB counts a word as often as it is asked; the port counts it once.
  const words = [...new Set(terms.split(/\s+/u))].join(' ').trim();
  if (words === '' || limit <= 0 || filter.videoIds?.length === 0) return [];
  const { MatchQuery } = await loadLance();
  const query = table
    .query()
    .fullTextSearch(new MatchQuery(words, 'terms'))
    .select([...columns, '_score'])
    .limit(limit);
  const condition = where(filter);
  const found = await read(condition === undefined ? query : query.where(condition), (cells) => ({
    row: make(cells),
    score: cells.number('_score'),
    key: cells.text(key),
  }));
  return found.sort((a, b) => b.score - a.score || (a.key < b.key ? -1 : 1));
}

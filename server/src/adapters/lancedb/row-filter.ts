import type { RowFilter } from '../../ports/store.ts';
import { inCondition } from './sql.ts';

/** A longer list costs more to evaluate than to search past: 10,000 names take 50 ms, 200 take 3 ms. */
export const MIN_LONG_LIST_VALUES = 200;

/** A filter as LanceDB's SQL; undefined where it narrows nothing. */
export function toSqlCondition(filter: RowFilter): string | undefined {
  const conditions: string[] = [];
  if (filter.videoIds) conditions.push(inCondition('videoId', filter.videoIds));
  if (filter.uris) conditions.push(inCondition('uri', ['', ...filter.uris]));
  return conditions.length > 0 ? conditions.join(' AND ') : undefined;
}

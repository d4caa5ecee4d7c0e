import type { RowFilter } from '../../ports/store.ts';
import { inCondition } from './sql.ts';

/** Longer lists cost more to evaluate than to filter afterwards: 10,000 names take 50 ms, 200 take 3 ms. */
export const MIN_LONG_LIST_VALUES = 200;

/** Returns a filter as LanceDB SQL, or undefined if it restricts nothing. */
export function toSqlCondition(filter: RowFilter): string | undefined {
  const conditions: string[] = [];
  if (filter.videoIds) conditions.push(inCondition('videoId', filter.videoIds));
  if (filter.uris) conditions.push(inCondition('uri', ['', ...filter.uris]));
  return conditions.length > 0 ? conditions.join(' AND ') : undefined;
}

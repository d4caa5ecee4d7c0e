import type { Table } from '@lancedb/lancedb';
import {
  type LanceRow,
  readRows,
  toDescriptionRow,
  toOutlineRow,
  toPassageRow,
  toVideoFileRow,
  toVideoRow,
} from './rows.ts';
import { inCondition, toParts } from './sql.ts';
import type { Tables } from './tables.ts';
import type { VectorTables } from './vector-tables.ts';
import type { WritePlan } from './write-plan.ts';
import { toDistinctRows } from './write-plan.ts';

/** Maximum number of values in one `IN (...)`. */
const MAX_LIST_VALUES = 1_000;

export async function upsert(table: Table, key: string, rows: readonly LanceRow[]): Promise<void> {
  if (rows.length === 0) return;
  await table
    .mergeInsert(key)
    .whenMatchedUpdateAll()
    .whenNotMatchedInsertAll()
    .execute([...rows]);
}

async function remove(table: Table, column: string, values: Iterable<string>): Promise<void> {
  for (const part of toParts(values, MAX_LIST_VALUES)) await table.delete(inCondition(column, part));
}

/**
 * Writes the rows by id, then deletes outdated rows of the replaced keys. A row that stays can be found at
 * any moment.
 */
async function replace(
  table: Table,
  rows: readonly LanceRow[],
  videoIds: ReadonlySet<string>,
  columns: readonly string[],
  isReplaced: (values: readonly string[]) => boolean,
): Promise<void> {
  const keptIds = new Set(rows.map((row) => row.id));
  const staleIds: string[] = [];
  let hasKnownRow = false;
  for (const part of toParts(videoIds, MAX_LIST_VALUES)) {
    const query = table
      .query()
      .where(inCondition('videoId', part))
      .select(['id', ...columns]);
    for (const { id, values } of await readRows(query, (cells) => ({
      id: cells.text('id'),
      values: columns.map((column) => cells.text(column)),
    }))) {
      if (keptIds.has(id)) hasKnownRow = true;
      else if (isReplaced(values)) staleIds.push(id);
    }
  }
  // An append is several times cheaper than a merge. Ids are hashes of their key, so no other row can have
  // them.
  if (hasKnownRow) await upsert(table, 'id', rows);
  else if (rows.length > 0) await table.add([...rows]);
  await remove(table, 'id', staleIds);
}

/**
 * Applies a plan in the order that the port promises. Each step is one or a few LanceDB commits. `beforeStep` rejects if
 * this process may not write now. A crash between two steps leaves work to be done again.
 */
export async function applyWritePlan(
  tables: Tables,
  vectors: VectorTables,
  plan: WritePlan,
  beforeStep: () => Promise<void>,
): Promise<void> {
  if (plan.descriptions.size > 0) {
    await beforeStep();
    await replace(
      tables.descriptions,
      toDistinctRows(plan.descriptions.values()).map(toDescriptionRow),
      new Set([...plan.descriptions.values()].map((replacement) => replacement.videoId)),
      ['videoId', 'uri', 'stage'],
      (values) => plan.descriptions.has(values.join('\n')),
    );
  }
  if (plan.passages.size > 0) {
    await beforeStep();
    await replace(
      tables.passages,
      toDistinctRows(plan.passages.values()).map(toPassageRow),
      new Set([...plan.passages.values()].map((replacement) => replacement.videoId)),
      ['videoId', 'uri'],
      (values) => plan.passages.has(values.join('\n')),
    );
  }
  await beforeStep();
  await upsert(tables.outlines, 'uri', [...plan.outlines.values()].map(toOutlineRow));
  await beforeStep();
  await vectors.replace(plan.vectors.values());
  await beforeStep();
  await upsert(tables.videos, 'videoId', [...plan.videos.values()].map(toVideoRow));
  await beforeStep();
  await upsert(tables.copies, 'uri', [...plan.copies.values()].map(toVideoFileRow));
  for (const table of [tables.descriptions, tables.passages, tables.outlines, tables.copies]) {
    await beforeStep();
    await remove(table, 'uri', plan.removedCopies);
    await remove(table, 'videoId', plan.removedVideos);
  }
  await beforeStep();
  await vectors.remove('uri', plan.removedCopies);
  await vectors.remove('videoId', plan.removedVideos);
  await beforeStep();
  await remove(tables.videos, 'videoId', plan.removedVideos);
}

import type { Table } from '@lancedb/lancedb';
import type { WritePlan } from './plan.ts';
import { rowsOf } from './plan.ts';
import { copyRow, descriptionRow, outlineRow, passageRow, type Row, read, videoRow } from './rows.ts';
import { oneOf, parts } from './sql.ts';
import type { Tables } from './tables.ts';
import type { Vectors } from './vectors.ts';

/** Values in one `IN (...)`. */
const LIST = 1_000;

export async function upsert(table: Table, key: string, rows: readonly Row[]): Promise<void> {
  if (rows.length === 0) return;
  await table
    .mergeInsert(key)
    .whenMatchedUpdateAll()
    .whenNotMatchedInsertAll()
    .execute([...rows]);
}

async function remove(table: Table, column: string, values: Iterable<string>): Promise<void> {
  for (const part of parts(values, LIST)) await table.delete(oneOf(column, part));
}

/**
 * Writes the rows by id, then deletes those of the replaced keys that are no longer there: at no moment does a
 * row that stays fail to be found.
 */
async function replace(
  table: Table,
  rows: readonly Row[],
  videoIds: ReadonlySet<string>,
  columns: readonly string[],
  replaced: (values: readonly string[]) => boolean,
): Promise<void> {
  const kept = new Set(rows.map((row) => row.id));
  const stale: string[] = [];
  let known = false;
  for (const part of parts(videoIds, LIST)) {
    const query = table
      .query()
      .where(oneOf('videoId', part))
      .select(['id', ...columns]);
    for (const { id, values } of await read(query, (cells) => ({
      id: cells.text('id'),
      values: columns.map((column) => cells.text(column)),
    }))) {
      if (kept.has(id)) known = true;
      else if (replaced(values)) stale.push(id);
    }
  }
  // A plain append is several times cheaper than a merge; ids are hashes of their key, so none lies elsewhere.
  if (known) await upsert(table, 'id', rows);
  else if (rows.length > 0) await table.add([...rows]);
  await remove(table, 'id', stale);
}

/**
 * Applies a plan in the order the port promises. Each step is a commit of LanceDB's own; a crash between two of
 * them leaves work to do again.
 */
export async function apply(tables: Tables, vectors: Vectors, plan: WritePlan): Promise<void> {
  if (plan.descriptions.size > 0) {
    await replace(
      tables.descriptions,
      rowsOf(plan.descriptions.values()).map(descriptionRow),
      new Set([...plan.descriptions.values()].map((it) => it.videoId)),
      ['videoId', 'uri', 'stage'],
      (values) => plan.descriptions.has(values.join('\n')),
    );
  }
  if (plan.passages.size > 0) {
    await replace(
      tables.passages,
      rowsOf(plan.passages.values()).map(passageRow),
      new Set([...plan.passages.values()].map((it) => it.videoId)),
      ['videoId', 'uri'],
      (values) => plan.passages.has(values.join('\n')),
    );
  }
  await upsert(tables.outlines, 'uri', [...plan.outlines.values()].map(outlineRow));
  await vectors.replace(plan.vectors.values());
  await upsert(tables.videos, 'videoId', [...plan.videos.values()].map(videoRow));
  await upsert(tables.copies, 'uri', [...plan.copies.values()].map(copyRow));
  for (const table of [tables.descriptions, tables.passages, tables.outlines, tables.copies]) {
    await remove(table, 'uri', plan.removedCopies);
    await remove(table, 'videoId', plan.removedVideos);
  }
  await vectors.remove('uri', plan.removedCopies);
  await vectors.remove('videoId', plan.removedVideos);
  await remove(tables.videos, 'videoId', plan.removedVideos);
}

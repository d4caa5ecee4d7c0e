import type { Table } from '@lancedb/lancedb';
import { read } from './rows.ts';
import { oneOf } from './sql.ts';
import { createIndexes, LAYOUT, loadLance, TABLE_NAMES, type TableName, type Tables } from './tables.ts';

/** Reads a column of every row, which touches every data file; gives one row's values of the indexed columns. */
export async function scan(table: Table, lookup: readonly string[]): Promise<ReadonlyMap<string, string>> {
  // Counted inside LanceDB, so that nothing comes here; an expression, so that no index answers in its stead.
  await table.countRows("concat(videoId, '') = ''");
  const query = table
    .query()
    .select([...lookup])
    .limit(1);
  const rows = await read(query, (cells) => lookup.map((column) => [column, cells.text(column)] as const));
  return new Map(rows[0]);
}

/** Asks each index once: opening one reads its heads, where a missing or cut file shows. */
async function askIndexes(table: Table, name: TableName, row: ReadonlyMap<string, string>): Promise<void> {
  for (const [column, value] of row) {
    const found = await read(
      table
        .query()
        .where(oneOf(column, [value]))
        .select([column])
        .limit(1),
      (cells) => cells.text(column),
    );
    if (found[0] !== value) throw new Error(`the index on ${name}.${column} does not find ${value}`);
  }
  const { words } = LAYOUT[name];
  if (words === undefined) return;
  const { MatchQuery } = await loadLance();
  const absent = new MatchQuery('\u0001', words);
  await read(table.query().fullTextSearch(absent).select(['_score']).limit(1), () => undefined);
}

/**
 * Looks whether all files of the index are there and whole, in the time of reading its keys. Damaged search
 * indexes are built again from the rows; throws where rows themselves cannot be read.
 */
export async function check(tables: Tables, log: (message: string) => void): Promise<void> {
  for (const name of TABLE_NAMES) {
    const table = tables[name];
    const row = await scan(table, LAYOUT[name].lookup);
    try {
      await askIndexes(table, name, row);
    } catch (error) {
      log(`The search index of ${name} is damaged and is built again from its rows (${String(error)}).`);
      await createIndexes(table, name);
      await askIndexes(table, name, row);
    }
  }
}

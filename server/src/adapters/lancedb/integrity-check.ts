import type { Table } from '@lancedb/lancedb';
import { ROW_DECODERS } from './decode.ts';
import { readRows } from './rows.ts';
import { inCondition } from './sql.ts';
import { createIndexes, loadLance, TABLE_LAYOUTS, type TableName } from './tables.ts';

/** Reads every value of these columns. Throws if one is damaged. */
export async function readEveryRow(
  table: Table,
  text: readonly string[],
  numbers: readonly string[],
): Promise<void> {
  // The count happens inside LanceDB, so no rows are transferred. It uses an expression, which no index can
  // answer.
  const conditions = [`concat(${text.join(', ')}, '') = ''`, ...numbers.map((column) => `${column} = -1`)];
  await table.countRows(conditions.join(' OR '));
}

/** Returns the values of the indexed columns for any one row. */
async function anyRow(table: Table, lookup: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const query = table
    .query()
    .select([...lookup])
    .limit(1);
  const rows = await readRows(query, (cells) =>
    lookup.map((column) => [column, cells.text(column)] as const),
  );
  return new Map(rows[0]);
}

/** Decodes every row as its readers do. Throws if one is damaged. */
async function decodeAll(table: Table, name: TableName): Promise<void> {
  const { text, numbers } = TABLE_LAYOUTS[name];
  await readRows(table.query().select([...text, ...numbers]), (cells) => void ROW_DECODERS[name](cells));
}

/**
 * Reads all rows of a table and throws if any is damaged. Without `thorough`, it skips damage that only
 * parsing reveals; that is found at the first use of the value.
 */
export async function checkRows(table: Table, name: TableName, isThorough: boolean): Promise<void> {
  if (isThorough) return await decodeAll(table, name);
  await readEveryRow(table, TABLE_LAYOUTS[name].text, TABLE_LAYOUTS[name].numbers);
}

/** Queries each index once. Opening an index reads its headers, which reveals missing or truncated files. */
async function queryEachIndex(
  table: Table,
  name: TableName,
  row: ReadonlyMap<string, string>,
): Promise<void> {
  for (const [column, value] of row) {
    const rows = await readRows(
      table
        .query()
        .where(inCondition(column, [value]))
        .select([column])
        .limit(1),
      (cells) => cells.text(column),
    );
    if (rows[0] !== value) throw new Error(`the index on ${name}.${column} does not find ${value}`);
  }
  const { fullTextColumn } = TABLE_LAYOUTS[name];
  if (fullTextColumn === undefined) return;
  const { MatchQuery } = await loadLance();
  const absentTermQuery = new MatchQuery('\u0001', fullTextColumn);
  await readRows(table.query().fullTextSearch(absentTermQuery).select(['_score']).limit(1), () => undefined);
}

/** Checks the search indexes of a table with intact rows, and rebuilds damaged ones from the rows. */
export async function checkIndexes(
  table: Table,
  name: TableName,
  isThorough: boolean,
  log: (message: string) => void,
): Promise<void> {
  const row = await anyRow(table, TABLE_LAYOUTS[name].btreeColumns);
  try {
    await queryEachIndex(table, name, row);
    if (!isThorough) return;
  } catch (error) {
    log(`The search index of ${name} is damaged and is being rebuilt from its rows (${String(error)}).`);
  }
  // Each index was queried for one value only. Damage elsewhere stays hidden, so `thorough` rebuilds all of
  // them.
  await createIndexes(table, name);
  await queryEachIndex(table, name, row);
}

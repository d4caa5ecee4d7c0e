import type { Table } from '@lancedb/lancedb';
import { decode } from './decode.ts';
import { readRows } from './rows.ts';
import { inCondition } from './sql.ts';
import { createIndexes, loadLance, TABLE_LAYOUTS, type TableName } from './tables.ts';

/** Reads every value of these columns; what is damaged throws. */
export async function readEveryRow(
  table: Table,
  text: readonly string[],
  numbers: readonly string[],
): Promise<void> {
  // Counted inside LanceDB, so that nothing comes here; an expression, so that no index answers in its stead.
  const conditions = [`concat(${text.join(', ')}, '') = ''`, ...numbers.map((column) => `${column} = -1`)];
  await table.countRows(conditions.join(' OR '));
}

/** One row's values of the indexed columns. */
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

/** Decodes every row as its readers do; throws if one is damaged. */
async function decodeAll(table: Table, name: TableName): Promise<void> {
  const { text, numbers } = TABLE_LAYOUTS[name];
  await readRows(table.query().select([...text, ...numbers]), (cells) => void decode[name](cells));
}

/**
 * Reads all rows of a table, and throws if any is damaged. Not `thorough`, it leaves out what only shows when the
 * values are parsed: that is found at their first use.
 */
export async function checkRows(table: Table, name: TableName, thorough: boolean): Promise<void> {
  if (thorough) return await decodeAll(table, name);
  await readEveryRow(table, TABLE_LAYOUTS[name].text, TABLE_LAYOUTS[name].numbers);
}

/** Asks each index once: opening one reads its heads, where a missing or cut file shows. */
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

/** Asks the search indexes of a table whose rows are whole, and builds damaged ones again from the rows. */
export async function checkIndexes(
  table: Table,
  name: TableName,
  thorough: boolean,
  log: (message: string) => void,
): Promise<void> {
  const row = await anyRow(table, TABLE_LAYOUTS[name].btreeColumns);
  try {
    await queryEachIndex(table, name, row);
    if (!thorough) return;
  } catch (error) {
    log(`The search index of ${name} is damaged and is built again from its rows (${String(error)}).`);
  }
  // They are asked for one value: what is damaged elsewhere in them shows nowhere before it is met.
  await createIndexes(table, name);
  await queryEachIndex(table, name, row);
}

import type { Connection, Table } from '@lancedb/lancedb';

export type TableName = 'copies' | 'videos' | 'descriptions' | 'passages' | 'outlines';
export type Tables = Readonly<Record<TableName, Table>>;

interface TableLayout {
  /** Column that identifies a row; the first of `text`. */
  readonly key: string;
  readonly text: readonly string[];
  readonly numbers: readonly string[];
  /** Columns with a B-tree index. */
  readonly btreeColumns: readonly string[];
  /** Column with a full-text index. */
  readonly fullTextColumn?: string;
}

/**
 * Layout of all tables. A change here needs a migration step in schema-version.ts.
 * `body` is the whole record as JSON and `lines` are a passage's lines. The other columns are those used in
 * queries. Most rows of descriptions and passages have the same, empty `uri`. An index on it would slow a
 * scope down, from 3 ms to 14 ms with 100,000 passages.
 */
export const TABLE_LAYOUTS: Readonly<Record<TableName, TableLayout>> = {
  copies: { key: 'uri', text: ['uri', 'videoId', 'body'], numbers: [], btreeColumns: ['uri', 'videoId'] },
  videos: { key: 'videoId', text: ['videoId', 'body'], numbers: [], btreeColumns: ['videoId'] },
  descriptions: {
    key: 'id',
    text: ['id', 'videoId', 'uri', 'stage', 'body'],
    numbers: [],
    btreeColumns: ['id', 'videoId'],
  },
  passages: {
    key: 'id',
    text: ['id', 'videoId', 'uri', 'terms', 'lines'],
    numbers: ['startMs', 'endMs'],
    btreeColumns: ['id', 'videoId'],
    fullTextColumn: 'terms',
  },
  outlines: {
    key: 'uri',
    text: ['uri', 'videoId', 'terms', 'title'],
    numbers: [],
    btreeColumns: ['uri', 'videoId'],
    fullTextColumn: 'terms',
  },
};

/** Returns the name of a table's folder inside the index. */
export const toTableFile = (name: string) => `${name}.lance`;

export const TABLE_NAMES = Object.keys(TABLE_LAYOUTS) as TableName[];

/**
 * Loads LanceDB on first use, because it costs 140 ms and 40 MB. It reads LANCEDB_LOG once, when it loads.
 */
export async function loadLance() {
  process.env.LANCEDB_LOG ??= 'error';
  return await import('@lancedb/lancedb');
}

export async function createTable(db: Connection, name: TableName): Promise<Table> {
  const { Field, Float64, Schema, Utf8 } = await import('apache-arrow');
  const { key, text, numbers } = TABLE_LAYOUTS[name];
  const table = await db.createEmptyTable(
    name,
    new Schema([
      ...text.map((column) => new Field(column, new Utf8(), false)),
      ...numbers.map((column) => new Field(column, new Float64(), false)),
    ]),
  );
  // Without a primary key, two merges of one new id would both insert it.
  await table.setUnenforcedPrimaryKey(key);
  return table;
}

/**
 * Creates a table's indexes and replaces existing ones. On an empty table they are empty until `optimize`
 * fills them.
 */
export async function createIndexes(table: Table, name: TableName): Promise<void> {
  const { Index } = await loadLance();
  const { btreeColumns, fullTextColumn } = TABLE_LAYOUTS[name];
  for (const column of btreeColumns) await table.createIndex(column, { config: Index.btree() });
  if (fullTextColumn === undefined) return;
  // The text is already analysed: tokens of any script are separated by spaces.
  const config = Index.fts({
    baseTokenizer: 'whitespace',
    stem: false,
    removeStopWords: false,
    lowercase: false,
    asciiFolding: false,
    withPosition: false,
    maxTokenLength: 1_000,
  });
  await table.createIndex(fullTextColumn, { config });
}

export async function createTables(db: Connection): Promise<void> {
  for (const name of TABLE_NAMES) await createIndexes(await createTable(db, name), name);
}

/** Opens all tables, unchecked. */
export async function openTables(db: Connection): Promise<Tables> {
  const tables = await Promise.all(
    TABLE_NAMES.map(async (name) => [name, await db.openTable(name)] as const),
  );
  return Object.fromEntries(tables) as Tables;
}

export function closeTables(tables: Tables): void {
  for (const name of TABLE_NAMES) tables[name].close();
}

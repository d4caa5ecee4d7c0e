import type { Connection, Table } from '@lancedb/lancedb';
import type { VectorSpace } from '../../core/domain/vector.ts';
import { hashText } from '../../core/text/hash-text.ts';
import { readEveryRow } from './integrity-check.ts';
import { readRows } from './rows.ts';
import { inCondition } from './sql.ts';
import { loadLance } from './tables.ts';

/** The vectors of one model in one dimension. */
export interface OpenVectorTable {
  readonly name: string;
  readonly prefix: string;
  readonly role: string;
  readonly table: Table;
  rows: number;
  indexed: boolean;
}

const TEXT_COLUMNS = ['id', 'videoId', 'uri', 'kind', 'made'];
const NUMBER_COLUMNS = ['startMs', 'endMs'];

const TABLE_NAME = /^(vectors_(text|frame)_[0-9a-f]{32}_)\d+$/;
/** Returns the start of the names of a model's tables; the dimension follows. */
export function toTablePrefix({ role, model }: VectorSpace): string {
  return `vectors_${role}_${hashText(model)}_`;
}

export function isVectorTableName(name: string): boolean {
  return TABLE_NAME.test(name);
}

/** Opens a table and reads it through. Rejects if it is damaged. `thorough`: reads the vectors themselves too. */
export async function openVectorTable(
  db: Connection,
  name: string,
  isThorough: boolean,
): Promise<OpenVectorTable> {
  const table = await db.openTable(name);
  await readEveryRow(table, TEXT_COLUMNS, NUMBER_COLUMNS);
  if (isThorough) await readRows(table.query().select(['vector']), (cells) => void cells.vector('vector'));
  await queryEachIndex(table, Number(name.slice(name.lastIndexOf('_') + 1)));
  return await toOpenTable(name, table);
}

/** Opens a table without reading it. */
export async function openUncheckedVectorTable(db: Connection, name: string): Promise<OpenVectorTable> {
  return await toOpenTable(name, await db.openTable(name));
}

export async function createVectorTable(
  db: Connection,
  name: string,
  dimension: number,
): Promise<OpenVectorTable> {
  const { Field, FixedSizeList, Float32, Float64, Schema, Utf8 } = await import('apache-arrow');
  const vector = new FixedSizeList(dimension, new Field('item', new Float32(), true));
  const table = await db.createEmptyTable(
    name,
    new Schema([
      ...TEXT_COLUMNS.map((column) => new Field(column, new Utf8(), false)),
      ...NUMBER_COLUMNS.map((column) => new Field(column, new Float64(), false)),
      new Field('vector', vector, false),
    ]),
  );
  await table.setUnenforcedPrimaryKey('id');
  await createIndexes(table);
  return await toOpenTable(name, table);
}

async function createIndexes(table: Table): Promise<void> {
  const { Index } = await loadLance();
  await table.createIndex('videoId', { config: Index.btree() });
  // A kind is a part of the rows: found by its bitmap, they alone are compared.
  await table.createIndex('kind', { config: Index.bitmap() });
}

/** Asks each index once; damaged ones are built again from the rows, the one over vectors by the next fold. */
async function queryEachIndex(table: Table, dimension: number): Promise<void> {
  const query = async () => {
    for (const column of ['videoId', 'kind'])
      await table
        .query()
        .where(inCondition(column, ['']))
        .select(['id'])
        .limit(1)
        .toArray();
    const nearestQuery = table.query().nearestTo(new Float32Array(dimension).fill(1)).distanceType('cosine');
    await nearestQuery.select(['id', '_distance']).limit(1).toArray();
  };
  try {
    await query();
  } catch {
    for (const { name, columns } of await table.listIndices())
      if (columns.includes('vector')) await table.dropIndex(name);
    await createIndexes(table);
    await query();
  }
}

async function toOpenTable(name: string, table: Table): Promise<OpenVectorTable> {
  const [, prefix = '', role = ''] = TABLE_NAME.exec(name) ?? [];
  const indexes = await table.listIndices();
  const isIndexed = indexes.some(({ columns }) => columns.includes('vector'));
  return { name, prefix, role, table, rows: await table.countRows(), indexed: isIndexed };
}

/** Deletes the rows that a condition names, and counts the rest. */
export async function deleteRows(target: OpenVectorTable, conditions: Iterable<string>): Promise<void> {
  let hasDeleted = false;
  for (const condition of conditions) {
    await target.table.delete(condition);
    hasDeleted = true;
  }
  if (hasDeleted) target.rows = await target.table.countRows();
}

/** Builds the index over the vectors of a table that has become large. */
export async function createVectorIndex(target: OpenVectorTable): Promise<void> {
  const { Index } = await loadLance();
  await target.table.createIndex('vector', { config: Index.ivfRq({ distanceType: 'cosine' }) });
  target.indexed = true;
}

import type { Connection, Table } from '@lancedb/lancedb';
import type { VectorKind, VectorRow, VectorSpace } from '../../core/domain/vector.ts';
import type { VectorFilter, VectorNeighbour } from '../../ports/store.ts';
import { readRows } from './rows.ts';
import { inCondition, toParts } from './sql.ts';
import { canMeanDamage, toBriefMessage } from './store-errors.ts';
import { MAX_LIST_VALUES, replaceRows } from './vector-replacement.ts';
import { searchVectors } from './vector-search.ts';
import {
  createVectorIndex,
  createVectorTable,
  deleteRows,
  isVectorTableName,
  type OpenVectorTable,
  openUncheckedVectorTable,
  openVectorTable,
  toTablePrefix,
} from './vector-table.ts';
import type { VectorReplacement } from './write-plan.ts';

/**
 * Below this many rows a look at each of them is about as quick as an index, and misses nothing. As the daemon holds
 * memory, a look at 20,000 rows takes 62 ms and their index 13 ms, with all of the 50 nearest of 200 topics. IVF_RQ is
 * built in 0.5 s for so many, in 2 s for 100,000 rows, in 43 s for a million; IVF_PQ and HNSW take minutes.
 * A fold splits its parts as it grows: from 5,000 to 80,000 rows it stayed as good as a new one and nearly as quick.
 */
export const MIN_INDEXED_ROWS = 5_000;

/**
 * Vectors, a table for each model and dimension, made when the first of them are written and dropped when the last
 * have gone.
 */
export interface VectorTables {
  count(space: VectorSpace): number;
  /** Writes new vectors first, then deletes those they replace, in the tables of this model and of all others. */
  replace(replacements: Iterable<VectorReplacement>): Promise<void>;
  remove(column: 'uri' | 'videoId', values: Iterable<string>): Promise<void>;
  rowsAt(space: VectorSpace, videoId: string, uri: string): Promise<VectorRow[]>;
  nearest(
    space: VectorSpace,
    vector: Float32Array,
    limit: number,
    filter: VectorFilter,
  ): Promise<readonly VectorNeighbour[]>;
  /** Optimises each table, indexes those that have become large, drops empty ones. `quiet`: no read runs any more. */
  compact(optimize: (table: Table) => Promise<void>, waitForReads: () => Promise<unknown>): Promise<void>;
  /** Returns the size of all rows in bytes, as the tables record it. */
  bytes(): Promise<number>;
  /** Opens the same tables, unchecked, by another connection. These here stay open. */
  reopen(db: Connection): Promise<VectorTables>;
  close(): void;
}

interface VectorTableOptions {
  readonly indexRows: number;
  /** Reads the vectors themselves too. */
  readonly isThorough: boolean;
  /** Sets the files of a table aside. */
  readonly onLost: (table: string, reason: string) => Promise<void>;
}

/** The open tables by name. Tables come with the first vectors of a model and go with the last, unless they are shared. */
interface VectorTableSet {
  readonly db: Connection;
  readonly indexRows: number;
  /** Whether others read the tables, so that none is ever dropped. */
  readonly isShared: boolean;
  readonly open: Map<string, OpenVectorTable>;
}

/**
 * Opens the tables of vectors. One that cannot be read is passed to `onLost`: its vectors are made again from what was
 * embedded.
 */
export async function openVectorTables(db: Connection, options: VectorTableOptions): Promise<VectorTables> {
  return createVectorTables({
    db,
    indexRows: options.indexRows,
    isShared: false,
    open: await openAll(db, options),
  });
}

/** Opens the tables of vectors on storage that others read, without reading them through. */
export async function openSharedVectorTables(db: Connection, indexRows: number): Promise<VectorTables> {
  const open = new Map<string, OpenVectorTable>();
  for (const name of (await db.tableNames()).filter(isVectorTableName))
    open.set(name, await openUncheckedVectorTable(db, name));
  return createVectorTables({ db, indexRows, isShared: true, open });
}

function createVectorTables(set: VectorTableSet): VectorTables {
  return {
    count: (space) => tablesInSpace(set, space).reduce((sum, { rows }) => sum + rows, 0),
    replace: (replacements) => replaceByModel(set, replacements),
    remove: (column, values) => removeEverywhere(set, column, [...values]),
    async rowsAt(space, videoId, uri) {
      const rows: VectorRow[] = [];
      for (const { table } of tablesInSpace(set, space))
        rows.push(...(await readVectors(table, videoId, uri)));
      return rows;
    },
    async nearest(space, vector, limit, filter) {
      const openTable = set.open.get(`${toTablePrefix(space)}${vector.length}`);
      return openTable ? await searchVectors(openTable, vector, limit, filter) : [];
    },
    async compact(optimize, waitForReads) {
      for (const openTable of [...set.open.values()]) {
        if (openTable.rows === 0) {
          if (!set.isShared) await dropEmpty(set, openTable, waitForReads);
        } else {
          if (!openTable.indexed && openTable.rows >= set.indexRows) await createVectorIndex(openTable);
          await optimize(openTable.table);
        }
      }
    },
    async bytes() {
      const sizes = await Promise.all(
        [...set.open.values()].map(async ({ table }) => (await table.stats()).totalBytes),
      );
      return sizes.reduce((sum, bytes) => sum + bytes, 0);
    },
    async reopen(db) {
      const open = new Map<string, OpenVectorTable>();
      for (const [name, openTable] of set.open)
        open.set(name, { ...openTable, table: await db.openTable(name) });
      return createVectorTables({ ...set, db, open });
    },
    close() {
      for (const { table } of set.open.values()) table.close();
    },
  };
}

async function openAll(
  db: Connection,
  { isThorough, onLost }: VectorTableOptions,
): Promise<Map<string, OpenVectorTable>> {
  const open = new Map<string, OpenVectorTable>();
  for (const name of (await db.tableNames()).filter(isVectorTableName)) {
    try {
      open.set(name, await openVectorTable(db, name, isThorough));
    } catch (error) {
      if (!canMeanDamage(error)) throw error;
      await onLost(name, toBriefMessage(error));
    }
  }
  return open;
}

function tablesInSpace({ open }: VectorTableSet, space: VectorSpace): readonly OpenVectorTable[] {
  return [...open.values()].filter(({ prefix }) => prefix === toTablePrefix(space));
}

async function replaceByModel(set: VectorTableSet, replacements: Iterable<VectorReplacement>): Promise<void> {
  const groups = Map.groupBy(replacements, ({ role, model, rows }) =>
    JSON.stringify([role, model, rows[0]?.vector.length ?? 0]),
  );
  for (const group of groups.values()) {
    const [first] = group;
    if (!first) continue;
    const dimension = first.rows[0]?.vector.length;
    const target = dimension === undefined ? undefined : await openOrCreate(set, first, dimension);
    const tables = [...set.open.values()].filter(({ role }) => role === first.role);
    await replaceRows(tables, target, group);
  }
}

async function openOrCreate(
  { db, open }: VectorTableSet,
  space: VectorSpace,
  dimension: number,
): Promise<OpenVectorTable> {
  const name = `${toTablePrefix(space)}${dimension}`;
  const openTable = open.get(name) ?? (await createVectorTable(db, name, dimension));
  open.set(name, openTable);
  return openTable;
}

async function removeEverywhere(
  { open }: VectorTableSet,
  column: 'uri' | 'videoId',
  values: readonly string[],
): Promise<void> {
  const conditions = toParts(values, MAX_LIST_VALUES).map((part) => inCondition(column, part));
  for (const openTable of open.values()) if (openTable.rows > 0) await deleteRows(openTable, conditions);
}

async function readVectors(table: Table, videoId: string, uri: string): Promise<readonly VectorRow[]> {
  const columns = ['id', 'videoId', 'uri', 'kind', 'made', 'startMs', 'endMs', 'vector'];
  const where = `${inCondition('videoId', [videoId])} AND ${inCondition('uri', [uri])}`;
  return await readRows(table.query().where(where).select(columns), (cells) => ({
    id: cells.text('id'),
    videoId: cells.text('videoId'),
    uri: cells.text('uri'),
    kind: cells.text('kind') as VectorKind,
    made: cells.text('made'),
    startMs: cells.number('startMs'),
    endMs: cells.number('endMs'),
    vector: cells.vector('vector'),
  }));
}

/** Drops a table once the reads that may still use it have ended. */
async function dropEmpty(
  { db, open }: VectorTableSet,
  { name, table }: OpenVectorTable,
  waitForReads: () => Promise<unknown>,
): Promise<void> {
  open.delete(name);
  await waitForReads();
  table.close();
  await db.dropTable(name);
}

import type { Connection, Table } from '@lancedb/lancedb';
import type { VectorKind, VectorRow, VectorSpace } from '../../core/domain/vector.ts';
import { hashText } from '../../core/text/hash-text.ts';
import type { VectorFilter, VectorNeighbour } from '../../ports/store.ts';
import { readEveryRow } from './integrity-check.ts';
import { readRows, toVectorRow } from './rows.ts';
import { inCondition, toParts } from './sql.ts';
import { canMeanDamage, toBriefMessage } from './store-errors.ts';
import { loadLance } from './tables.ts';
import { searchVectors } from './vector-search.ts';
import type { VectorReplacement } from './write-plan.ts';

/**
 * Below this many rows a look at each of them is about as quick as an index, and misses nothing. As the daemon holds
 * memory, a look at 20,000 rows takes 62 ms and their index 13 ms, with all of the 50 nearest of 200 topics. IVF_RQ is
 * built in 0.5 s for so many, in 2 s for 100,000 rows, in 43 s for a million; IVF_PQ and HNSW take minutes.
 * A fold splits its parts as it grows: from 5,000 to 80,000 rows it stayed as good as a new one and nearly as quick.
 */
export const MIN_INDEXED_ROWS = 5_000;

/** Values in one `IN (...)`. */
const MAX_LIST_VALUES = 1_000;

/** The vectors of one model in one dimension. */
interface OpenVectorTable {
  readonly name: string;
  readonly prefix: string;
  readonly role: string;
  readonly table: Table;
  rows: number;
  indexed: boolean;
}

/**
 * Vectors, a table for each model and dimension, made when the first of them are written and dropped when the last
 * have gone.
 */
export interface VectorTables {
  count(space: VectorSpace): number;
  /** Writes what is new, then removes what no longer stands there, in this and in all other models' tables. */
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
  close(): void;
}

const TEXT = ['id', 'videoId', 'uri', 'kind', 'made'];
const NUMBERS = ['startMs', 'endMs'];

const TABLE_NAME = /^(vectors_(text|frame)_[0-9a-f]{32}_)\d+$/;
const toTablePrefix = ({ role, model }: VectorSpace): string => `vectors_${role}_${hashText(model)}_`;

async function createVectorTable(db: Connection, name: string, dimension: number): Promise<Table> {
  const { Field, FixedSizeList, Float32, Float64, Schema, Utf8 } = await import('apache-arrow');
  const vector = new FixedSizeList(dimension, new Field('item', new Float32(), true));
  const table = await db.createEmptyTable(
    name,
    new Schema([
      ...TEXT.map((column) => new Field(column, new Utf8(), false)),
      ...NUMBERS.map((column) => new Field(column, new Float64(), false)),
      new Field('vector', vector, false),
    ]),
  );
  await table.setUnenforcedPrimaryKey('id');
  await createIndexes(table);
  return table;
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
  const indexed = indexes.some(({ columns }) => columns.includes('vector'));
  return { name, prefix, role, table, rows: await table.countRows(), indexed };
}

/**
 * Opens the tables of vectors. One that cannot be read is handed to `lost`: its vectors are made again from what was
 * embedded.
 */
export async function openVectorTables(
  db: Connection,
  options: {
    readonly indexRows: number;
    /** Reads the vectors themselves too. */
    readonly thorough: boolean;
    /** Sets the files of a table aside. */
    readonly onLost: (table: string, reason: string) => Promise<void>;
  },
): Promise<VectorTables> {
  const openTables = new Map<string, OpenVectorTable>();
  for (const name of (await db.tableNames()).filter((tableName) => TABLE_NAME.test(tableName))) {
    try {
      const table = await db.openTable(name);
      await readEveryRow(table, TEXT, NUMBERS);
      if (options.thorough)
        await readRows(table.query().select(['vector']), (cells) => void cells.vector('vector'));
      await queryEachIndex(table, Number(name.slice(name.lastIndexOf('_') + 1)));
      openTables.set(name, await toOpenTable(name, table));
    } catch (error) {
      if (!canMeanDamage(error)) throw error;
      await options.onLost(name, toBriefMessage(error));
    }
  }
  const tablesInSpace = (space: VectorSpace) =>
    [...openTables.values()].filter(({ prefix }) => prefix === toTablePrefix(space));

  async function openOrCreate(space: VectorSpace, dimension: number): Promise<OpenVectorTable> {
    const name = `${toTablePrefix(space)}${dimension}`;
    const openTable = openTables.get(name);
    if (openTable) return openTable;
    const newTable = await toOpenTable(name, await createVectorTable(db, name, dimension));
    openTables.set(name, newTable);
    return newTable;
  }

  async function readPlaces(table: Table, videoIds: Iterable<string>) {
    const places: { readonly id: string; readonly place: string; readonly videoId: string }[] = [];
    for (const part of toParts(videoIds, MAX_LIST_VALUES)) {
      const query = table.query().where(inCondition('videoId', part)).select(['id', 'videoId', 'uri']);
      const rows = await readRows(query, (cells) => {
        const videoId = cells.text('videoId');
        return { id: cells.text('id'), videoId, place: `${videoId}\n${cells.text('uri')}` };
      });
      places.push(...rows);
    }
    return places;
  }

  async function removeRows(
    target: OpenVectorTable,
    ids: readonly string[],
    videoIds: Iterable<string>,
  ): Promise<void> {
    const videoCondition = inCondition('videoId', videoIds);
    for (const part of toParts(ids, MAX_LIST_VALUES))
      await target.table.delete(`${videoCondition} AND ${inCondition('id', part)}`);
    if (ids.length > 0) target.rows = await target.table.countRows();
  }

  /** Writes rows of one table and removes what else stood in their places, there and in the role's other tables. */
  async function replaceIn(
    target: OpenVectorTable | undefined,
    role: string,
    group: readonly VectorReplacement[],
  ): Promise<void> {
    const newRows = new Map(group.flatMap(({ rows }) => rows).map((row) => [row.id, row]));
    const places = new Set(group.map(({ videoId, uri }) => `${videoId}\n${uri}`));
    const videoIdSet = new Set(group.map(({ videoId }) => videoId));
    for (const openTable of [...openTables.values()].filter((candidate) => candidate.role === role)) {
      if (openTable.rows === 0 && openTable !== target) continue;
      const storedPlaces = await readPlaces(openTable.table, videoIdSet);
      if (openTable === target) {
        const storedIds = new Set(storedPlaces.map(({ id }) => id));
        const missingRows = [...newRows.values()].filter(({ id }) => !storedIds.has(id));
        if (missingRows.length > 0) await openTable.table.add(missingRows.map(toVectorRow));
        openTable.rows += missingRows.length;
      }
      const staleRows = storedPlaces.filter(
        ({ id, place }) => places.has(place) && !(openTable === target && newRows.has(id)),
      );
      await removeRows(
        openTable,
        staleRows.map(({ id }) => id),
        new Set(staleRows.map(({ videoId }) => videoId)),
      );
    }
  }

  return {
    count: (space) => tablesInSpace(space).reduce((sum, { rows }) => sum + rows, 0),
    async replace(replacements) {
      const groups = Map.groupBy(replacements, ({ role, model, rows }) =>
        JSON.stringify([role, model, rows[0]?.vector.length ?? 0]),
      );
      for (const group of groups.values()) {
        const [first] = group;
        if (!first) continue;
        const dimension = first.rows[0]?.vector.length;
        const target = dimension === undefined ? undefined : await openOrCreate(first, dimension);
        await replaceIn(target, first.role, group);
      }
    },
    async remove(column, values) {
      const removedValues = [...values];
      for (const openTable of openTables.values()) {
        if (openTable.rows === 0) continue;
        for (const part of toParts(removedValues, MAX_LIST_VALUES))
          await openTable.table.delete(inCondition(column, part));
        if (removedValues.length > 0) openTable.rows = await openTable.table.countRows();
      }
    },
    async rowsAt(space, videoId, uri) {
      const columns = ['id', 'videoId', 'uri', 'kind', 'made', 'startMs', 'endMs', 'vector'];
      const rows: VectorRow[] = [];
      for (const { table } of tablesInSpace(space)) {
        const where = `${inCondition('videoId', [videoId])} AND ${inCondition('uri', [uri])}`;
        const query = table.query().where(where).select(columns);
        const tableRows = await readRows(query, (cells) => ({
          id: cells.text('id'),
          videoId: cells.text('videoId'),
          uri: cells.text('uri'),
          kind: cells.text('kind') as VectorKind,
          made: cells.text('made'),
          startMs: cells.number('startMs'),
          endMs: cells.number('endMs'),
          vector: cells.vector('vector'),
        }));
        rows.push(...tableRows);
      }
      return rows;
    },
    async nearest(space, vector, limit, filter) {
      const openTable = openTables.get(`${toTablePrefix(space)}${vector.length}`);
      return openTable ? await searchVectors(openTable, vector, limit, filter) : [];
    },
    async compact(optimize, waitForReads) {
      for (const openTable of [...openTables.values()]) {
        if (openTable.rows === 0) {
          openTables.delete(openTable.name);
          await waitForReads();
          openTable.table.close();
          await db.dropTable(openTable.name);
          continue;
        }
        if (!openTable.indexed && openTable.rows >= options.indexRows) {
          const { Index } = await loadLance();
          await openTable.table.createIndex('vector', { config: Index.ivfRq({ distanceType: 'cosine' }) });
          openTable.indexed = true;
        }
        await optimize(openTable.table);
      }
    },
    close() {
      for (const { table } of openTables.values()) table.close();
    },
  };
}

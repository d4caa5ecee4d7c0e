import type { Connection, Table } from '@lancedb/lancedb';
import { hashText } from '../../core/hash.ts';
import type { VectorKind, VectorRow, VectorSpace } from '../../core/vector.ts';
import type { Neighbour, VectorFilter } from '../../ports/store.ts';
import { scan } from './check.ts';
import { brief, meansDamage } from './errors.ts';
import { nearest } from './nearest.ts';
import type { VectorReplacement } from './plan.ts';
import { read, vectorRow } from './rows.ts';
import { oneOf, parts } from './sql.ts';
import { loadLance } from './tables.ts';

/**
 * Below this many rows a look at each of them is about as quick as an index, and misses nothing. As the daemon holds
 * memory, a look at 20,000 rows takes 62 ms and their index 13 ms, with all of the 50 nearest of 200 topics. IVF_RQ is
 * built in 0.5 s for so many, in 2 s for 100,000 rows, in 43 s for a million; IVF_PQ and HNSW take minutes.
 * A fold splits its parts as it grows: from 5,000 to 80,000 rows it stayed as good as a new one and nearly as quick.
 */
export const INDEX_ROWS = 5_000;

/** Values in one `IN (...)`. */
const LIST = 1_000;

/** The vectors of one model in one dimension. */
interface Held {
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
export interface Vectors {
  count(space: VectorSpace): number;
  /** Writes what is new, then removes what no longer stands there, in this and in all other models' tables. */
  replace(replacements: Iterable<VectorReplacement>): Promise<void>;
  remove(column: 'uri' | 'videoId', values: Iterable<string>): Promise<void>;
  of(space: VectorSpace, videoId: string, uri: string): Promise<VectorRow[]>;
  nearest(
    space: VectorSpace,
    vector: Float32Array,
    limit: number,
    filter: VectorFilter,
  ): Promise<readonly Neighbour[]>;
  /** Optimises each table, indexes those that have become large, drops empty ones. `quiet`: no read runs any more. */
  fold(optimize: (table: Table) => Promise<void>, quiet: () => Promise<unknown>): Promise<void>;
  close(): void;
}

const TEXT = ['id', 'videoId', 'uri', 'kind', 'made'];
const NUMBERS = ['startMs', 'endMs'];

const NAME = /^(vectors_(text|frame)_[0-9a-f]{32}_)\d+$/;
const prefixOf = ({ role, model }: VectorSpace): string => `vectors_${role}_${hashText(model)}_`;

async function create(db: Connection, name: string, dimension: number): Promise<Table> {
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
async function askIndexes(table: Table, dimension: number): Promise<void> {
  const ask = async () => {
    for (const column of ['videoId', 'kind'])
      await table
        .query()
        .where(oneOf(column, ['']))
        .select(['id'])
        .limit(1)
        .toArray();
    const near = table.query().nearestTo(new Float32Array(dimension).fill(1)).distanceType('cosine');
    await near.select(['id', '_distance']).limit(1).toArray();
  };
  try {
    await ask();
  } catch {
    for (const { name, columns } of await table.listIndices())
      if (columns.includes('vector')) await table.dropIndex(name);
    await createIndexes(table);
    await ask();
  }
}

async function held(name: string, table: Table): Promise<Held> {
  const [, prefix = '', role = ''] = NAME.exec(name) ?? [];
  const indexes = await table.listIndices();
  const indexed = indexes.some(({ columns }) => columns.includes('vector'));
  return { name, prefix, role, table, rows: await table.countRows(), indexed };
}

/**
 * Opens the tables of vectors. One that cannot be read is handed to `lost`: its vectors are made again from what was
 * embedded.
 */
export async function openVectors(
  db: Connection,
  options: {
    readonly indexRows: number;
    /** Reads the vectors themselves too. */
    readonly thorough: boolean;
    /** Sets the files of a table aside. */
    readonly lost: (table: string, reason: string) => Promise<void>;
  },
): Promise<Vectors> {
  const all = new Map<string, Held>();
  for (const name of (await db.tableNames()).filter((one) => NAME.test(one))) {
    try {
      const table = await db.openTable(name);
      await scan(table, TEXT, NUMBERS);
      if (options.thorough)
        await read(table.query().select(['vector']), (cells) => void cells.vector('vector'));
      await askIndexes(table, Number(name.slice(name.lastIndexOf('_') + 1)));
      all.set(name, await held(name, table));
    } catch (error) {
      if (!meansDamage(error)) throw error;
      await options.lost(name, brief(error));
    }
  }
  const inSpace = (space: VectorSpace) =>
    [...all.values()].filter(({ prefix }) => prefix === prefixOf(space));

  async function open(space: VectorSpace, dimension: number): Promise<Held> {
    const name = `${prefixOf(space)}${dimension}`;
    const known = all.get(name);
    if (known) return known;
    const made = await held(name, await create(db, name, dimension));
    all.set(name, made);
    return made;
  }

  async function known(table: Table, videoIds: Iterable<string>) {
    const found: { readonly id: string; readonly place: string; readonly videoId: string }[] = [];
    for (const part of parts(videoIds, LIST)) {
      const query = table.query().where(oneOf('videoId', part)).select(['id', 'videoId', 'uri']);
      const rows = await read(query, (cells) => {
        const videoId = cells.text('videoId');
        return { id: cells.text('id'), videoId, place: `${videoId}\n${cells.text('uri')}` };
      });
      found.push(...rows);
    }
    return found;
  }

  async function removeRows(one: Held, ids: readonly string[], videoIds: Iterable<string>): Promise<void> {
    const owners = oneOf('videoId', videoIds);
    for (const part of parts(ids, LIST)) await one.table.delete(`${owners} AND ${oneOf('id', part)}`);
    if (ids.length > 0) one.rows = await one.table.countRows();
  }

  /** Writes rows of one table and removes what else stood in their places, there and in the role's other tables. */
  async function replaceIn(
    target: Held | undefined,
    role: string,
    group: readonly VectorReplacement[],
  ): Promise<void> {
    const wanted = new Map(group.flatMap(({ rows }) => rows).map((row) => [row.id, row]));
    const places = new Set(group.map(({ videoId, uri }) => `${videoId}\n${uri}`));
    const owners = new Set(group.map(({ videoId }) => videoId));
    for (const one of [...all.values()].filter((other) => other.role === role)) {
      if (one.rows === 0 && one !== target) continue;
      const before = await known(one.table, owners);
      if (one === target) {
        const there = new Set(before.map(({ id }) => id));
        const fresh = [...wanted.values()].filter(({ id }) => !there.has(id));
        if (fresh.length > 0) await one.table.add(fresh.map(vectorRow));
        one.rows += fresh.length;
      }
      const stale = before.filter(
        ({ id, place }) => places.has(place) && !(one === target && wanted.has(id)),
      );
      await removeRows(
        one,
        stale.map(({ id }) => id),
        new Set(stale.map(({ videoId }) => videoId)),
      );
    }
  }

  return {
    count: (space) => inSpace(space).reduce((sum, { rows }) => sum + rows, 0),
    async replace(replacements) {
      const groups = Map.groupBy(replacements, ({ role, model, rows }) =>
        JSON.stringify([role, model, rows[0]?.vector.length ?? 0]),
      );
      for (const group of groups.values()) {
        const [first] = group;
        if (!first) continue;
        const dimension = first.rows[0]?.vector.length;
        const target = dimension === undefined ? undefined : await open(first, dimension);
        await replaceIn(target, first.role, group);
      }
    },
    async remove(column, values) {
      const gone = [...values];
      for (const one of all.values()) {
        if (one.rows === 0) continue;
        for (const part of parts(gone, LIST)) await one.table.delete(oneOf(column, part));
        if (gone.length > 0) one.rows = await one.table.countRows();
      }
    },
    async of(space, videoId, uri) {
      const columns = ['id', 'videoId', 'uri', 'kind', 'made', 'startMs', 'endMs', 'vector'];
      const rows: VectorRow[] = [];
      for (const { table } of inSpace(space)) {
        const where = `${oneOf('videoId', [videoId])} AND ${oneOf('uri', [uri])}`;
        const query = table.query().where(where).select(columns);
        const found = await read(query, (cells) => ({
          id: cells.text('id'),
          videoId: cells.text('videoId'),
          uri: cells.text('uri'),
          kind: cells.text('kind') as VectorKind,
          made: cells.text('made'),
          startMs: cells.number('startMs'),
          endMs: cells.number('endMs'),
          vector: cells.vector('vector'),
        }));
        rows.push(...found);
      }
      return rows;
    },
    async nearest(space, vector, limit, filter) {
      const one = all.get(`${prefixOf(space)}${vector.length}`);
      return one ? await nearest(one, vector, limit, filter) : [];
    },
    async fold(optimize, quiet) {
      for (const one of [...all.values()]) {
        if (one.rows === 0) {
          all.delete(one.name);
          await quiet();
          one.table.close();
          await db.dropTable(one.name);
          continue;
        }
        if (!one.indexed && one.rows >= options.indexRows) {
          const { Index } = await loadLance();
          await one.table.createIndex('vector', { config: Index.ivfRq({ distanceType: 'cosine' }) });
          one.indexed = true;
        }
        await optimize(one.table);
      }
    },
    close() {
      for (const { table } of all.values()) table.close();
    },
  };
}

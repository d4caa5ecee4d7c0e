import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Connection } from '@lancedb/lancedb';
import type { Store } from '../../ports/store.ts';
import { check } from './check.ts';
import { meansDamage, toStoreError } from './errors.ts';
import { createStore, type OpenTables } from './store.ts';
import { closeTables, createTables, loadLance, openTables } from './tables.ts';
import { INDEX_ROWS, openVectors } from './vectors.ts';
import { migrate, readMark, SCHEMA_VERSION, writeMark } from './version.ts';

export interface OpenOptions {
  /** Milliseconds since 1970, UTC; names what is set aside. */
  readonly now?: () => number;
  /** Told, in a sentence for people, what was migrated, rebuilt or set aside. */
  readonly log?: (message: string) => void;
  /** Rows from which an index answers for nearest vectors. */
  readonly vectorIndexRows?: number;
}

/**
 * Bytes that LanceDB may keep of indexes and of file heads; its own defaults are 6 GB and 1 GB. Half of this
 * makes a search in 100,000 passages a third slower, twice of it no faster.
 */
const INDEX_CACHE = 24n * 1024n * 1024n;
const METADATA_CACHE = 8n * 1024n * 1024n;

async function connect(folder: string): Promise<Connection> {
  const lance = await loadLance();
  return await lance.connect(folder, { session: new lance.Session(INDEX_CACHE, METADATA_CACHE) });
}

/** Made beside its place and then renamed into it: an index is there whole or not at all. */
async function create(folder: string): Promise<void> {
  const fresh = `${folder}.new`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(dirname(folder), { recursive: true });
  const db = await connect(fresh);
  try {
    await createTables(db);
  } finally {
    db.close();
  }
  await writeMark(fresh, { schema: SCHEMA_VERSION, vectorsLost: 0 });
  await rename(fresh, folder);
}

interface Opened extends OpenTables {
  readonly db: Connection;
}

async function open(folder: string, indexRows: number, log: (message: string) => void): Promise<Opened> {
  const db = await connect(folder);
  try {
    await migrate(folder, db, log);
    const tables = await openTables(db);
    try {
      await check(tables, log);
      let { vectorsLost } = await readMark(folder);
      const lost = async (reason: string) => {
        vectorsLost += 1;
        await writeMark(folder, { schema: SCHEMA_VERSION, vectorsLost });
        log(`Vectors in the index are damaged and are made again from what was embedded (${reason}).`);
      };
      const vectors = await openVectors(folder, db, { indexRows, lost });
      return { db, tables, vectors, vectorsLost };
    } catch (error) {
      closeTables(tables);
      throw error;
    }
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Renames a damaged index to `index.damaged-<date>`; nothing of it is deleted. */
async function setAside(folder: string, now: number): Promise<string> {
  const name = `${folder}.damaged-${new Date(now).toISOString().slice(0, 19).replaceAll(':', '-')}`;
  let free = name;
  for (let n = 2; existsSync(free); n += 1) free = `${name}-${n}`;
  await rename(folder, free);
  return free;
}

/**
 * Opens the index in `folder`, making an empty one where there is none. An older layout is migrated, a newer one
 * refused (StoreError `newer`), a damaged one set aside and begun anew: all of it can be computed again.
 */
export async function openLanceStore(folder: string, options: OpenOptions = {}): Promise<Store> {
  const log = options.log ?? (() => {});
  const opened = async () => {
    const { db, tables, vectors, vectorsLost } = await open(
      folder,
      options.vectorIndexRows ?? INDEX_ROWS,
      log,
    );
    return await createStore(folder, db, { tables, vectors, vectorsLost }, log);
  };
  try {
    const empty = !existsSync(folder) || (await readdir(folder)).length === 0;
    if (empty) {
      await rm(folder, { recursive: true, force: true });
      await create(folder);
    }
    try {
      return await opened();
    } catch (error) {
      if (empty || !meansDamage(error)) throw error;
      const { message } = toStoreError(error, 'opening', folder);
      const aside = await setAside(folder, (options.now ?? Date.now)());
      log(
        `${message} It was moved to ${aside} and a new index is built; delete that folder when nothing is missed.`,
      );
    }
    await create(folder);
    return await opened();
  } catch (error) {
    throw toStoreError(error, 'opening', folder);
  }
}

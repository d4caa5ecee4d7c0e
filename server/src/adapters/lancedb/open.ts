import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Connection } from '@lancedb/lancedb';
import type { Store } from '../../ports/store.ts';
import { meansDamage, toStoreError } from './errors.ts';
import { openChecked, setTableAside } from './mend.ts';
import { createStore, type OpenIndex } from './store.ts';
import { closeTables, createTables, loadLance } from './tables.ts';
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

/** Reads the mark of an index; a damaged one is written again. */
async function readOrMend(folder: string, log: (message: string) => void) {
  try {
    return await readMark(folder);
  } catch (error) {
    if (!meansDamage(error)) throw error;
    // Older layouts differ by what makes searches slower, and no newer one is known to this Goldfish.
    const mark = { schema: SCHEMA_VERSION, vectorsLost: 0 };
    await writeMark(folder, mark);
    log(`The file that names the layout of the index in ${folder} was damaged and is written again.`);
    return mark;
  }
}

interface Opening {
  readonly folder: string;
  readonly indexRows: number;
  readonly now: () => number;
  readonly log: (message: string) => void;
}

async function open({ folder, indexRows, now, log }: Opening, thorough: boolean): Promise<OpenIndex> {
  const db = await connect(folder);
  const target = freeName(folder, now());
  const checking = { folder, connect, thorough, aside: async () => target, log };
  try {
    await readOrMend(folder, log);
    await migrate(folder, db, log);
    const { tables, work, mended } = await openChecked(db, checking);
    try {
      const before = await readMark(folder);
      let { vectorsLost } = before;
      const lost = async (table: string, reason: string) => {
        vectorsLost += 1;
        // Written first: a crash in between must not leave records that claim what is gone.
        await writeMark(folder, { schema: SCHEMA_VERSION, vectorsLost });
        const aside = await setTableAside(checking, table);
        log(
          `Vectors in the index were damaged (${reason}). They were moved to ${aside} and are made again from what was embedded.`,
        );
      };
      const vectors = await openVectors(db, { indexRows, thorough, lost });
      const found = mended || vectorsLost > before.vectorsLost;
      return { db, tables, vectors, vectorsLost, work, mended: found, damage: await damageIn(folder) };
    } catch (error) {
      closeTables(tables);
      throw error;
    }
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Says, a sentence each, which damaged parts of the index still lie in the data folder. */
async function damageIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(dirname(folder));
  return names
    .filter((name) => name.startsWith(`${basename(folder)}.damaged-`))
    .sort()
    .map(
      (name) =>
        `Part of the index was damaged. It was moved to ${join(dirname(folder), name)} and is indexed again. Check the disk, and delete that folder when nothing is missed.`,
    );
}

function freeName(folder: string, now: number): string {
  const name = `${folder}.damaged-${new Date(now).toISOString().slice(0, 19).replaceAll(':', '-')}`;
  let free = name;
  for (let n = 2; existsSync(free); n += 1) free = `${name}-${n}`;
  return free;
}

/** Renames a damaged index to `index.damaged-<date>`; nothing of it is deleted. */
async function setAside(folder: string, now: number): Promise<string> {
  const free = freeName(folder, now);
  await rename(folder, free);
  return free;
}

/**
 * Opens the index in `folder`, making an empty one where there is none. An older layout is migrated, a newer one
 * refused (StoreError `newer`). What is damaged is set aside and can be computed again: rows where they alone are, a
 * table where it cannot be opened, the whole index only where nothing else helps.
 */
export async function openLanceStore(folder: string, options: OpenOptions = {}): Promise<Store> {
  const log = options.log ?? (() => {});
  const opening: Opening = {
    folder,
    indexRows: options.vectorIndexRows ?? INDEX_ROWS,
    now: options.now ?? Date.now,
    log,
  };
  const reopen = () => open(opening, true);
  const first = async () => {
    try {
      return await open(opening, false);
    } catch (error) {
      if (!meansDamage(error)) throw error;
      // A quick look passes over rows that only parsing shows to be damaged.
      return await reopen();
    }
  };
  const opened = async () => createStore(folder, await first(), reopen, log);
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
      const aside = await setAside(folder, opening.now());
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

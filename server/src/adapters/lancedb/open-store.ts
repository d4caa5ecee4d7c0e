import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Store } from '../../ports/store.ts';
import { connectLance } from './connect-lance.ts';
import { measureFolderBytes } from './folder-size.ts';
import type { OpenIndex } from './index-handle.ts';
import { openCheckedTables, setTableAside } from './mend.ts';
import { migrateSchema, readVersionMark, SCHEMA_VERSION, writeVersionMark } from './schema-version.ts';
import { createStore } from './store.ts';
import { canMeanDamage, toStoreError } from './store-errors.ts';
import { closeTables, createTables } from './tables.ts';
import { MIN_INDEXED_ROWS, openVectorTables } from './vector-tables.ts';

export interface LanceStoreOptions {
  /** Current time in ms since 1970, UTC. Used to name folders moved aside. */
  readonly now?: () => number;
  /** Called with a sentence for users about each migration, rebuild or folder moved aside. */
  readonly log?: (message: string) => void;
  /** Called before each write, to make sure that the temporary folder exists: LanceDB aborts the process without it. */
  readonly beforeWrite?: () => void;
  /** Number of rows from which vector search uses an index. */
  readonly vectorIndexRows?: number;
}

/** Creates an index next to its final place and renames it, so that the index is complete or absent. */
async function createIndexFolder(folder: string): Promise<void> {
  const newFolder = `${folder}.new`;
  await rm(newFolder, { recursive: true, force: true });
  await mkdir(dirname(folder), { recursive: true });
  const db = await connectLance(newFolder);
  try {
    await createTables(db);
  } finally {
    db.close();
  }
  await writeVersionMark(newFolder, { schema: SCHEMA_VERSION, vectorsLost: 0 });
  await rename(newFolder, folder);
}

/** Reads the version mark of an index. A damaged mark is written again. */
async function readOrRepairMark(folder: string, log: (message: string) => void) {
  try {
    return await readVersionMark(folder);
  } catch (error) {
    if (!canMeanDamage(error)) throw error;
    // An older layout only makes searches slower or has vectors computed again, and this Goldfish knows no newer one.
    const mark = { schema: SCHEMA_VERSION, vectorsLost: 0 };
    await writeVersionMark(folder, mark);
    log(`The version file of the index in ${folder} was damaged and has been written again.`);
    return mark;
  }
}

interface OpenOptions {
  readonly folder: string;
  readonly indexRows: number;
  readonly now: () => number;
  readonly log: (message: string) => void;
}

async function openIndexFolder(
  { folder, indexRows, now, log }: OpenOptions,
  isThorough: boolean,
): Promise<OpenIndex> {
  const db = await connectLance(folder);
  const target = findFreeName(folder, now());
  const checkOptions = {
    folder,
    connect: (path: string) => connectLance(path),
    isThorough,
    damagedFolder: async () => target,
    log,
  };
  try {
    await readOrRepairMark(folder, log);
    await migrateSchema(folder, db, log);
    const { tables, work, mended } = await openCheckedTables(db, checkOptions);
    try {
      const previousMark = await readVersionMark(folder);
      let { vectorsLost } = previousMark;
      const onVectorsLost = async (table: string, reason: string) => {
        vectorsLost += 1;
        // Written first: after a crash in between, no record may claim vectors that are gone.
        await writeVersionMark(folder, { schema: SCHEMA_VERSION, vectorsLost });
        const damagedFolder = await setTableAside(checkOptions, table);
        log(
          `Vectors in the index were damaged (${reason}). They were moved to ${damagedFolder} and are being computed again.`,
        );
      };
      const vectors = await openVectorTables(db, { indexRows, isThorough, onLost: onVectorsLost });
      const foundDamage = mended || vectorsLost > previousMark.vectorsLost;
      return {
        db,
        tables,
        vectors,
        vectorsLost,
        work,
        foundDamage,
        damage: await findDamage(folder),
      };
    } catch (error) {
      closeTables(tables);
      throw error;
    }
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Lists the damaged parts of the index that are still in the data folder, one sentence each. */
async function findDamage(folder: string): Promise<readonly string[]> {
  const names = await readdir(dirname(folder));
  return names
    .filter((name) => name.startsWith(`${basename(folder)}.damaged-`))
    .sort()
    .map(
      (name) =>
        `Part of the index was damaged. It was moved to ${join(dirname(folder), name)} and is being indexed again. Check the disk. Delete that folder when you no longer need it.`,
    );
}

function findFreeName(folder: string, now: number): string {
  const name = `${folder}.damaged-${new Date(now).toISOString().slice(0, 19).replaceAll(':', '-')}`;
  let unusedName = name;
  for (let n = 2; existsSync(unusedName); n += 1) unusedName = `${name}-${n}`;
  return unusedName;
}

/** Renames a damaged index to `index.damaged-<date>`. Nothing is deleted. */
async function moveDamagedAside(folder: string, now: number): Promise<string> {
  const freeFolder = findFreeName(folder, now);
  await rename(folder, freeFolder);
  return freeFolder;
}

/**
 * Opens the index in `folder`, or creates an empty one. An older layout is migrated. A newer one is rejected
 * with StoreError `newer`. Damaged data is moved aside and computed again: single rows if possible, otherwise
 * a table, and the whole index only as the last resort.
 */
export async function openLanceStore(folder: string, options: LanceStoreOptions = {}): Promise<Store> {
  const log = options.log ?? (() => {});
  const beforeWrite = options.beforeWrite ?? (() => {});
  const openOptions: OpenOptions = {
    folder,
    indexRows: options.vectorIndexRows ?? MIN_INDEXED_ROWS,
    now: options.now ?? Date.now,
    log,
  };
  const reopen = () => openIndexFolder(openOptions, true);
  const openFirst = async () => {
    try {
      return await openIndexFolder(openOptions, false);
    } catch (error) {
      if (!canMeanDamage(error)) throw error;
      // A quick check misses rows whose damage only parsing reveals.
      return await reopen();
    }
  };
  const openStore = async () =>
    createStore(
      {
        folder,
        reopen,
        connect: () => connectLance(folder),
        log,
        beforeWrite: async () => beforeWrite(),
        isShared: false,
        bytes: () => measureFolderBytes(folder),
      },
      await openFirst(),
    );
  try {
    const isEmpty = !existsSync(folder) || (await readdir(folder)).length === 0;
    if (isEmpty) {
      await rm(folder, { recursive: true, force: true });
      await createIndexFolder(folder);
    }
    try {
      return await openStore();
    } catch (error) {
      if (isEmpty || !canMeanDamage(error)) throw error;
      const { message } = toStoreError(error, 'opening', folder);
      const damagedFolder = await moveDamagedAside(folder, openOptions.now());
      log(
        `${message} It was moved to ${damagedFolder}, and a new index is being built. Delete that folder when you no longer need it.`,
      );
    }
    await createIndexFolder(folder);
    return await openStore();
  } catch (error) {
    throw toStoreError(error, 'opening', folder);
  }
}

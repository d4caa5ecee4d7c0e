import type { Connection } from '@lancedb/lancedb';
import { StoreError } from '../../core/errors/store-error.ts';
import type { ObjectStorage } from '../../ports/object-storage.ts';
import type { Store } from '../../ports/store.ts';
import type { WriteLease } from '../../ports/write-lease.ts';
import { type CacheSizes, connectLance } from './connect-lance.ts';
import { useStorageRowCache } from './full-text-search.ts';
import { createIndexHandle, type IndexMedium, type OpenIndex } from './index-handle.ts';
import { startRefreshing } from './refresh.ts';
import { assertReadable, createIfMissing, fenceTables } from './storage-layout.ts';
import { createHandleStore } from './store.ts';
import { toStoreError } from './store-errors.ts';
import { closeTables, openTables, TABLE_NAMES, type Tables } from './tables.ts';
import { MIN_INDEXED_ROWS, openSharedVectorTables } from './vector-tables.ts';

/** Larger than on a disk: what is missing here costs a request. Bytes. */
const STORAGE_CACHES: CacheSizes = {
  indexBytes: 256n * 1024n * 1024n,
  metadataBytes: 64n * 1024n * 1024n,
};

/** Interval at which a reader looks for a newer version, ms. Each look is one request. */
const REFRESH_INTERVAL_MS = 5_000;

export interface StorageStoreOptions {
  /** The objects beside the tables. Its address is the one of the index. */
  readonly objects: ObjectStorage;
  /** Endpoint and keys, in LanceDB's names. */
  readonly lanceOptions: Readonly<Record<string, string>>;
  /** The right to write. Without it the store only reads. */
  readonly lease: WriteLease | undefined;
  readonly log?: (message: string) => void;
  /** Called before each write, to make sure that the temporary folder exists. */
  readonly beforeWrite?: () => void;
  /** Number of rows from which vector search uses an index. */
  readonly vectorIndexRows?: number;
  readonly refreshIntervalMs?: number;
}

/**
 * Opens the index on object storage, or creates an empty one. Rows are not read through at the start, as on a disk:
 * the storage keeps checksums of its objects, and reading all of them would take long and cost money.
 */
export async function openStorageStore(options: StorageStoreOptions): Promise<Store> {
  const { objects, lease } = options;
  const { address } = objects;
  try {
    if (lease === undefined) await assertReadable(objects);
    const db = await connectLance(address, STORAGE_CACHES, options.lanceOptions);
    try {
      if (lease !== undefined) await prepareForWriting(db, objects, lease);
      return lease === undefined ? await openReader(db, options) : await openWriter(db, lease, options);
    } catch (error) {
      db.close();
      throw error;
    }
  } catch (error) {
    throw toStoreError(error, 'opening', address);
  }
}

async function prepareForWriting(db: Connection, objects: ObjectStorage, lease: WriteLease): Promise<void> {
  await lease.check();
  await createIfMissing(db, objects);
  await lease.check();
  await fenceTables(db);
}

const toMedium = ({ objects, log = () => undefined }: StorageStoreOptions) => ({
  folder: objects.address,
  log,
  isShared: true,
  bytes: measureRows,
});

async function openWriter(db: Connection, lease: WriteLease, options: StorageStoreOptions): Promise<Store> {
  const medium: IndexMedium = {
    ...toMedium(options),
    async beforeWrite() {
      options.beforeWrite?.();
      await lease.check();
    },
  };
  const store = createHandleStore(await createIndexHandle(medium, await openIndex(db, options)));
  return {
    ...store,
    async close() {
      await store.close();
      await lease.release();
    },
  };
}

async function openReader(db: Connection, options: StorageStoreOptions): Promise<Store> {
  const { address } = options.objects;
  const readOnly = new StoreError(
    'readOnly',
    `This daemon only reads the index in ${address}.`,
    'Change it on the host whose daemon owns the index, or set index.readOnly to false.',
  );
  const medium: IndexMedium = { ...toMedium(options), beforeWrite: () => Promise.reject(readOnly), readOnly };
  const handle = await createIndexHandle(medium, await openIndex(db, options));
  const refresh = await startRefreshing(handle, {
    open: () => openAllTables(db, options, handle.index.tables),
    intervalMs: options.refreshIntervalMs ?? REFRESH_INTERVAL_MS,
  });
  const store = createHandleStore(handle, refresh.onRefresh);
  return {
    ...store,
    async close() {
      await refresh.close();
      await store.close();
    },
  };
}

async function openAllTables(
  db: Connection,
  { vectorIndexRows = MIN_INDEXED_ROWS }: StorageStoreOptions,
  previous?: Tables,
): Promise<Pick<OpenIndex, 'tables' | 'vectors'>> {
  const tables = await openTables(db);
  try {
    for (const name of ['passages', 'outlines'] as const) useStorageRowCache(tables[name], previous?.[name]);
    return { tables, vectors: await openSharedVectorTables(db, vectorIndexRows) };
  } catch (error) {
    closeTables(tables);
    throw error;
  }
}

async function openIndex(db: Connection, options: StorageStoreOptions): Promise<OpenIndex> {
  return {
    db,
    ...(await openAllTables(db, options)),
    vectorsLost: 0,
    work: { everywhere: new Set(), byVideo: new Map() },
    foundDamage: false,
    damage: [],
  };
}

/** Returns the size of all rows in bytes, as the tables record it: listing all objects would cost requests. */
async function measureRows({ tables, vectors }: OpenIndex): Promise<number> {
  const sizes = await Promise.all(TABLE_NAMES.map(async (name) => (await tables[name].stats()).totalBytes));
  return sizes.reduce((sum, bytes) => sum + bytes, 0) + (await vectors.bytes());
}

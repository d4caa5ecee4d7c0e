import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { openStorageStore } from '../adapters/lancedb/open-storage-store.ts';
import { openLanceStore } from '../adapters/lancedb/open-store.ts';
import type { Log } from '../base/log.ts';
import { makeFolders } from '../base/make-folders.ts';
import { dataDirPaths } from '../base/paths.ts';
import { parseIndexLocation, type StorageLocation } from '../core/domain/index-location.ts';
import type { Settings } from '../core/domain/settings.ts';
import { StoreError } from '../core/errors/store-error.ts';
import type { ObjectStorage } from '../ports/object-storage.ts';
import type { Store } from '../ports/store.ts';
import type { WriteLease } from '../ports/write-lease.ts';
import { takeLock } from './data-dir-lock.ts';

/** The index of a daemon, wherever it is. */
export interface DaemonIndex {
  readonly store: Store;
  /** Address of the index if this daemon only reads it. */
  readonly readOnlyAddress: string | undefined;
  /** Returns one sentence for users if this daemon cannot write the index any more. */
  problem(): string | undefined;
}

interface OpenOptions {
  readonly dataDir: string;
  readonly settings: Settings;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly beforeWrite: () => void;
  /** Aborted when the daemon is to end, which also ends the wait for a former owner. */
  readonly signal: AbortSignal;
  readonly log: Log;
}

/** Opens the index that `index.location` names, otherwise the one in the data folder. */
export async function openDaemonIndex(options: OpenOptions): Promise<DaemonIndex> {
  const { dataDir, settings } = options;
  const location = parseIndexLocation(settings['index.location']);
  if (location !== undefined && location.kind !== 'folder') return await openOnStorage(location, options);
  if (settings['index.readOnly'])
    throw new StoreError(
      'failed',
      'index.readOnly is true, but the index is in a local folder.',
      'Set index.location to the object storage of the index, or index.readOnly to false.',
    );
  const folder = location?.path ?? dataDirPaths(dataDir).index;
  const lock = location && lockFolder(folder);
  const store = await openLanceStore(folder, {
    log: (message) => options.log.warn('index', { message }),
    beforeWrite: options.beforeWrite,
  });
  return {
    store: {
      ...store,
      async close() {
        await store.close();
        lock?.release();
      },
    },
    readOnlyAddress: undefined,
    problem: () => undefined,
  };
}

/** Locks a folder outside the data folder: another data folder may name it too. */
function lockFolder(folder: string) {
  makeFolders(dirname(folder), 0o700);
  const lock = takeLock(`${folder}.lock`);
  if (lock === undefined)
    throw new StoreError(
      'notOwner',
      `The index in ${folder} is in use by the daemon of another data folder.`,
      'Stop that daemon with "goldfish stop", or choose another index.location.',
    );
  return lock;
}

async function openOnStorage(location: StorageLocation, options: OpenOptions): Promise<DaemonIndex> {
  const { settings, env, log } = options;
  const { openObjectStorage } = await import('../adapters/object-storage/open-object-storage.ts');
  const { objects, lanceOptions } = openObjectStorage(location, settings['index.options'], env);
  const isReader = settings['index.readOnly'];
  const lease = isReader ? undefined : await takeIndexLease(objects, options);
  try {
    const store = await openStorageStore({
      objects,
      lanceOptions,
      lease,
      log: (message) => log.warn('index', { message }),
      beforeWrite: options.beforeWrite,
    });
    log.info('index on object storage', { address: location.address, isReader, token: lease?.token });
    return {
      store,
      readOnlyAddress: isReader ? location.address : undefined,
      problem: () => lease?.problem(),
    };
  } catch (error) {
    await lease?.release();
    throw error;
  }
}

/** Becomes the owner of an index. Waits while a former owner may still be alive. */
async function takeIndexLease(
  objects: ObjectStorage,
  { dataDir, settings, signal, log }: OpenOptions,
): Promise<WriteLease> {
  const [{ checkConditionalWrites }, { takeLease }] = await Promise.all([
    import('../adapters/object-storage/self-test.ts'),
    import('../adapters/object-storage/write-lease.ts'),
  ]);
  await checkConditionalWrites(objects);
  return await takeLease({
    storage: objects,
    ownerId: readOwnerId(dataDir),
    owner: { host: hostname(), pid: process.pid, since: new Date().toISOString() },
    termMs: settings['index.leaseSeconds'] * 1000,
    monotonicMs: () => performance.now(),
    wallMs: Date.now,
    wait: (ms) => wait(ms, undefined, { signal }),
    onLost: (message) => log.error('index lost', { message }),
    onTrouble: (message) => log.warn('lease of the index', { message }),
  });
}

/** Returns the random id of a data folder. The first call creates it. */
function readOwnerId(dataDir: string): string {
  const path = dataDirPaths(dataDir).indexOwner;
  if (!existsSync(path)) writeFileSync(path, `${randomUUID()}\n`, { mode: 0o600 });
  return readFileSync(path, 'utf8').trim();
}

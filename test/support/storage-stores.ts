import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { openStorageStore } from '../../server/src/adapters/lancedb/open-storage-store.ts';
import { takeLease } from '../../server/src/adapters/object-storage/write-lease.ts';
import type { Store } from '../../server/src/ports/store.ts';
import type { WriteLease } from '../../server/src/ports/write-lease.ts';
import { newLocation, putObject } from './object-storage.ts';
import type { S3Server } from './s3-server.ts';
import type { WithStore } from './stores.ts';

export type StoragePlace = Pick<ReturnType<typeof newLocation>, 'objects' | 'lanceOptions'>;

/** The right to write, for tests that are about something else. */
const ALWAYS: WriteLease = {
  token: 1,
  check: async () => undefined,
  problem: () => undefined,
  release: async () => undefined,
};

/** Opens the index of a place to write it. */
export function openWriter(place: StoragePlace, lease = ALWAYS): Promise<Store> {
  return openStorageStore({ ...place, lease });
}

/** Opens the index of a place to read it, as a daemon on another host does. */
export function openReader(place: StoragePlace, refreshIntervalMs = 50): Promise<Store> {
  return openStorageStore({ ...place, lease: undefined, refreshIntervalMs });
}

/** Takes the lease of a place with real clocks. */
export function takeRealLease(place: StoragePlace, host: string, termMs: number): Promise<WriteLease> {
  return takeLease({
    storage: place.objects,
    ownerId: host,
    owner: { host, pid: process.pid, since: new Date().toISOString() },
    termMs,
    monotonicMs: () => performance.now(),
    wallMs: Date.now,
    wait: (ms) => wait(ms),
    onLost: () => undefined,
    onTrouble: () => undefined,
  });
}

/** Stores on a server, each in a place of its own. */
export function storageStores(server: S3Server): WithStore {
  return async (use) => {
    const place = newLocation(server);
    let store = await openWriter(place);
    try {
      await use({
        store,
        reopen: async () => {
          await store.close();
          store = await openWriter(place);
          return store;
        },
      });
    } finally {
      await store.close();
    }
  };
}

/** Copies the files of an index from a disk, as `aws s3 cp --recursive` does. */
export async function uploadIndex(server: S3Server, folder: string, address: string): Promise<void> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  for (const { parentPath, name } of files) {
    const path = join(parentPath, name);
    await putObject(server, `${address}${path.slice(folder.length)}`, readFileSync(path));
  }
}

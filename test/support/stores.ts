import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LanceStoreOptions, openLanceStore } from '../../server/src/adapters/lancedb/open-store.ts';
import type { Store } from '../../server/src/ports/store.ts';
import { createMemoryStore } from '../fakes/memory-store.ts';

export interface StoreBench {
  readonly store: Store;
  /** Closes and opens again, where that keeps anything. */
  reopen(): Promise<Store>;
}

export type WithStore = (use: (bench: StoreBench) => Promise<void>) => Promise<void>;

async function memory(use: (bench: StoreBench) => Promise<void>): Promise<void> {
  const store = createMemoryStore();
  await use({ store, reopen: async () => store });
}

/** A store on disk, in a folder of an awkward name that goes with it. */
function lanceStores(options: LanceStoreOptions = {}): WithStore {
  return async (use) => {
    const folder = await mkdtemp(join(tmpdir(), 'goldfish store #1%20-'));
    let store = await openLanceStore(join(folder, 'index'), options);
    try {
      await use({
        store,
        reopen: async () => {
          await store.close();
          store = await openLanceStore(join(folder, 'index'), options);
          return store;
        },
      });
    } finally {
      await store.close();
      await rm(folder, { recursive: true, force: true });
    }
  };
}

/** The fake and the real one: both keep the same contract. */
export const STORES: readonly (readonly [string, WithStore])[] = [
  ['memory', memory],
  ['lancedb', lanceStores()],
];

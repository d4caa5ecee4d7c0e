import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Connection } from '@lancedb/lancedb';
import type { Store } from '../../ports/store.ts';
import { createStore } from './store.ts';
import { createTables, loadLance, openTables } from './tables.ts';

export interface OpenOptions {
  /** Milliseconds since 1970, UTC. */
  readonly now?: () => number;
  readonly log?: (message: string) => void;
}

/** Bytes that LanceDB may keep of indexes and of file heads; its own defaults are 6 GB and 1 GB. */
const INDEX_CACHE = 48n * 1024n * 1024n;
const METADATA_CACHE = 16n * 1024n * 1024n;

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
  await createTables(db);
  db.close();
  await rename(fresh, folder);
}

/** Opens the index in `folder`, and makes an empty one where there is none. */
export async function openLanceStore(folder: string, _options: OpenOptions = {}): Promise<Store> {
  if (!existsSync(folder)) await create(folder);
  const db = await connect(folder);
  return createStore(folder, db, await openTables(db));
}

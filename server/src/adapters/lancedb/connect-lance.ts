import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import type { Connection } from '@lancedb/lancedb';
import { StoreError } from '../../core/errors/store-error.ts';
import { loadLance } from './tables.ts';

export interface CacheSizes {
  readonly indexBytes: bigint;
  readonly metadataBytes: bigint;
}

/**
 * LanceDB's cache sizes for indexes and file headers, bytes; its defaults are 6 GB and 1 GB. Half of this
 * makes a search in 100,000 passages a third slower; twice of it makes none faster.
 */
const DISK_CACHES: CacheSizes = { indexBytes: 24n * 1024n * 1024n, metadataBytes: 8n * 1024n * 1024n };

/**
 * Connects to an index. LanceDB creates a temporary folder for each connection and aborts the process if it cannot, so
 * a missing parent of it is an error before that.
 */
export async function connectLance(
  address: string,
  { indexBytes, metadataBytes }: CacheSizes = DISK_CACHES,
  storageOptions?: Readonly<Record<string, string>>,
): Promise<Connection> {
  const lance = await loadLance();
  if (!existsSync(tmpdir()))
    throw new StoreError(
      'failed',
      `The index in ${address} cannot be opened: the temporary folder ${tmpdir()} does not exist.`,
      'Create that folder, or start Goldfish again.',
    );
  return await lance.connect(address, {
    session: new lance.Session(indexBytes, metadataBytes),
    ...(storageOptions && { storageOptions: { ...storageOptions } }),
  });
}

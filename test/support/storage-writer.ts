import { openObjectStorage } from '../../server/src/adapters/object-storage/open-object-storage.ts';
import { parseIndexLocation } from '../../server/src/core/domain/index-location.ts';
import { StoreError } from '../../server/src/core/errors/store-error.ts';
import { toOptions } from './s3-server.ts';
import { openWriter, takeRealLease } from './storage-stores.ts';
import { writerBatch } from './store-rows.ts';

/**
 * A process that owns the index at the address in argv[2] on the server in argv[3], with a lease of argv[4] ms, and writes
 * batches until it is killed or refused. It reports each commit once it is acknowledged, and what refused it.
 */
const [, , address = '', endpoint = '', termMs = ''] = process.argv;
const location = parseIndexLocation(address);
if (location === undefined || location.kind === 'folder' || process.send === undefined)
  throw new Error('fork me with an address');
const report = (message: object) => process.send?.(message);
const place = openObjectStorage(location, toOptions(endpoint), process.env);
const lease = await takeRealLease(place, 'writer', Number(termMs));
const store = await openWriter(place, lease);
let next = 0;

async function write(): Promise<void> {
  for (;;) {
    const number = next;
    next += 1;
    try {
      await store.commit(writerBatch(number));
    } catch (error) {
      report({ refused: error instanceof StoreError ? error.kind : String(error), number });
      return;
    }
    report({ acknowledged: number });
  }
}

await Promise.all([write(), write(), write()]);
// Nothing more is written, however long it waits.
await store.commit(writerBatch(next)).catch((error: unknown) => {
  report({ ended: error instanceof StoreError ? error.kind : String(error) });
});
await store.close();
process.disconnect();

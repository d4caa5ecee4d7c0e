import { openLanceStore } from '../../server/src/adapters/lancedb/open-store.ts';
import { writerBatch } from './store-rows.ts';

/**
 * A process that writes batches to the index in argv[2] until it is killed: three commits in flight, each told to
 * the parent once it is acknowledged; every eighth is followed by a fold, told before it starts.
 */
const [, , folder] = process.argv;
if (folder === undefined || process.send === undefined) throw new Error('fork me with a folder');
const tell = (message: object) => process.send?.(message);
const store = await openLanceStore(folder);
let next = 0;

async function write(): Promise<never> {
  for (;;) {
    const number = next;
    next += 1;
    await store.commit(writerBatch(number));
    tell({ acknowledged: number });
    if (number % 8 === 7) {
      tell({ folding: number });
      await store.optimize(new AbortController().signal);
    }
  }
}

await Promise.all([write(), write(), write()]);

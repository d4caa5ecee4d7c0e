import { statfsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openLanceStore } from '../../server/src/adapters/lancedb/open-store.ts';
import { StoreError } from '../../server/src/core/errors/store-error.ts';
import { writerBatch } from './store-rows.ts';

/**
 * Run on a small file system of its own, mounted at argv[2]: writes until it is full, reads, frees space, goes on
 * writing, opens again. Tells the parent what it saw.
 */
const [, , mount] = process.argv;
if (mount === undefined || process.send === undefined) throw new Error('fork me with a mount');
const folder = join(mount, 'index');
const ballast = join(mount, 'ballast');
const signal = new AbortController().signal;

let store = await openLanceStore(folder);
const { bavail, bsize } = statfsSync(mount);
await writeFile(ballast, Buffer.alloc(Math.max(0, bavail * bsize - 2_000_000)));

const acknowledged: number[] = [];
const errors: { readonly kind: string; readonly message: string; readonly remedy?: string }[] = [];
const said: string[] = [];
let number = 0;
async function write(): Promise<boolean> {
  number += 1;
  try {
    await store.commit(writerBatch(number));
    acknowledged.push(number);
    return true;
  } catch (error) {
    errors.push(
      error instanceof StoreError
        ? { kind: error.kind, message: error.message, remedy: error.remedy }
        : { kind: 'not a StoreError', message: String(error) },
    );
    return false;
  }
}

const seen = async () => {
  const found = await store.matchPassages('own', 10_000, {}, signal);
  return {
    copies: (await store.copies()).length,
    passages: found.length,
    distinct: new Set(found.map(({ passage }) => passage.id)).size,
    missing: acknowledged.filter((it) => !found.some(({ passage }) => passage.videoId === `v${it}`)),
  };
};

while (await write());
// The last bytes too.
await writeFile(`${ballast}-2`, Buffer.alloc(2_000_000)).catch(() => undefined);
for (let more = 0; more < 3; more += 1) await write();
const whileFull = { acknowledged: [...acknowledged], seen: await seen() };

const refused = await openLanceStore(join(mount, 'another')).then(
  () => 'opened',
  (error) => (error instanceof StoreError ? error.kind : String(error)),
);
await store.close();
store = await openLanceStore(folder, { log: (message) => said.push(message) });
const openedFull = await seen();

await rm(ballast);
await rm(`${ballast}-2`);
const wentOn = [await write(), await write()];
await store.optimize(signal);
const afterFreeing = await seen();
await store.close();
store = await openLanceStore(folder, { log: (message) => said.push(message) });
const openedAgain = await seen();
await store.close();
process.send({
  errors,
  whileFull,
  refused,
  openedFull,
  wentOn,
  afterFreeing,
  openedAgain,
  said,
  acknowledged,
  folder,
});

import { randomUUID } from 'node:crypto';
import { StoreError } from '../../core/errors/store-error.ts';
import type { ObjectStorage } from '../../ports/object-storage.ts';

/**
 * Checks that the storage honours the conditions of writes, with an object of its own that is removed again. Without them
 * two writers lose each other's rows without an error. Throws StoreError `unsafe`.
 */
export async function checkConditionalWrites(storage: ObjectStorage): Promise<void> {
  const name = `self-test-${randomUUID()}`;
  try {
    const created = await storage.write(name, 'created', 'absent');
    if (created === undefined) throw unsafe(storage, 'refused to create a new object (If-None-Match)');
    if ((await storage.write(name, 'created twice', 'absent')) !== undefined)
      throw unsafe(storage, 'overwrote an existing object (If-None-Match)');
    if ((await storage.write(name, 'replaced', { version: created })) === undefined)
      throw unsafe(storage, 'refused to replace an unchanged object (If-Match)');
    if ((await storage.write(name, 'replaced twice', { version: created })) !== undefined)
      throw unsafe(storage, 'overwrote a changed object (If-Match)');
  } finally {
    await storage.remove(name).catch(() => undefined);
  }
}

function unsafe({ address }: ObjectStorage, fault: string): StoreError {
  return new StoreError(
    'unsafe',
    `The storage of ${address} ignores conditional writes: it ${fault}. Two daemons could destroy the index.`,
    'Use storage with conditional writes, such as Amazon S3 or Ceph, or keep the index in a local folder.',
  );
}

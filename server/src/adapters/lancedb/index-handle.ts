import type { Connection } from '@lancedb/lancedb';
import { StoreError } from '../../core/errors/store-error.ts';
import type { ForgottenWork } from '../../core/pipeline/forgotten-work.ts';
import { applyWritePlan } from './apply-write-plan.ts';
import { type Compaction, countUnindexedRows, createCompaction } from './compaction.ts';
import { canMeanDamage, toBriefMessage, toStoreError } from './store-errors.ts';
import { closeTables, openTables, type Tables } from './tables.ts';
import type { VectorTables } from './vector-tables.ts';
import { createWritePlan } from './write-plan.ts';
import { createWriteQueue, type WriteQueue } from './write-queue.ts';

/** Rows written as one: more only makes the first of them wait. */
const MAX_GROUP_ROWS = 2_000;

export interface OpenIndex {
  readonly db: Connection;
  readonly tables: Tables;
  readonly vectors: VectorTables;
  readonly vectorsLost: number;
  /** Work whose rows were found lost at this opening. */
  readonly work: ForgottenWork;
  /** Whether damage was found and set aside at this opening. */
  readonly foundDamage: boolean;
  /** What lies aside because it was damaged, a sentence each. */
  readonly damage: readonly string[];
}

/** An index with all that runs on it. It is replaced by a new opening when damage is met. */
export interface IndexHandle {
  readonly folder: string;
  /** Opens the index again and sets aside what is damaged. */
  readonly reopen: () => Promise<OpenIndex>;
  /** Connects to the index once more, without the caches of earlier connections. */
  readonly connect: () => Promise<Connection>;
  readonly log: (message: string) => void;
  readonly beforeWrite: () => void;
  readonly queue: WriteQueue;
  /** Native calls that read and have not ended; an aborted one goes on unseen. */
  readonly reads: Set<Promise<unknown>>;
  readonly damageListeners: Set<(work: ForgottenWork) => void>;
  index: OpenIndex;
  compaction: Compaction;
  /** Resolves with whether something was mended; undefined while nothing is being mended. */
  mending: Promise<boolean> | undefined;
  /** True after a look at everything that found no damage: errors like it are no sign of any. */
  fruitless: boolean;
  closed: boolean;
}

export async function createIndexHandle(
  options: Pick<IndexHandle, 'folder' | 'reopen' | 'connect' | 'log' | 'beforeWrite'>,
  index: OpenIndex,
): Promise<IndexHandle> {
  const reads = new Set<Promise<unknown>>();
  const handle: IndexHandle = {
    ...options,
    queue: createWriteQueue(async (batches) => {
      options.beforeWrite();
      const plan = createWritePlan(batches);
      await applyWritePlan(handle.index.tables, handle.index.vectors, plan);
      handle.compaction.countWrite(plan);
    }, MAX_GROUP_ROWS),
    reads,
    damageListeners: new Set(),
    index,
    compaction: createCompaction(() => handle.index, reads, await countUnindexedRows(index.tables)),
    mending: undefined,
    fruitless: false,
    closed: false,
  };
  return handle;
}

/** Runs a call that reads. Rejects with a StoreError. */
export function withRead<T>(handle: IndexHandle, work: (index: OpenIndex) => Promise<T>): Promise<T> {
  return withStoreErrors(handle, 'reading', async () => {
    await handle.mending;
    const pendingRead = work(handle.index);
    handle.reads.add(pendingRead);
    try {
      return await pendingRead;
    } finally {
      handle.reads.delete(pendingRead);
    }
  });
}

/** Runs a call that writes. Rejects with a StoreError. */
export function withWrite<T>(handle: IndexHandle, work: () => Promise<T>): Promise<T> {
  return withStoreErrors(handle, 'writing', work);
}

/** Makes a call, and makes it again if damage that it met was mended. */
async function withStoreErrors<T>(handle: IndexHandle, doing: string, work: () => Promise<T>): Promise<T> {
  if (handle.closed) throw new StoreError('failed', 'The index is closed.', 'Start Goldfish again.');
  try {
    try {
      return await work();
    } catch (error) {
      if (!(await mendAfter(handle, error))) throw error;
      return await work();
    }
  } catch (error) {
    throw toStoreError(error, doing, handle.folder);
  }
}

/** Resolves with whether something was mended, so that what failed is worth another try. */
async function mendAfter(handle: IndexHandle, error: unknown): Promise<boolean> {
  if (handle.closed || handle.fruitless || !canMeanDamage(error)) return false;
  handle.mending ??= mend(handle, error).finally(() => {
    handle.mending = undefined;
  });
  return await handle.mending;
}

async function mend(handle: IndexHandle, error: unknown): Promise<boolean> {
  handle.log(`The index in ${handle.folder} is checked: ${toBriefMessage(error)}.`);
  return await handle.queue.runExclusive(async () => {
    await Promise.allSettled(handle.reads);
    if (handle.closed) return false;
    closeIndex(handle.index);
    handle.index = await handle.reopen();
    const unindexedRows = await countUnindexedRows(handle.index.tables);
    handle.compaction = createCompaction(() => handle.index, handle.reads, unindexedRows);
    handle.fruitless = !handle.index.foundDamage;
    for (const listener of handle.damageListeners) listener(handle.index.work);
    return true;
  });
}

/**
 * Merges small writes, updates the indexes and opens the tables again. Run it while nothing is written. LanceDB's caches
 * keep deleted index files open, two more after each compaction, and only a new connection has none.
 */
export async function compactIndex(handle: IndexHandle): Promise<void> {
  handle.beforeWrite();
  await handle.compaction.run();
  const previousIndex = handle.index;
  handle.beforeWrite();
  const db = await handle.connect();
  try {
    const tables = await openTables(db);
    handle.index = { ...previousIndex, db, tables, vectors: await previousIndex.vectors.reopen(db) };
  } catch (error) {
    db.close();
    throw error;
  }
  await Promise.allSettled(handle.reads);
  closeIndex(previousIndex);
}

/** Queues a fold where one is due. */
export function compactIfDue(handle: IndexHandle): void {
  if (handle.compaction.isDue()) void handle.queue.runExclusive(() => runCompactionIfDue(handle));
}

async function runCompactionIfDue(handle: IndexHandle): Promise<void> {
  const { folder, log } = handle;
  if (handle.closed || !handle.compaction.isDue()) return;
  try {
    await compactIndex(handle);
  } catch (error) {
    // Nothing is lost by it, searches are only slower; the next large write tries again.
    log(toStoreError(error, 'tidying', folder).message);
    // Not awaited: it waits for the queue that this stands in.
    void mendAfter(handle, error).catch((mendError: unknown) =>
      log(toStoreError(mendError, 'mending', folder).message),
    );
  }
}

/** Closes the index once what is being written has ended. */
export async function closeHandle(handle: IndexHandle): Promise<void> {
  if (handle.closed) return;
  handle.closed = true;
  await handle.queue.runExclusive(async () => closeIndex(handle.index));
}

function closeIndex({ db, tables, vectors }: OpenIndex): void {
  closeTables(tables);
  vectors.close();
  db.close();
}

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

/** What an index is kept on: a disk, or object storage. */
export interface IndexMedium {
  /** Folder or address, for messages. */
  readonly folder: string;
  /** Opens the index again and sets aside what is damaged. Missing on object storage, which guards its own objects. */
  readonly reopen?: () => Promise<OpenIndex>;
  /**
   * Connects to the index once more, without the caches of earlier connections. Missing on object storage: its caches
   * keep no deleted files, and are expensive to fill.
   */
  readonly connect?: () => Promise<Connection>;
  readonly log: (message: string) => void;
  /** Called before each commit. Rejects if this process may not write now. */
  readonly beforeWrite: () => Promise<void>;
  /** Whether other processes read the index. */
  readonly isShared: boolean;
  /** Returns the size of the index in bytes. */
  readonly bytes: (index: OpenIndex) => Promise<number>;
  /** Set if this process never writes the index: the sentence for whoever tries. */
  readonly readOnly?: StoreError;
}

/** An index with all that runs on it. It is replaced by a new opening when damage is met. */
export interface IndexHandle extends IndexMedium {
  readonly queue: WriteQueue;
  /** Native calls that read and have not ended; an aborted one goes on unseen. */
  readonly reads: Set<Promise<unknown>>;
  readonly damageListeners: Set<(work: ForgottenWork) => void>;
  index: OpenIndex;
  compaction: Compaction;
  /** Shows the newest version of an index that another process writes; undefined for the writer. */
  refresh: (() => Promise<void>) | undefined;
  /** Resolves with whether something was mended; undefined while nothing is being mended. */
  mending: Promise<boolean> | undefined;
  /** True after a look at everything that found no damage: errors like it are no sign of any. */
  fruitless: boolean;
  closed: boolean;
}

export async function createIndexHandle(medium: IndexMedium, index: OpenIndex): Promise<IndexHandle> {
  const { readOnly, beforeWrite } = medium;
  const reads = new Set<Promise<unknown>>();
  const handle: IndexHandle = {
    ...medium,
    queue: createWriteQueue(async (batches) => {
      if (readOnly) throw readOnly;
      const plan = createWritePlan(batches);
      await applyWritePlan(handle.index.tables, handle.index.vectors, plan, beforeWrite);
      handle.compaction.countWrite(plan);
    }, MAX_GROUP_ROWS),
    reads,
    damageListeners: new Set(),
    index,
    compaction: createCompaction({
      open: () => handle.index,
      reads,
      // Only the writer compacts.
      unindexedRows: readOnly ? 0 : await countUnindexedRows(index.tables),
      isShared: medium.isShared,
      beforeStep: beforeWrite,
    }),
    refresh: undefined,
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
  const { reopen, refresh } = handle;
  if (refresh !== undefined && !handle.closed && !(error instanceof StoreError)) {
    await refresh();
    return true;
  }
  if (reopen === undefined || handle.closed || handle.fruitless || !canMeanDamage(error)) return false;
  handle.mending ??= mend(handle, reopen, error).finally(() => {
    handle.mending = undefined;
  });
  return await handle.mending;
}

async function mend(handle: IndexHandle, reopen: () => Promise<OpenIndex>, error: unknown): Promise<boolean> {
  handle.log(`The index in ${handle.folder} is checked: ${toBriefMessage(error)}.`);
  return await handle.queue.runExclusive(async () => {
    await Promise.allSettled(handle.reads);
    if (handle.closed) return false;
    closeIndex(handle.index);
    handle.index = await reopen();
    const unindexedRows = await countUnindexedRows(handle.index.tables);
    handle.compaction = createCompaction({
      open: () => handle.index,
      reads: handle.reads,
      unindexedRows,
      isShared: handle.isShared,
      beforeStep: handle.beforeWrite,
    });
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
  if (handle.readOnly) return;
  await handle.compaction.run();
  if (handle.connect === undefined) return;
  const previousIndex = handle.index;
  await handle.beforeWrite();
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

/** Shows the newest version of an index that another process writes. */
export async function showNewestVersion(
  handle: IndexHandle,
  open: () => Promise<Pick<OpenIndex, 'tables' | 'vectors'>>,
): Promise<void> {
  const previousIndex = handle.index;
  handle.index = { ...previousIndex, ...(await open()) };
  await Promise.allSettled(handle.reads);
  closeTables(previousIndex.tables);
  previousIndex.vectors.close();
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

import type { Connection } from '@lancedb/lancedb';
import { raceAbort } from '../../base/race-abort.ts';
import type { Passage } from '../../core/domain/passage.ts';
import { StoreError } from '../../core/errors/store-error.ts';
import type { ForgottenWork } from '../../core/pipeline/forgotten-work.ts';
import type { Store } from '../../ports/store.ts';
import { applyWritePlan } from './apply-write-plan.ts';
import { countUnindexedRows, createCompaction } from './compaction.ts';
import { decode } from './decode.ts';
import { measureFolderBytes } from './folder-size.ts';
import { searchFullText, searchSimilarTerms } from './full-text-search.ts';
import { OUTLINE_READER, PASSAGE_READER, readRecords, readRows } from './rows.ts';
import { inCondition } from './sql.ts';
import { canMeanDamage, toBriefMessage, toStoreError } from './store-errors.ts';
import { closeTables, type Tables } from './tables.ts';
import type { VectorTables } from './vector-tables.ts';
import { createWritePlan } from './write-plan.ts';
import { createWriteQueue } from './write-queue.ts';

/** Rows written as one: more only makes the first of them wait. */
const MAX_GROUP_ROWS = 2_000;

const sortByTime = <T extends { readonly startMs: number; readonly id: string }>(rows: T[]): T[] =>
  rows.sort((a, b) => a.startMs - b.startMs || (a.id < b.id ? -1 : 1));

export interface OpenIndex {
  readonly db: Connection;
  readonly tables: Tables;
  readonly vectors: VectorTables;
  readonly vectorsLost: number;
  /** Work whose rows were found lost at this opening. */
  readonly work: ForgottenWork;
  /** Whether damage was found and set aside at this opening. */
  readonly mended: boolean;
  /** What lies aside because it was damaged, a sentence each. */
  readonly damage: readonly string[];
}

function closeIndex({ db, tables, vectors }: OpenIndex): void {
  closeTables(tables);
  vectors.close();
  db.close();
}

/**
 * A store over an open index; `folder` is for its size and its errors. Damage that a read or a write meets has the
 * index closed and opened again by `reopen`, which sets aside what is damaged; then the call is made again.
 */
export async function createStore(
  folder: string,
  opened: OpenIndex,
  reopen: () => Promise<OpenIndex>,
  log: (message: string) => void,
): Promise<Store> {
  let closed = false;
  let index = opened;
  /** Native calls that read and have not ended; an aborted one goes on unseen. */
  const reads = new Set<Promise<unknown>>();
  const foldOf = async ({ tables, vectors }: OpenIndex) =>
    createCompaction(tables, vectors, reads, await countUnindexedRows(tables));
  let compaction = await foldOf(index);
  let mending: Promise<boolean> | undefined;
  /** A look at everything that found no damage: errors like it are no sign of any. */
  let fruitless = false;
  const damaged = new Set<(work: ForgottenWork) => void>();
  const queue = createWriteQueue(async (batches) => {
    const plan = createWritePlan(batches);
    await applyWritePlan(index.tables, index.vectors, plan);
    compaction.countWrite(plan);
  }, MAX_GROUP_ROWS);

  /** Resolves with whether something was mended, so that what failed is worth another try. */
  async function mended(error: unknown): Promise<boolean> {
    if (closed || fruitless || !canMeanDamage(error)) return false;
    mending ??= mend(error).finally(() => {
      mending = undefined;
    });
    return await mending;
  }

  async function mend(error: unknown): Promise<boolean> {
    log(`The index in ${folder} is checked: ${toBriefMessage(error)}.`);
    return await queue.runExclusive(async () => {
      await Promise.allSettled(reads);
      if (closed) return false;
      closeIndex(index);
      index = await reopen();
      compaction = await foldOf(index);
      fruitless = !index.mended;
      for (const listener of damaged) listener(index.work);
      return true;
    });
  }

  /** Queues a fold where one is due. */
  function compactIfDue(): void {
    if (compaction.isDue()) void queue.runExclusive(runCompactionIfDue);
  }

  async function runCompactionIfDue(): Promise<void> {
    if (closed || !compaction.isDue()) return;
    try {
      await compaction.run();
    } catch (error) {
      // Nothing is lost by it, searches are only slower; the next large write tries again.
      log(toStoreError(error, 'tidying', folder).message);
      // Not awaited: it waits for the queue that this stands in.
      void mended(error).catch((failed: unknown) => log(toStoreError(failed, 'mending', folder).message));
    }
  }

  async function withStoreErrors<T>(doing: string, work: () => Promise<T>): Promise<T> {
    if (closed) throw new StoreError('failed', 'The index is closed.', 'Start Goldfish again.');
    try {
      try {
        return await work();
      } catch (error) {
        if (!(await mended(error))) throw error;
        return await work();
      }
    } catch (error) {
      throw toStoreError(error, doing, folder);
    }
  }

  const withRead = <T>(work: (index: OpenIndex) => Promise<T>): Promise<T> =>
    withStoreErrors('reading', async () => {
      await mending;
      const pendingRead = work(index);
      reads.add(pendingRead);
      try {
        return await pendingRead;
      } finally {
        reads.delete(pendingRead);
      }
    });

  const withWrite = <T>(work: () => Promise<T>): Promise<T> => withStoreErrors('writing', work);

  compactIfDue();
  return {
    copies: () => withRead(({ tables }) => readRecords(tables.copies, 'copies', decode.copies)),
    videos: () => withRead(({ tables }) => readRecords(tables.videos, 'videos', decode.videos)),
    async commit(batch) {
      await withWrite(() => queue.push(batch));
      compactIfDue();
    },
    descriptions: (videoId, uri, stages) =>
      withRead(async ({ tables: { descriptions } }) => {
        const conditions = [inCondition('videoId', [videoId]), inCondition('uri', new Set(['', uri]))];
        if (stages) conditions.push(inCondition('stage', stages));
        const where = conditions.join(' AND ');
        return sortByTime(await readRecords(descriptions, 'descriptions', decode.descriptions, where));
      }),
    passages: (videoId, uri, range) =>
      withRead(async ({ tables }) => {
        const conditions = [inCondition('videoId', [videoId]), inCondition('uri', new Set(['', uri]))];
        if (range) conditions.push(`startMs < ${range.endMs} AND endMs > ${range.startMs}`);
        const query = tables.passages.query().where(conditions.join(' AND ')).select(PASSAGE_READER.columns);
        return sortByTime<Passage>(await readRows(query, PASSAGE_READER.toRow));
      }),
    async matchPassages(terms, limit, filter, signal) {
      const search = () =>
        withRead(({ tables }) => searchFullText(tables.passages, terms, limit, filter, PASSAGE_READER));
      return (await raceAbort(search, signal)).map(({ row, score }) => ({ passage: row, score }));
    },
    async matchSimilar(term, limit, signal) {
      const search = () =>
        withRead(({ tables }) => searchSimilarTerms(tables.passages, term, limit, PASSAGE_READER));
      return (await raceAbort(search, signal)).map(({ row }) => row);
    },
    async matchOutlines(terms, limit, filter, signal) {
      const search = () =>
        withRead(({ tables }) => searchFullText(tables.outlines, terms, limit, filter, OUTLINE_READER));
      return (await raceAbort(search, signal)).map(({ row, score }) => ({ outline: row, score }));
    },
    passagesById: (ids) =>
      withRead(async ({ tables }) => {
        if (ids.length === 0) return [];
        return await readRows(
          tables.passages.query().where(inCondition('id', ids)).select(PASSAGE_READER.columns),
          PASSAGE_READER.toRow,
        );
      }),
    vectors: (space, videoId, uri) =>
      withRead(async ({ vectors }) => sortByTime(await vectors.rowsAt(space, videoId, uri))),
    vectorCount: (space) => index.vectors.count(space),
    nearest: (space, vector, limit, filter, signal) =>
      raceAbort(() => withRead(({ vectors }) => vectors.nearest(space, vector, limit, filter)), signal),
    lostVectorCount: () => index.vectorsLost,
    damage: () => index.damage,
    onDamage: (listener) => void damaged.add(listener),
    optimize: (signal) =>
      raceAbort(() => withWrite(() => queue.runExclusive(() => compaction.run())), signal),
    bytes: () => withRead(() => measureFolderBytes(folder)),
    async close() {
      if (closed) return;
      closed = true;
      await queue.runExclusive(async () => closeIndex(index));
    },
  };
}

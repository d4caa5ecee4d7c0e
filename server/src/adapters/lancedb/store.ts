import type { Connection } from '@lancedb/lancedb';
import type { ForgottenWork } from '../../core/forgotten-work.ts';
import type { Passage } from '../../core/passage.ts';
import { StoreError } from '../../core/store-error.ts';
import type { Store } from '../../ports/store.ts';
import { unlessAborted } from './abort.ts';
import { decode } from './decode.ts';
import { brief, meansDamage, toStoreError } from './errors.ts';
import { createFold, unindexedRows } from './fold.ts';
import { match, matchSimilar } from './match.ts';
import { planOf } from './plan.ts';
import { createQueue } from './queue.ts';
import { OUTLINE, PASSAGE, read, readBodies } from './rows.ts';
import { sizeOf } from './size.ts';
import { oneOf } from './sql.ts';
import { closeTables, type Tables } from './tables.ts';
import type { Vectors } from './vectors.ts';
import { apply } from './write.ts';

/** Rows written as one: more only makes the first of them wait. */
const GROUP_ROWS = 2_000;

const inTimeOrder = <T extends { readonly startMs: number; readonly id: string }>(rows: T[]): T[] =>
  rows.sort((a, b) => a.startMs - b.startMs || (a.id < b.id ? -1 : 1));

export interface OpenIndex {
  readonly db: Connection;
  readonly tables: Tables;
  readonly vectors: Vectors;
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
    createFold(tables, vectors, reads, await unindexedRows(tables));
  let fold = await foldOf(index);
  let mending: Promise<boolean> | undefined;
  /** A look at everything that found no damage: errors like it are no sign of any. */
  let fruitless = false;
  const damaged = new Set<(work: ForgottenWork) => void>();
  const queue = createQueue(async (batches) => {
    const plan = planOf(batches);
    await apply(index.tables, index.vectors, plan);
    fold.note(plan);
  }, GROUP_ROWS);

  /** Resolves with whether something was mended, so that what failed is worth another try. */
  async function mended(error: unknown): Promise<boolean> {
    if (closed || fruitless || !meansDamage(error)) return false;
    mending ??= mend(error).finally(() => {
      mending = undefined;
    });
    return await mending;
  }

  async function mend(error: unknown): Promise<boolean> {
    log(`The index in ${folder} is checked: ${brief(error)}.`);
    return await queue.alone(async () => {
      await Promise.allSettled(reads);
      if (closed) return false;
      closeIndex(index);
      index = await reopen();
      fold = await foldOf(index);
      fruitless = !index.mended;
      for (const listener of damaged) listener(index.work);
      return true;
    });
  }

  /** Queues a fold where one is due. */
  function tidy(): void {
    if (fold.due()) void queue.alone(foldIfDue);
  }

  async function foldIfDue(): Promise<void> {
    if (closed || !fold.due()) return;
    try {
      await fold.run();
    } catch (error) {
      // Nothing is lost by it, searches are only slower; the next large write tries again.
      log(toStoreError(error, 'tidying', folder).message);
      // Not awaited: it waits for the queue that this stands in.
      void mended(error).catch((failed: unknown) => log(toStoreError(failed, 'mending', folder).message));
    }
  }

  async function guard<T>(doing: string, work: () => Promise<T>): Promise<T> {
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

  const reading = <T>(work: (index: OpenIndex) => Promise<T>): Promise<T> =>
    guard('reading', async () => {
      await mending;
      const read = work(index);
      reads.add(read);
      try {
        return await read;
      } finally {
        reads.delete(read);
      }
    });

  const writing = <T>(work: () => Promise<T>): Promise<T> => guard('writing', work);

  tidy();
  return {
    copies: () => reading(({ tables }) => readBodies(tables.copies, 'copies', decode.copies)),
    videos: () => reading(({ tables }) => readBodies(tables.videos, 'videos', decode.videos)),
    async commit(batch) {
      await writing(() => queue.push(batch));
      tidy();
    },
    descriptions: (videoId, uri, stages) =>
      reading(async ({ tables: { descriptions } }) => {
        const conditions = [oneOf('videoId', [videoId]), oneOf('uri', new Set(['', uri]))];
        if (stages) conditions.push(oneOf('stage', stages));
        const where = conditions.join(' AND ');
        return inTimeOrder(await readBodies(descriptions, 'descriptions', decode.descriptions, where));
      }),
    passages: (videoId, uri, range) =>
      reading(async ({ tables }) => {
        const conditions = [oneOf('videoId', [videoId]), oneOf('uri', new Set(['', uri]))];
        if (range) conditions.push(`startMs < ${range.endMs} AND endMs > ${range.startMs}`);
        const query = tables.passages.query().where(conditions.join(' AND ')).select(PASSAGE.columns);
        return inTimeOrder<Passage>(await read(query, PASSAGE.make));
      }),
    async matchPassages(terms, limit, filter, signal) {
      const asked = () => reading(({ tables }) => match(tables.passages, terms, limit, filter, PASSAGE));
      return (await unlessAborted(asked, signal)).map(({ row, score }) => ({ passage: row, score }));
    },
    async matchSimilar(term, limit, signal) {
      const asked = () => reading(({ tables }) => matchSimilar(tables.passages, term, limit, PASSAGE));
      return (await unlessAborted(asked, signal)).map(({ row }) => row);
    },
    async matchOutlines(terms, limit, filter, signal) {
      const asked = () => reading(({ tables }) => match(tables.outlines, terms, limit, filter, OUTLINE));
      return (await unlessAborted(asked, signal)).map(({ row, score }) => ({ outline: row, score }));
    },
    passagesOf: (ids) =>
      reading(async ({ tables }) => {
        if (ids.length === 0) return [];
        return await read(
          tables.passages.query().where(oneOf('id', ids)).select(PASSAGE.columns),
          PASSAGE.make,
        );
      }),
    vectors: (space, videoId, uri) =>
      reading(async ({ vectors }) => inTimeOrder(await vectors.of(space, videoId, uri))),
    vectorCount: (space) => index.vectors.count(space),
    nearest: (space, vector, limit, filter, signal) =>
      unlessAborted(() => reading(({ vectors }) => vectors.nearest(space, vector, limit, filter)), signal),
    vectorsLost: () => index.vectorsLost,
    damage: () => index.damage,
    onDamage: (listener) => void damaged.add(listener),
    optimize: (signal) => unlessAborted(() => writing(() => queue.alone(() => fold.run())), signal),
    bytes: () => reading(() => sizeOf(folder)),
    async close() {
      if (closed) return;
      closed = true;
      await queue.alone(async () => closeIndex(index));
    },
  };
}

import type { Connection } from '@lancedb/lancedb';
import type { Description } from '../../core/description.ts';
import type { Passage } from '../../core/passage.ts';
import { StoreError } from '../../core/store-error.ts';
import type { Copy, VideoRecord } from '../../core/video.ts';
import type { Store } from '../../ports/store.ts';
import { unlessAborted } from './abort.ts';
import { toStoreError } from './errors.ts';
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

export interface OpenTables {
  readonly tables: Tables;
  readonly vectors: Vectors;
  readonly vectorsLost: number;
}

/** A store over open tables; `folder` is for its size and its errors. */
export async function createStore(
  folder: string,
  db: Connection,
  { tables, vectors, vectorsLost }: OpenTables,
  log: (message: string) => void,
): Promise<Store> {
  let closed = false;
  /** Native calls that read and have not ended; an aborted one goes on unseen. */
  const reads = new Set<Promise<unknown>>();
  const fold = createFold(tables, vectors, reads, await unindexedRows(tables));
  const queue = createQueue(async (batches) => {
    const plan = planOf(batches);
    await apply(tables, vectors, plan);
    fold.note(plan);
  }, GROUP_ROWS);

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
    }
  }

  async function guard<T>(doing: string, work: () => Promise<T>): Promise<T> {
    if (closed) throw new StoreError('failed', 'The index is closed.', 'Start Goldfish again.');
    try {
      return await work();
    } catch (error) {
      throw toStoreError(error, doing, folder);
    }
  }

  async function reading<T>(work: () => Promise<T>): Promise<T> {
    const read = guard('reading', work);
    reads.add(read);
    try {
      return await read;
    } finally {
      reads.delete(read);
    }
  }

  const writing = <T>(work: () => Promise<T>): Promise<T> => guard('writing', work);

  tidy();
  return {
    copies: () => reading(() => readBodies<Copy>(tables.copies)),
    videos: () => reading(() => readBodies<VideoRecord>(tables.videos)),
    async commit(batch) {
      await writing(() => queue.push(batch));
      tidy();
    },
    descriptions: (videoId, uri, stages) =>
      reading(async () => {
        const conditions = [oneOf('videoId', [videoId]), oneOf('uri', new Set(['', uri]))];
        if (stages) conditions.push(oneOf('stage', stages));
        return inTimeOrder(await readBodies<Description>(tables.descriptions, conditions.join(' AND ')));
      }),
    passages: (videoId, uri, range) =>
      reading(async () => {
        const conditions = [oneOf('videoId', [videoId]), oneOf('uri', new Set(['', uri]))];
        if (range) conditions.push(`startMs < ${range.endMs} AND endMs > ${range.startMs}`);
        const query = tables.passages.query().where(conditions.join(' AND ')).select(PASSAGE.columns);
        return inTimeOrder<Passage>(await read(query, PASSAGE.make));
      }),
    async matchPassages(terms, limit, filter, signal) {
      const asked = () => reading(() => match(tables.passages, terms, limit, filter, PASSAGE));
      return (await unlessAborted(asked, signal)).map(({ row, score }) => ({ passage: row, score }));
    },
    async matchSimilar(term, limit, signal) {
      const asked = () => reading(() => matchSimilar(tables.passages, term, limit, PASSAGE));
      return (await unlessAborted(asked, signal)).map(({ row }) => row);
    },
    async matchOutlines(terms, limit, filter, signal) {
      const asked = () => reading(() => match(tables.outlines, terms, limit, filter, OUTLINE));
      return (await unlessAborted(asked, signal)).map(({ row, score }) => ({ outline: row, score }));
    },
    passagesOf: (ids) =>
      reading(async () => {
        if (ids.length === 0) return [];
        return await read(
          tables.passages.query().where(oneOf('id', ids)).select(PASSAGE.columns),
          PASSAGE.make,
        );
      }),
    vectors: (space, videoId, uri) => reading(async () => inTimeOrder(await vectors.of(space, videoId, uri))),
    vectorCount: (space) => vectors.count(space),
    nearest: (space, vector, limit, filter, signal) =>
      unlessAborted(() => reading(() => vectors.nearest(space, vector, limit, filter)), signal),
    vectorsLost: () => vectorsLost,
    optimize: (signal) => unlessAborted(() => writing(() => queue.alone(fold.run)), signal),
    bytes: () => reading(() => sizeOf(folder)),
    async close() {
      if (closed) return;
      closed = true;
      await queue.alone(async () => {
        closeTables(tables);
        vectors.close();
        db.close();
      });
    },
  };
}

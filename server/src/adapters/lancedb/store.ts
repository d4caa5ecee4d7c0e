import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Connection } from '@lancedb/lancedb';
import type { Description } from '../../core/description.ts';
import type { Passage } from '../../core/passage.ts';
import { StoreError } from '../../core/store-error.ts';
import type { Copy, VideoRecord } from '../../core/video.ts';
import type { Store } from '../../ports/store.ts';
import { toStoreError } from './errors.ts';
import { match } from './match.ts';
import { planOf, type WritePlan } from './plan.ts';
import { createQueue } from './queue.ts';
import { OUTLINE, PASSAGE, read, readBodies } from './rows.ts';
import { oneOf } from './sql.ts';
import { closeTables, TABLE_NAMES, type Tables } from './tables.ts';
import { apply } from './write.ts';

/** Rows written as one: more only makes the first of them wait. */
const GROUP_ROWS = 2_000;

/** A fold takes seconds in a large index: it waits for this many rows and for this share of all. */
const UNINDEXED_ROWS = 2_000;
const UNINDEXED_SHARE = 0.05;

/** LanceDB cannot cancel: an aborted call is let go of and its result dropped. */
async function unlessAborted<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const stop = () => reject(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([work(), aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

const inTimeOrder = <T extends { readonly startMs: number; readonly id: string }>(rows: T[]): T[] =>
  rows.sort((a, b) => a.startMs - b.startMs || (a.id < b.id ? -1 : 1));

async function sizeOf(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    // A file may go while we look: clean-up runs beside this.
    if (entry.isFile())
      bytes += await stat(join(entry.parentPath, entry.name)).then(
        (it) => it.size,
        () => 0,
      );
  }
  return bytes;
}

/** What a write changed, for the full-text indexes to take up. */
const rowsOf = (plan: WritePlan): number =>
  plan.outlines.size + [...plan.passages.values()].reduce((sum, { rows }) => sum + rows.length, 0);

/** A store over open tables; `folder` is for its size and its errors. */
export function createStore(
  folder: string,
  db: Connection,
  tables: Tables,
  log: (message: string) => void,
): Store {
  let closed = false;
  /** Rows that a word query has to read one by one, because no index holds them yet. */
  let unindexed = 0;

  /** Native calls that read and have not ended; an aborted one goes on unseen. */
  const reads = new Set<Promise<unknown>>();

  async function fold(): Promise<void> {
    for (const name of TABLE_NAMES) await tables[name].optimize();
    unindexed = 0;
    // From here on reads see the folded tables; the files that older ones still need stay until these end.
    await Promise.allSettled(reads);
    const cleanupOlderThan = new Date();
    // What a crash or a full disk left half-written goes too: nobody else writes here, and we do not now.
    for (const name of TABLE_NAMES) await tables[name].optimize({ cleanupOlderThan, deleteUnverified: true });
  }

  const queue = createQueue(async (batches) => {
    const plan = planOf(batches);
    unindexed += rowsOf(plan);
    await apply(tables, plan);
  }, GROUP_ROWS);

  /** After large writes: a tenth more rows than the indexes hold would double the time of a search. */
  async function foldIfDue(): Promise<void> {
    if (closed || unindexed < UNINDEXED_ROWS) return;
    try {
      if (unindexed > (await tables.passages.countRows()) * UNINDEXED_SHARE) await fold();
    } catch (error) {
      // Nothing is lost by it, searches are only slower; the next large write tries again.
      unindexed = 0;
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

  return {
    copies: () => reading(() => readBodies<Copy>(tables.copies)),
    videos: () => reading(() => readBodies<VideoRecord>(tables.videos)),
    async commit(batch) {
      await writing(() => queue.push(batch));
      if (unindexed >= UNINDEXED_ROWS) void queue.alone(foldIfDue);
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
    async matchOutlines(terms, limit, filter, signal) {
      const asked = () => reading(() => match(tables.outlines, terms, limit, filter, OUTLINE));
      return (await unlessAborted(asked, signal)).map(({ row, score }) => ({ outline: row, score }));
    },
    optimize: (signal) => unlessAborted(() => writing(() => queue.alone(fold)), signal),
    bytes: () => reading(() => sizeOf(folder)),
    async close() {
      if (closed) return;
      closed = true;
      await queue.alone(async () => {
        closeTables(tables);
        db.close();
      });
    },
  };
}

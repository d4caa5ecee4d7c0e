import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Connection } from '@lancedb/lancedb';
import type { Description } from '../../core/description.ts';
import type { Passage } from '../../core/passage.ts';
import { StoreError } from '../../core/store-error.ts';
import type { Copy, VideoRecord } from '../../core/video.ts';
import type { Store } from '../../ports/store.ts';
import { match } from './match.ts';
import { planOf } from './plan.ts';
import { createQueue } from './queue.ts';
import { OUTLINE, PASSAGE, read, readBodies } from './rows.ts';
import { oneOf, quote } from './sql.ts';
import { TABLE_NAMES, type Tables } from './tables.ts';
import { apply } from './write.ts';

/** Rows written as one: more only makes the first of them wait. */
const GROUP_ROWS = 2_000;

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

export function createStore(folder: string, db: Connection, tables: Tables): Store {
  const queue = createQueue((batches) => apply(tables, planOf(batches)), GROUP_ROWS);
  let closed = false;

  function open(): void {
    if (closed) throw new StoreError('failed', 'The index is closed.', 'Start Goldfish again.');
  }

  async function optimize(): Promise<void> {
    for (const name of TABLE_NAMES) await tables[name].optimize({ cleanupOlderThan: new Date() });
  }

  return {
    async copies() {
      open();
      return await readBodies<Copy>(tables.copies);
    },
    async videos() {
      open();
      return await readBodies<VideoRecord>(tables.videos);
    },
    async commit(batch) {
      open();
      await queue.push(batch);
    },
    async descriptions(videoId, uri, stages) {
      open();
      const conditions = [`videoId = ${quote(videoId)}`, oneOf('uri', new Set(['', uri]))];
      if (stages) conditions.push(oneOf('stage', stages));
      return inTimeOrder(await readBodies<Description>(tables.descriptions, conditions.join(' AND ')));
    },
    async passages(videoId, uri, range) {
      open();
      const conditions = [`videoId = ${quote(videoId)}`, oneOf('uri', new Set(['', uri]))];
      if (range) conditions.push(`startMs < ${range.endMs} AND endMs > ${range.startMs}`);
      const query = tables.passages.query().where(conditions.join(' AND ')).select(PASSAGE.columns);
      return inTimeOrder<Passage>(await read(query, PASSAGE.make));
    },
    async matchPassages(terms, limit, filter, signal) {
      open();
      const found = await unlessAborted(() => match(tables.passages, terms, limit, filter, PASSAGE), signal);
      return found.map(({ row, score }) => ({ passage: row, score }));
    },
    async matchOutlines(terms, limit, filter, signal) {
      open();
      const found = await unlessAborted(() => match(tables.outlines, terms, limit, filter, OUTLINE), signal);
      return found.map(({ row, score }) => ({ outline: row, score }));
    },
    async optimize(signal) {
      open();
      await unlessAborted(() => queue.alone(optimize), signal);
    },
    async bytes() {
      open();
      return await sizeOf(folder);
    },
    async close() {
      if (closed) return;
      closed = true;
      await queue.alone(async () => {
        for (const name of TABLE_NAMES) tables[name].close();
        db.close();
      });
    },
  };
}

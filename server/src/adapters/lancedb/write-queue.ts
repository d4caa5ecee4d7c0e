import type { WriteBatch } from '../../ports/store.ts';
import { countMergeableBatches } from './write-plan.ts';

interface QueuedBatch {
  readonly batch: WriteBatch;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export interface WriteQueue {
  /** Resolves once the batch is written. */
  push(batch: WriteBatch): Promise<void>;
  /** Runs a task when no write is running; no write runs meanwhile. */
  runExclusive<T>(task: () => Promise<T>): Promise<T>;
}

/** One writer at a time: what queued up behind a running write is written as one. */
export function createWriteQueue(
  write: (batches: readonly WriteBatch[]) => Promise<void>,
  limit: number,
): WriteQueue {
  const queuedBatches: QueuedBatch[] = [];
  let tail: Promise<unknown> = Promise.resolve();

  function runExclusive<T>(task: () => Promise<T>): Promise<T> {
    const result = tail.then(task);
    tail = result.catch(() => undefined);
    return result;
  }

  /** One batch that cannot be written fails alone; writing the others again changes nothing. */
  async function writeOneByOne(group: readonly QueuedBatch[]): Promise<void> {
    for (const { batch, resolve, reject } of group) await write([batch]).then(resolve, reject);
  }

  /** Writes the head of the queue; each pushed batch brings one call, later ones may find nothing left. */
  async function writeNextGroup(): Promise<void> {
    const group = queuedBatches.splice(
      0,
      countMergeableBatches(
        queuedBatches.map(({ batch }) => batch),
        limit,
      ),
    );
    if (group.length === 0) return;
    try {
      await write(group.map(({ batch }) => batch));
      for (const { resolve } of group) resolve();
    } catch (error) {
      if (group.length === 1) for (const { reject } of group) reject(error);
      else await writeOneByOne(group);
    }
  }

  return {
    runExclusive,
    push: (batch) =>
      new Promise<void>((resolve, reject) => {
        queuedBatches.push({ batch, resolve, reject });
        void runExclusive(writeNextGroup);
      }),
  };
}

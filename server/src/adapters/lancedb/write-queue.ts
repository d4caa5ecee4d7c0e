import type { WriteBatch } from '../../ports/store.ts';
import { countMergeableBatches } from './write-plan.ts';

interface QueuedBatch {
  readonly batch: WriteBatch;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export interface WriteQueue {
  /** Resolves when the batch is written. */
  push(batch: WriteBatch): Promise<void>;
  /** Runs a task while no write is running. Writes wait until it has ended. */
  runExclusive<T>(task: () => Promise<T>): Promise<T>;
}

/** Creates a queue with one writer at a time. Batches that queue up during a write are written together. */
export function createWriteQueue(
  write: (batches: readonly WriteBatch[]) => Promise<void>,
  limit: number,
): WriteQueue {
  const queuedBatches: QueuedBatch[] = [];
  let lastWrite: Promise<unknown> = Promise.resolve();

  function runExclusive<T>(task: () => Promise<T>): Promise<T> {
    const result = lastWrite.then(task);
    lastWrite = result.catch(() => undefined);
    return result;
  }

  /**
   * Writes each batch separately, so that only the faulty one fails. Writing the others again changes
   * nothing.
   */
  async function writeOneByOne(group: readonly QueuedBatch[]): Promise<void> {
    for (const { batch, resolve, reject } of group) await write([batch]).then(resolve, reject);
  }

  /**
   * Writes the head of the queue. Each pushed batch causes one call, so a later call may find nothing left.
   */
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

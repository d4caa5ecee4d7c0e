import type { Batch } from '../../ports/store.ts';
import { groupLength } from './plan.ts';

interface Waiting {
  readonly batch: Batch;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

export interface WriteQueue {
  /** Resolves once the batch is written. */
  push(batch: Batch): Promise<void>;
  /** Runs a task when no write is running; no write runs meanwhile. */
  alone<T>(task: () => Promise<T>): Promise<T>;
}

/** One writer at a time: what queued up behind a running write is written as one. */
export function createQueue(write: (batches: readonly Batch[]) => Promise<void>, limit: number): WriteQueue {
  const waiting: Waiting[] = [];
  let tail: Promise<unknown> = Promise.resolve();

  function alone<T>(task: () => Promise<T>): Promise<T> {
    const run = tail.then(task);
    tail = run.catch(() => undefined);
    return run;
  }

  /** One batch that cannot be written fails alone; writing the others again changes nothing. */
  async function each(group: readonly Waiting[]): Promise<void> {
    for (const { batch, done, failed } of group) await write([batch]).then(done, failed);
  }

  /** Writes the head of the queue; each pushed batch brings one call, later ones may find nothing left. */
  async function next(): Promise<void> {
    const group = waiting.splice(
      0,
      groupLength(
        waiting.map(({ batch }) => batch),
        limit,
      ),
    );
    if (group.length === 0) return;
    try {
      await write(group.map(({ batch }) => batch));
      for (const { done } of group) done();
    } catch (error) {
      if (group.length === 1) for (const { failed } of group) failed(error);
      else await each(group);
    }
  }

  return {
    alone,
    push: (batch) =>
      new Promise<void>((done, failed) => {
        waiting.push({ batch, done, failed });
        void alone(next);
      }),
  };
}

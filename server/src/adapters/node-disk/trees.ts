import { Worker } from 'node:worker_threads';
import { childPath } from '../../base/children.ts';
import type { TreeEvent, TreeMessage, TreeRequest } from './tree-worker.ts';

/** A tree of folders that is watched. */
export interface Tree {
  /** Resolves when nothing more is told. */
  close(): Promise<void>;
}

/** Watches a tree of folders; its first event is `ready`. */
export type OpenTree = (
  root: string,
  exclude: readonly string[],
  onEvent: (event: TreeEvent) => void,
) => Tree;

/** Short-lived objects, MB: walking a large tree makes hundreds of thousands of them at once. */
const YOUNG = 8;

/**
 * Trees watched in one worker thread, which lives while there is one: chokidar's first walk of a large tree holds an
 * event loop for seconds, and must not hold this one.
 */
export function trees(): OpenTree {
  const open = new Map<number, (event: TreeEvent) => void>();
  let worker: Worker | undefined;
  let count = 0;

  const start = (): Worker => {
    const started = new Worker(childPath('watch'), { resourceLimits: { maxYoungGenerationSizeMb: YOUNG } });
    started.on('message', ({ id, events }: TreeMessage) => {
      for (const event of events) open.get(id)?.(event);
    });
    const lost = () => {
      if (worker !== started) return;
      worker = undefined;
      for (const onEvent of [...open.values()]) onEvent({ kind: 'rootGone' });
    };
    started.on('error', lost);
    started.on('exit', lost);
    return started;
  };
  return (root, exclude, onEvent) => {
    const id = count;
    count += 1;
    worker ??= start();
    const mine = worker;
    let closed = () => {};
    open.set(id, (event) => {
      if (event.kind === 'closed') closed();
      else onEvent(event);
    });
    mine.postMessage({ kind: 'open', id, root, exclude } satisfies TreeRequest);
    return {
      close: async () => {
        if (worker === mine) {
          const done = new Promise<void>((resolve) => {
            closed = resolve;
            mine.once('exit', () => resolve());
          });
          mine.postMessage({ kind: 'close', id } satisfies TreeRequest);
          await done;
        }
        open.delete(id);
        if (open.size > 0 || worker !== mine) return;
        worker = undefined;
        await mine.terminate();
      },
    };
  };
}

import { Worker } from 'node:worker_threads';
import { childPath } from '../../base/children.ts';
import type { RawWatchEvent, WatchMessage, WatchRequest } from './watch-worker.ts';

/** A tree of folders that is watched. */
export interface FolderWatch {
  /** Resolves when nothing more is told. */
  close(): Promise<void>;
}

/** Watches a tree of folders; its first event is `ready`. */
export type OpenFolderWatch = (
  root: string,
  exclude: readonly string[],
  onEvent: (event: RawWatchEvent) => void,
) => FolderWatch;

/** Short-lived objects, MB: walking a large tree makes hundreds of thousands of them at once. */
const MAX_YOUNG_GENERATION_MB = 8;

/**
 * Trees watched in one worker thread, which lives while there is one: chokidar's first walk of a large tree holds an
 * event loop for seconds, and must not hold this one.
 */
export function createWatchPool(): OpenFolderWatch {
  const eventHandlers = new Map<number, (event: RawWatchEvent) => void>();
  let worker: Worker | undefined;
  let nextId = 0;

  const startWorker = (): Worker => {
    const newWorker = new Worker(childPath('watch'), {
      resourceLimits: { maxYoungGenerationSizeMb: MAX_YOUNG_GENERATION_MB },
    });
    newWorker.on('message', ({ id, events }: WatchMessage) => {
      for (const event of events) eventHandlers.get(id)?.(event);
    });
    const onWorkerLost = () => {
      if (worker !== newWorker) return;
      worker = undefined;
      for (const onEvent of [...eventHandlers.values()]) onEvent({ kind: 'rootGone' });
    };
    newWorker.on('error', onWorkerLost);
    newWorker.on('exit', onWorkerLost);
    return newWorker;
  };
  return (root, exclude, onEvent) => {
    const id = nextId;
    nextId += 1;
    worker ??= startWorker();
    const ownWorker = worker;
    let resolveClosed = () => {};
    eventHandlers.set(id, (event) => {
      if (event.kind === 'closed') resolveClosed();
      else onEvent(event);
    });
    ownWorker.postMessage({ kind: 'open', id, root, exclude } satisfies WatchRequest);
    return {
      close: async () => {
        if (worker === ownWorker) {
          const closedPromise = new Promise<void>((resolve) => {
            resolveClosed = resolve;
            ownWorker.once('exit', () => resolve());
          });
          ownWorker.postMessage({ kind: 'close', id } satisfies WatchRequest);
          await closedPromise;
        }
        eventHandlers.delete(id);
        if (eventHandlers.size > 0 || worker !== ownWorker) return;
        worker = undefined;
        await ownWorker.terminate();
      },
    };
  };
}

import { createChildSupervisor } from '../../base/child-supervisor.ts';
import { childPath } from '../../base/children.ts';
import type { RawWatchEvent, WatchCalls } from './watch-messages.ts';

/** A watched tree of folders. */
export interface FolderWatch {
  /** Ends the watch; no events follow. */
  close(): void;
}

/** Watches a tree of folders. Its first event is `ready`; `rootGone` ends it. */
export type OpenFolderWatch = (
  root: string,
  exclude: readonly string[],
  onEvent: (event: RawWatchEvent) => void,
) => FolderWatch;

/** Heap for short-lived objects, in MB. Walking a large tree creates hundreds of thousands of them. */
const YOUNG_GENERATION_MB = 8;
/** Lifetime of the thread without a tree, in ms. A folder that was replaced is watched again immediately. */
const IDLE_MS = 1000;

/**
 * Creates the thread that watches all trees. It runs while there is a tree. chokidar's first walk of a large tree blocks
 * its event loop for seconds, so it must not be the daemon's.
 */
export function createWatchPool(): OpenFolderWatch {
  const child = createChildSupervisor<WatchCalls>({
    name: 'watch',
    entry: childPath('watch'),
    thread: { youngGenerationMb: YOUNG_GENERATION_MB },
    concurrency: Number.POSITIVE_INFINITY,
    // A tree without changes and one being walked are both silent; neither is a hang.
    silenceMs: Number.POSITIVE_INFINITY,
    cancelTimeoutMs: Number.POSITIVE_INFINITY,
    idleMs: IDLE_MS,
  });
  return (root, exclude, onEvent) => {
    const closing = new AbortController();
    const onEvents = (events: readonly RawWatchEvent[]) => {
      for (const event of events) onEvent(event);
    };
    const options = { signal: closing.signal, onEvent: onEvents, retry: 'never' } as const;
    child.call('watch', { root, exclude }, options).catch(() => {
      // The thread has ended. The caller checks the root and opens it again.
      if (!closing.signal.aborted) onEvent({ kind: 'rootGone' });
    });
    return { close: () => closing.abort() };
  };
}

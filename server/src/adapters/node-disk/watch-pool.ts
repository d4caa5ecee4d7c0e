import { createChildSupervisor } from '../../base/child-supervisor.ts';
import { childPath } from '../../base/children.ts';
import type { RawWatchEvent, WatchCalls } from './watch-messages.ts';

/** A watched tree of folders. */
export interface FolderWatch {
  /** No event comes after this. */
  close(): void;
}

/** Watches a tree of folders. Its first event is `ready`; `rootGone` ends it. */
export type OpenFolderWatch = (
  root: string,
  exclude: readonly string[],
  onEvent: (event: RawWatchEvent) => void,
) => FolderWatch;

/** Heap for short-lived objects, MB: walking a large tree makes hundreds of thousands of them at once. */
const YOUNG_GENERATION_MB = 8;
/** How long the thread stays without a tree, ms: a folder that was replaced is watched again at once. */
const IDLE_MS = 1000;

/**
 * Watches all trees in one thread, which lives while there is one: chokidar's first walk of a large tree holds an event
 * loop for seconds, and must not hold this one.
 */
export function createWatchPool(): OpenFolderWatch {
  const child = createChildSupervisor<WatchCalls>({
    name: 'watch',
    entry: childPath('watch'),
    thread: { youngGenerationMb: YOUNG_GENERATION_MB },
    concurrency: Number.POSITIVE_INFINITY,
    // A quiet tree says nothing, and one that is walked lets nothing go: neither is a hang.
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
      // The thread was lost: whoever watches looks at the root and opens it again.
      if (!closing.signal.aborted) onEvent({ kind: 'rootGone' });
    });
    return { close: () => closing.abort() };
  };
}

// Entry of the watch thread. A thread, not a process: it loads no native code that could crash.
import type { RawWatchEvent, WatchCalls } from '../adapters/node-disk/watch-messages.ts';
import { watchTree } from '../adapters/node-disk/watch-tree.ts';
import { type ChildCallContext, serveChildCalls } from '../base/child-server.ts';

/** Batches events: those of one turn of the event loop, and those that arrive while the parent is busy. */
function batchEvents({ emit }: ChildCallContext<readonly RawWatchEvent[]>): (event: RawWatchEvent) => void {
  let events: RawWatchEvent[] = [];
  let isSending = false;
  const sendAll = async () => {
    try {
      while (events.length > 0) {
        const batch = events;
        events = [];
        await emit(batch);
      }
    } catch {
      // The watch was cancelled, so its last events are not needed.
    }
    isSending = false;
  };
  return (event) => {
    events.push(event);
    if (isSending) return;
    isSending = true;
    setImmediate(sendAll);
  };
}

serveChildCalls<WatchCalls>({
  async watch(params, context) {
    const watcher = watchTree(params, batchEvents(context));
    const { promise: cancelled, resolve } = Promise.withResolvers<void>();
    context.signal.addEventListener('abort', () => resolve(), { once: true });
    if (context.signal.aborted) resolve();
    await cancelled;
    await watcher.close();
    return null;
  },
});

import { basename, dirname, join, relative, sep } from 'node:path';
import type { MessagePort } from 'node:worker_threads';
import { watch as chokidar, type FSWatcher } from 'chokidar';
import {
  createFolderFilter,
  IGNORE_FILE,
  isHidden,
  isSystemFolder,
} from '../../core/library/folder-filter.ts';
import { isMedia, isSidecar } from '../../core/library/media-extensions.ts';
import { codeOf } from './file-failures.ts';

export type WatchRequest =
  | { readonly kind: 'open'; readonly id: number; readonly root: string; readonly exclude: readonly string[] }
  | { readonly kind: 'close'; readonly id: number };

/** What happened in a tree. `file`: it may have changed, come or gone. `unsure`: something did, somewhere. */
export type RawWatchEvent =
  | { readonly kind: 'file' | 'folder'; readonly path: string }
  | { readonly kind: 'ready' | 'unsure' | 'rootGone' | 'closed' }
  | { readonly kind: 'error'; readonly code: string };

export interface WatchMessage {
  readonly id: number;
  readonly events: readonly RawWatchEvent[];
}

/** Watches trees of folders for the other side of a port. */
export function serveWatches(port: MessagePort): void {
  const watchers = new Map<number, FSWatcher>();
  port.on('message', async (request: WatchRequest) => {
    if (request.kind === 'open') {
      watchers.set(request.id, startWatcher(request, batchPerTurn(request.id, port)));
      return;
    }
    await watchers.get(request.id)?.close();
    watchers.delete(request.id);
    port.postMessage({ id: request.id, events: [{ kind: 'closed' }] } satisfies WatchMessage);
  });
}

/** Sends the events of one turn of the event loop together. */
function batchPerTurn(id: number, port: MessagePort): (event: RawWatchEvent) => void {
  let events: RawWatchEvent[] = [];
  return (event) => {
    if (events.length === 0) {
      setImmediate(() => {
        port.postMessage({ id, events } satisfies WatchMessage);
        events = [];
      });
    }
    events.push(event);
  };
}

/**
 * chokidar keeps the tree of folders; what happens to files in them is passed on as it comes from the system.
 * Following each file too would cost it a stat and 4 KB for every one of them.
 */
function startWatcher(
  { root, exclude }: { readonly root: string; readonly exclude: readonly string[] },
  onEvent: (event: RawWatchEvent) => void,
): FSWatcher {
  const rules = createFolderFilter([], exclude);
  const watcher = chokidar(root, {
    ignoreInitial: true,
    ignorePermissionErrors: true,
    ignored: (path, stats) => {
      if (path === root || !path.startsWith(root)) return false;
      const name = basename(path);
      if (isHidden(name) || isSystemFolder(name) || isMedia(name) || isSidecar(name)) return true;
      if (stats?.isFile() === true) return true;
      return stats?.isDirectory() === true && rules.excludesFolder(relative(root, path).split(sep).join('/'));
    },
  });
  watcher.on('error', (error) => onEvent({ kind: 'error', code: codeOf(error) }));
  watcher.on('raw', (_event, name, details) => {
    const path = toRawEventPath(name, details);
    if (path === undefined) onEvent({ kind: 'unsure' });
    else if (isRelevantName(basename(path))) onEvent({ kind: 'file', path });
  });
  watcher.on('addDir', (path) => onEvent({ kind: 'folder', path }));
  watcher.on('unlinkDir', (path) =>
    onEvent(path === root ? { kind: 'rootGone' } : { kind: 'folder', path: dirname(path) }),
  );
  watcher.once('ready', () => onEvent({ kind: 'ready' }));
  return watcher;
}

/** What a raw event is about; undefined where it does not say. */
function toRawEventPath(name: unknown, details: unknown): string | undefined {
  if (typeof name !== 'string' || typeof details !== 'object' || details === null) return undefined;
  return 'watchedPath' in details && typeof details.watchedPath === 'string'
    ? join(details.watchedPath, name)
    : undefined;
}

/** Names that can mean something to a scan; one that is not UTF-8 comes garbled and may be anything. */
function isRelevantName(name: string): boolean {
  if (name === IGNORE_FILE || name.includes('\uFFFD')) return true;
  return !isHidden(name) && (isMedia(name) || isSidecar(name));
}

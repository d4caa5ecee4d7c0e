import { basename, dirname, join, relative, sep } from 'node:path';
import type { MessagePort } from 'node:worker_threads';
import { watch as chokidar, type FSWatcher } from 'chokidar';
import { isMedia, isSidecar } from '../../core/extensions.ts';
import { IGNORE_FILE, isHidden, isSystemFolder, rulesOf } from '../../core/folderRules.ts';
import { codeOf } from './failures.ts';

export type TreeRequest =
  | { readonly kind: 'open'; readonly id: number; readonly root: string; readonly exclude: readonly string[] }
  | { readonly kind: 'close'; readonly id: number };

/** What happened in a tree. `file`: it may have changed, come or gone. `unsure`: something did, somewhere. */
export type TreeEvent =
  | { readonly kind: 'file' | 'folder'; readonly path: string }
  | { readonly kind: 'ready' | 'unsure' | 'rootGone' | 'closed' }
  | { readonly kind: 'error'; readonly code: string };

export interface TreeMessage {
  readonly id: number;
  readonly events: readonly TreeEvent[];
}

/** Watches trees of folders for the other side of a port. */
export function serveTrees(port: MessagePort): void {
  const open = new Map<number, FSWatcher>();
  port.on('message', async (request: TreeRequest) => {
    if (request.kind === 'open') {
      open.set(request.id, watchTree(request, gathered(request.id, port)));
      return;
    }
    await open.get(request.id)?.close();
    open.delete(request.id);
    port.postMessage({ id: request.id, events: [{ kind: 'closed' }] } satisfies TreeMessage);
  });
}

/** Sends the events of one turn of the event loop together. */
function gathered(id: number, port: MessagePort): (event: TreeEvent) => void {
  let events: TreeEvent[] = [];
  return (event) => {
    if (events.length === 0) {
      setImmediate(() => {
        port.postMessage({ id, events } satisfies TreeMessage);
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
function watchTree(
  { root, exclude }: { readonly root: string; readonly exclude: readonly string[] },
  tell: (event: TreeEvent) => void,
): FSWatcher {
  const rules = rulesOf([], exclude);
  const watcher = chokidar(root, {
    ignoreInitial: true,
    ignorePermissionErrors: true,
    ignored: (path, stats) => {
      if (path === root || !path.startsWith(root)) return false;
      const name = basename(path);
      if (isHidden(name) || isSystemFolder(name) || isMedia(name) || isSidecar(name)) return true;
      if (stats?.isFile() === true) return true;
      return (
        stats?.isDirectory() === true && rules.leavesOutFolder(relative(root, path).split(sep).join('/'))
      );
    },
  });
  watcher.on('error', (error) => tell({ kind: 'error', code: codeOf(error) }));
  watcher.on('raw', (_event, name, details) => {
    const path = rawPath(name, details);
    if (path === undefined) tell({ kind: 'unsure' });
    else if (concerns(basename(path))) tell({ kind: 'file', path });
  });
  watcher.on('addDir', (path) => tell({ kind: 'folder', path }));
  watcher.on('unlinkDir', (path) =>
    tell(path === root ? { kind: 'rootGone' } : { kind: 'folder', path: dirname(path) }),
  );
  watcher.once('ready', () => tell({ kind: 'ready' }));
  return watcher;
}

/** What a raw event is about; undefined where it does not say. */
function rawPath(name: unknown, details: unknown): string | undefined {
  if (typeof name !== 'string' || typeof details !== 'object' || details === null) return undefined;
  return 'watchedPath' in details && typeof details.watchedPath === 'string'
    ? join(details.watchedPath, name)
    : undefined;
}

/** Names that can mean something to a scan; one that is not UTF-8 comes garbled and may be anything. */
function concerns(name: string): boolean {
  if (name === IGNORE_FILE || name.includes('\uFFFD')) return true;
  return !isHidden(name) && (isMedia(name) || isSidecar(name));
}

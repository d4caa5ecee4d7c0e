import { basename, dirname, join, relative, sep } from 'node:path';
import { watch as chokidar, type FSWatcher } from 'chokidar';
import {
  createFolderFilter,
  IGNORE_FILE,
  isHidden,
  isSystemFolder,
} from '../../core/library/folder-filter.ts';
import { isMedia, isSidecar } from '../../core/library/media-extensions.ts';
import { codeOf } from './file-failures.ts';
import type { RawWatchEvent, WatchCalls } from './watch-messages.ts';

/**
 * Watches a tree. chokidar follows its folders; events of files in them are passed on as the system reports them.
 * Following each file too would cost a stat and 4 KB for every one of them.
 */
export function watchTree(
  { root, exclude }: WatchCalls['watch']['params'],
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

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
import { leadsToFolder } from './list-folder.ts';
import type { RawWatchEvent, WatchCalls } from './watch-messages.ts';

/**
 * Watches a tree. chokidar follows only its folders; events of files are passed on as the system reports them. Following
 * each file would cost a stat and 4 KB per file.
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
      if (isHidden(name) || isSystemFolder(name) || stats?.isFile() === true) return true;
      if (stats?.isSymbolicLink() === true && isFileName(name) && !leadsToFolder(path)) return true;
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

/** Returns whether a name is one of a file to index. A folder may have such a name too. */
function isFileName(name: string): boolean {
  return isMedia(name) || isSidecar(name);
}

/** Returns the path of a raw event; undefined if it names none. */
function toRawEventPath(name: unknown, details: unknown): string | undefined {
  if (typeof name !== 'string' || typeof details !== 'object' || details === null) return undefined;
  return 'watchedPath' in details && typeof details.watchedPath === 'string'
    ? join(details.watchedPath, name)
    : undefined;
}

/** Returns whether a name may matter to a scan. A name that is not UTF-8 arrives garbled and may be anything. */
function isRelevantName(name: string): boolean {
  if (name === IGNORE_FILE || name.includes('\uFFFD')) return true;
  return !isHidden(name) && isFileName(name);
}

import { stat } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { watch as chokidar, type FSWatcher } from 'chokidar';
import { fileUriOf, pathOfFileUri } from '../../base/file-uri.ts';
import { isMedia, isSidecar } from '../../core/extensions.ts';
import { IGNORE_FILE, isHidden, isSystemFolder, rulesOf } from '../../core/folderRules.ts';
import type { FolderRule, WatchEvent } from '../../ports/disk.ts';
import { type DirtyOptions, dirtyFolders } from './dirty.ts';
import { codeOf } from './failures.ts';
import { fingerprint } from './scan.ts';

export interface WatchOptions extends DirtyOptions {
  /** Between two looks at every file where a folder is polled, ms; longer where a look takes over a tenth of it. */
  readonly pollMs: number;
  /** Between two looks at the folder itself, which may be unmounted, mounted, removed or put back, ms. */
  readonly rootMs: number;
  /** Between two whole looks that make up for events the system lost without a word, ms. */
  readonly rescanMs: number;
}

/** While the system refuses to watch, a whole look this often, ms. */
const UNWATCHED_MS = 60_000;

/** Watches one folder until aborted; see the port. */
export async function watch(
  rule: FolderRule,
  options: WatchOptions,
  onEvent: (event: WatchEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted) return;
  // A path that is not UTF-8 has no text that chokidar could watch.
  if (rule.poll || typeof pathOfFileUri(rule.uri) !== 'string') return poll(rule, options, onEvent, signal);
  const folder = rule.uri;
  const root = pathOfFileUri(folder).toString();
  const dirty = dirtyFolders(root, options, (within) =>
    onEvent(within === undefined ? { folder } : { folder, within: fileUriOf(within) }),
  );
  let watcher: FSWatcher | undefined;
  let identity: string | undefined;
  let unwatched: NodeJS.Timeout | undefined;
  let turn = Promise.resolve();

  const onError = (error: unknown) => {
    const problem = problemOf(root, error);
    if (problem === undefined) return onEvent({ folder });
    if (unwatched !== undefined) return;
    unwatched = setInterval(() => onEvent({ folder }), UNWATCHED_MS);
    onEvent({ folder, problem });
  };
  const look = async () => {
    const now = await identityOf(root);
    if (now === identity || signal.aborted) return;
    identity = now;
    await watcher?.close();
    watcher = undefined;
    if (now === '' || signal.aborted) return onEvent({ folder });
    const next = open(root, rule);
    watcher = next;
    next.on('error', onError);
    // chokidar keeps the tree of folders; what happens to files in them comes as it came from the system. Following
    // each file too would take it 4 KB and a stat for every one of them.
    next.on('raw', (_event, name, details) => {
      const path = rawPath(name, details);
      if (path === undefined) dirty.folder(root);
      else if (concerns(basename(path))) dirty.file(path);
    });
    next.on('addDir', (path) => dirty.folder(path));
    next.on('unlinkDir', (path) => (path === root ? check() : dirty.folder(dirname(path))));
    await new Promise<void>((ready) => {
      next.once('ready', () => ready());
      signal.addEventListener('abort', () => ready(), { once: true });
    });
    if (!signal.aborted) onEvent({ folder });
  };
  const check = () => {
    turn = turn.then(look).catch(onError);
  };

  check();
  const timers = [
    setInterval(check, options.rootMs),
    setInterval(() => onEvent({ folder }), options.rescanMs),
  ];
  await new Promise<void>((done) => signal.addEventListener('abort', () => done(), { once: true }));
  for (const timer of timers) clearInterval(timer);
  clearInterval(unwatched);
  dirty.close();
  await turn;
  await watcher?.close();
}

function open(root: string, rule: FolderRule): FSWatcher {
  const rules = rulesOf(rule.include, rule.exclude);
  return chokidar(root, {
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

/** Walks the folder again and again, and tells when what lies in it is not what lay in it. */
async function poll(
  rule: FolderRule,
  { pollMs }: WatchOptions,
  onEvent: (event: WatchEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const request = { uri: rule.uri, include: rule.include, exclude: rule.exclude };
  let last: string | undefined;
  while (!signal.aborted) {
    const started = performance.now();
    try {
      const now = await fingerprint(request, signal);
      if (now !== last) onEvent({ folder: rule.uri });
      last = now;
      await pause(Math.max(pollMs, (performance.now() - started) * 10), undefined, { signal });
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}

/** Device and number of a folder: another one after an unmount or mount; empty where there is none. */
async function identityOf(root: string): Promise<string> {
  try {
    const { dev, ino } = await stat(root, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return '';
  }
}

/** Undefined where a whole look mends it. */
function problemOf(path: string, error: unknown): string | undefined {
  switch (codeOf(error)) {
    case 'ENOSPC':
      return (
        `The system's limit of watched folders is reached: parts of ${path} are looked at once a minute. Raise it: ` +
        'echo fs.inotify.max_user_watches=524288 | sudo tee /etc/sysctl.d/60-goldfish.conf && sudo sysctl --system'
      );
    case 'EMFILE':
    case 'ENFILE':
      return (
        `Too many files or watches are open: parts of ${path} are looked at once a minute. Raise the limit ` +
        '(ulimit -n 65536; sudo sysctl fs.inotify.max_user_instances=1024), or add the folder with polling.'
      );
    default:
      return undefined;
  }
}

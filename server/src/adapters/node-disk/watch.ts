import { stat } from 'node:fs/promises';
import { basename, dirname, relative, sep } from 'node:path';
import { watch as chokidar, type FSWatcher } from 'chokidar';
import { fileUriOf, pathOfFileUri } from '../../base/file-uri.ts';
import { isMedia, isSidecar } from '../../core/extensions.ts';
import { IGNORE_FILE, isHidden, isSystemFolder, rulesOf } from '../../core/folderRules.ts';
import { isSubtitleFolder } from '../../core/sidecarNames.ts';
import type { FolderRule, WatchEvent } from '../../ports/disk.ts';
import { codeOf } from './failures.ts';

export interface WatchOptions {
  /** A file that is written is told once it stood still this long, ms. */
  readonly quietMs: number;
  /** Between two looks at every file, where a folder is polled, ms. */
  readonly pollMs: number;
  /** Between two looks at the folder itself, which may be unmounted, mounted, removed or put back, ms. */
  readonly rootMs: number;
  /** Between two whole looks that make up for events the system lost without a word, ms. */
  readonly rescanMs: number;
  /** Events that come together are told together, ms. */
  readonly gatherMs: number;
  /** From this many events at once on, the system may have lost some: the whole folder is told. */
  readonly burst: number;
}

/** While the system refuses to watch, a whole look this often, ms. */
const UNWATCHED_MS = 60_000;
/** More folders than this are told as the whole. */
const FOLDERS = 64;

/** Watches one folder until aborted; see the port. */
export async function watch(
  rule: FolderRule,
  options: WatchOptions,
  onEvent: (event: WatchEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted) return;
  const folder = rule.uri;
  const root = pathOfFileUri(folder);
  const dirty = dirtyFolders(root.toString(), options, (within) =>
    onEvent(within === undefined ? { folder } : { folder, within: fileUriOf(within) }),
  );
  let watcher: FSWatcher | undefined;
  let identity: string | undefined;
  let unwatched: NodeJS.Timeout | undefined;
  let turn = Promise.resolve();

  const onError = (error: unknown) => {
    const problem = problemOf(root.toString(), error);
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
    // A path that is not UTF-8 has no text that chokidar could watch: it is looked at as a whole.
    if (now === '' || typeof root !== 'string' || signal.aborted) return onEvent({ folder });
    const next = open(root, rule, options);
    watcher = next;
    next.on('error', onError);
    next.on('all', (event, path, stats) => {
      if (path === root && event === 'unlinkDir') return check();
      const age = stats?.isFile() === true ? Date.now() - stats.mtimeMs : Number.POSITIVE_INFINITY;
      dirty.add(
        event === 'addDir' ? path : dirname(path),
        path,
        Math.min(options.quietMs - age, options.quietMs),
      );
    });
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
    setInterval(() => onEvent({ folder }), typeof root === 'string' ? options.rescanMs : options.pollMs),
  ];
  await new Promise<void>((done) => signal.addEventListener('abort', () => done(), { once: true }));
  for (const timer of timers) clearInterval(timer);
  clearInterval(unwatched);
  dirty.close();
  await turn;
  await watcher?.close();
}

function open(root: string, rule: FolderRule, options: WatchOptions): FSWatcher {
  const rules = rulesOf(rule.include, rule.exclude);
  return chokidar(root, {
    ignoreInitial: true,
    ignorePermissionErrors: true,
    alwaysStat: true,
    backend: rule.poll ? 'polling' : 'auto',
    pollingInterval: options.pollMs,
    pollingBinaryInterval: options.pollMs,
    ignored: (path, stats) => {
      if (path === root || !path.startsWith(root)) return false;
      const name = basename(path);
      if (name === IGNORE_FILE) return false;
      if (isHidden(name) || isSystemFolder(name)) return true;
      if (stats?.isFile() === true && !isMedia(name) && !isSidecar(name)) return true;
      return (
        stats?.isDirectory() === true && rules.leavesOutFolder(relative(root, path).split(sep).join('/'))
      );
    },
  });
}

/** Device and number of a folder: another one after an unmount or mount; empty where there is none. */
async function identityOf(root: string | Buffer): Promise<string> {
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

interface Dirty {
  /** A folder in which something changed, and what; told after a wait of its own where that is still written. */
  add(folder: string, path: string, waitMs: number): void;
  close(): void;
}

/** Gathers changed folders for a moment and tells each once; undefined stands for the whole. */
function dirtyFolders(
  root: string,
  { gatherMs, burst }: WatchOptions,
  tell: (within: string | undefined) => void,
): Dirty {
  const folders = new Set<string>();
  /** Files that are still written, each with the timer of its end. */
  const written = new Map<string, NodeJS.Timeout>();
  let events = 0;
  let timer: NodeJS.Timeout | undefined;
  const flush = () => {
    timer = undefined;
    const outer = [...folders].filter((path) => !hasAbove(path, folders, root));
    const whole = events >= burst || outer.length > FOLDERS || folders.has(root);
    folders.clear();
    events = 0;
    if (whole) tell(undefined);
    else for (const path of outer) tell(path);
  };
  const add = (folder: string) => {
    folders.add(concerned(folder, root));
    timer ??= setTimeout(flush, gatherMs);
  };
  return {
    add: (folder, path, waitMs) => {
      events += 1;
      clearTimeout(written.get(path));
      written.delete(path);
      if (waitMs <= 0) return add(folder);
      const settled = () => {
        written.delete(path);
        add(folder);
      };
      written.set(path, setTimeout(settled, waitMs));
    },
    close: () => {
      clearTimeout(timer);
      for (const waiting of written.values()) clearTimeout(waiting);
    },
  };
}

/** The folder whose videos a change in `path` concerns: subtitle folders belong to the one above. */
function concerned(path: string, root: string): string {
  for (const folder of [path, dirname(path)]) {
    if (folder.length > root.length && isSubtitleFolder(basename(folder))) return dirname(folder);
  }
  return path.startsWith(root) ? path : root;
}

function hasAbove(path: string, folders: ReadonlySet<string>, root: string): boolean {
  for (let at = dirname(path); at.length >= root.length && at !== path; at = dirname(at)) {
    if (folders.has(at)) return true;
    if (at === root) break;
  }
  return false;
}

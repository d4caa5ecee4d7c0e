import { stat } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { fileUriOf, pathOfFileUri } from '../../base/file-uri.ts';
import type { FolderRule, WatchEvent } from '../../ports/disk.ts';
import { type DirtyOptions, dirtyFolders } from './dirty.ts';
import { watchProblem } from './failures.ts';
import type { Scanner } from './scan.ts';
import type { TreeEvent } from './tree-worker.ts';
import type { OpenTree, Tree } from './trees.ts';

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

/** What watching is done with: threads that are shared by all folders. */
export interface Helpers extends Pick<Scanner, 'fingerprint'> {
  readonly openTree: OpenTree;
}

/** Watches one folder until aborted; see the port. */
export async function watch(
  rule: FolderRule,
  options: WatchOptions,
  { openTree, fingerprint }: Helpers,
  onEvent: (event: WatchEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted) return;
  // A path that is not UTF-8 has no text that chokidar could watch.
  if (rule.poll || typeof pathOfFileUri(rule.uri) !== 'string')
    return poll(rule, options, fingerprint, onEvent, signal);
  const folder = rule.uri;
  const root = pathOfFileUri(folder).toString();
  const dirty = dirtyFolders(root, options, (within) =>
    onEvent(within === undefined ? { folder } : { folder, within: fileUriOf(within) }),
  );
  let tree: Tree | undefined;
  let identity: string | undefined;
  let unwatched: NodeJS.Timeout | undefined;
  let turn = Promise.resolve();

  const onProblem = (code: string) => {
    const problem = watchProblem(root, code);
    if (problem !== undefined && unwatched !== undefined) return;
    if (problem !== undefined) unwatched = setInterval(() => onEvent({ folder }), UNWATCHED_MS);
    onEvent({ folder, problem });
  };
  const onTree = (event: TreeEvent) => {
    if (event.kind === 'file') dirty.file(event.path);
    else if (event.kind === 'folder') dirty.folder(event.path);
    else if (event.kind === 'unsure') dirty.folder(root);
    else if (event.kind === 'error') onProblem(event.code);
    else if (event.kind === 'ready') onEvent({ folder });
    else if (event.kind === 'rootGone') {
      identity = undefined;
      check();
    }
  };
  const look = async () => {
    const now = await identityOf(root);
    if (now === identity || signal.aborted) return;
    identity = now;
    await tree?.close();
    tree = undefined;
    if (now === '') onEvent({ folder });
    else if (!signal.aborted) tree = openTree(root, rule.exclude, onTree);
  };
  const check = () => {
    turn = turn.then(look);
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
  await tree?.close();
}

/** Walks the folder again and again, and tells when what lies in it is not what lay in it. */
async function poll(
  rule: FolderRule,
  { pollMs }: WatchOptions,
  fingerprint: Scanner['fingerprint'],
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

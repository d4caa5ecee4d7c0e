import { basename, dirname } from 'node:path';
import { isSubtitleFolder } from '../../core/library/sidecar-matching.ts';
import { findFileStat } from './wait-until-stable.ts';

export interface DebounceOptions {
  /** A file that is written is told once it stood still this long, ms. */
  readonly quietMs: number;
  /** Events that come together are told together, ms. */
  readonly gatherMs: number;
  /** From this many events at once on, the system may have lost some: the whole folder is told. */
  readonly burstEvents: number;
}

/** Folders in which something changed, until they are told. */
export interface ChangeDebouncer {
  /** Something in the folder changed, or it came or went. */
  folder(path: string): void;
  /** A file changed: its folder is told once the file stands still. */
  file(path: string): void;
  close(): void;
}

/** More folders than this are told as the whole. */
const MAX_FOLDERS = 64;

/** Gathers changes below `root` for a moment and tells each folder once; undefined stands for the whole. */
export function createChangeDebouncer(
  root: string,
  { quietMs, gatherMs, burstEvents }: DebounceOptions,
  onChange: (folder: string | undefined) => void,
): ChangeDebouncer {
  const folders = new Set<string>();
  /** Files that are still written, each with its next look. */
  const unsettledFiles = new Map<string, NodeJS.Timeout | undefined>();
  let events = 0;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const flush = () => {
    timer = undefined;
    const outermostFolders = [...folders].filter((path) => !hasAncestorIn(path, folders, root));
    const isWholeRoot = events >= burstEvents || outermostFolders.length > MAX_FOLDERS || folders.has(root);
    folders.clear();
    events = 0;
    if (isWholeRoot) onChange(undefined);
    else for (const path of outermostFolders) onChange(path);
  };
  const add = (folder: string) => {
    if (closed) return;
    folders.add(findConcernedFolder(folder, root));
    timer ??= setTimeout(flush, gatherMs);
  };
  const waitUntilQuiet = async (path: string, lastStamp: string): Promise<void> => {
    const stats = await findFileStat(path).catch(() => undefined);
    const ageMs = stats === undefined ? quietMs : Date.now() - stats.modifiedMs;
    const stamp = `${stats?.bytes} ${stats?.modifiedMs}`;
    // A time in the future says nothing: the file is still when it does not change from look to look.
    if (closed || ageMs >= quietMs || stamp === lastStamp) {
      unsettledFiles.delete(path);
      add(dirname(path));
      return;
    }
    const waitMs = ageMs < 0 ? quietMs : quietMs - ageMs;
    unsettledFiles.set(
      path,
      setTimeout(() => void waitUntilQuiet(path, stamp), waitMs),
    );
  };
  return {
    folder: (path) => {
      events += 1;
      add(path);
    },
    file: (path) => {
      events += 1;
      if (unsettledFiles.has(path)) return;
      unsettledFiles.set(path, undefined);
      void waitUntilQuiet(path, '');
    },
    close: () => {
      closed = true;
      clearTimeout(timer);
      for (const waiting of unsettledFiles.values()) clearTimeout(waiting);
    },
  };
}

/** The folder whose videos a change in `path` concerns: subtitle folders belong to the one above. */
function findConcernedFolder(path: string, root: string): string {
  if (!path.startsWith(root)) return root;
  for (const folder of [path, dirname(path)]) {
    if (folder.length > root.length && isSubtitleFolder(basename(folder))) return dirname(folder);
  }
  return path;
}

function hasAncestorIn(path: string, folders: ReadonlySet<string>, root: string): boolean {
  for (let ancestor = path; ancestor.length > root.length; ) {
    ancestor = dirname(ancestor);
    if (folders.has(ancestor)) return true;
  }
  return false;
}

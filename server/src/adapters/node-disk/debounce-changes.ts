import { basename, dirname } from 'node:path';
import { isSubtitleFolder } from '../../core/library/sidecar-matching.ts';
import { findFileStat } from './wait-until-stable.ts';

export interface DebounceOptions {
  /** How long a file must not change before its folder is reported, in ms. */
  readonly quietMs: number;
  /** How long events are collected before they are reported, in ms. */
  readonly gatherMs: number;
  /** Number of events in one report from which the whole tree is reported, because the system may have lost some. */
  readonly burstEvents: number;
}

/** Collects folders in which something changed, and reports them. */
export interface ChangeDebouncer {
  /** Adds a folder that changed, appeared or disappeared. */
  folder(path: string): void;
  /** Adds a file that changed. Its folder is reported once the file no longer changes, and earlier if that takes long. */
  file(path: string): void;
  close(): void;
}

/** Time after which a file that is still being written is reported too, once, ms. */
const LONG_WRITE_MS = 3_000;

/** Maximum number of folders in one report; with more, the whole tree is reported. */
const MAX_FOLDERS = 64;

/** Collects changes below `root` for a moment and reports each folder once, or undefined for the whole tree. */
export function createChangeDebouncer(
  root: string,
  { quietMs, gatherMs, burstEvents }: DebounceOptions,
  onChange: (folder: string | undefined) => void,
): ChangeDebouncer {
  const folders = new Set<string>();
  /** Files that are still being written, each with the timer of its next check. */
  const unsettledFiles = new Map<string, NodeJS.Timeout | undefined>();
  let events = 0;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

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
    if (isClosed) return;
    folders.add(findConcernedFolder(folder, root));
    timer ??= setTimeout(flush, gatherMs);
  };
  const waitUntilQuiet = async (path: string, lastStamp: string, reportAtMs: number): Promise<void> => {
    const stats = await findFileStat(path).catch(() => undefined);
    const ageMs = stats === undefined ? quietMs : Date.now() - stats.modifiedMs;
    const stamp = `${stats?.bytes} ${stats?.modifiedMs}`;
    // A file time in the future says nothing: the file is stable if two checks in a row find the same stamp.
    if (isClosed || ageMs >= quietMs || stamp === lastStamp) {
      unsettledFiles.delete(path);
      add(dirname(path));
      return;
    }
    // A recording may not be quiet for hours. What becomes of it then is the business of those who read it.
    const isLong = Date.now() >= reportAtMs;
    if (isLong) add(dirname(path));
    const waitMs = ageMs < 0 ? quietMs : quietMs - ageMs;
    unsettledFiles.set(
      path,
      setTimeout(
        () => void waitUntilQuiet(path, stamp, isLong ? Number.POSITIVE_INFINITY : reportAtMs),
        waitMs,
      ),
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
      void waitUntilQuiet(path, '', Date.now() + LONG_WRITE_MS);
    },
    close: () => {
      isClosed = true;
      clearTimeout(timer);
      for (const waiting of unsettledFiles.values()) clearTimeout(waiting);
    },
  };
}

/** Returns the folder whose videos a change in `path` affects: for a subtitle folder, its parent. */
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

import { basename, dirname } from 'node:path';
import { isSubtitleFolder } from '../../core/sidecarNames.ts';
import { statOf } from './stable.ts';

export interface DirtyOptions {
  /** A file that is written is told once it stood still this long, ms. */
  readonly quietMs: number;
  /** Events that come together are told together, ms. */
  readonly gatherMs: number;
  /** From this many events at once on, the system may have lost some: the whole folder is told. */
  readonly burst: number;
}

/** Folders in which something changed, until they are told. */
export interface Dirty {
  /** Something in the folder changed, or it came or went. */
  folder(path: string): void;
  /** A file changed: its folder is told once the file stands still. */
  file(path: string): void;
  close(): void;
}

/** More folders than this are told as the whole. */
const FOLDERS = 64;

/** Gathers changes below `root` for a moment and tells each folder once; undefined stands for the whole. */
export function dirtyFolders(
  root: string,
  { quietMs, gatherMs, burst }: DirtyOptions,
  tell: (folder: string | undefined) => void,
): Dirty {
  const folders = new Set<string>();
  /** Files that are still written, each with its next look. */
  const written = new Map<string, NodeJS.Timeout | undefined>();
  let events = 0;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

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
    if (closed) return;
    folders.add(concerned(folder, root));
    timer ??= setTimeout(flush, gatherMs);
  };
  const settle = async (path: string, last: string): Promise<void> => {
    const now = await statOf(path).catch(() => undefined);
    const age = now === undefined ? quietMs : Date.now() - now.modifiedMs;
    const shape = `${now?.bytes} ${now?.modifiedMs}`;
    // A time in the future says nothing: the file is still when it does not change from look to look.
    if (closed || age >= quietMs || shape === last) {
      written.delete(path);
      add(dirname(path));
      return;
    }
    const wait = age < 0 ? quietMs : quietMs - age;
    written.set(
      path,
      setTimeout(() => void settle(path, shape), wait),
    );
  };
  return {
    folder: (path) => {
      events += 1;
      add(path);
    },
    file: (path) => {
      events += 1;
      if (written.has(path)) return;
      written.set(path, undefined);
      void settle(path, '');
    },
    close: () => {
      closed = true;
      clearTimeout(timer);
      for (const waiting of written.values()) clearTimeout(waiting);
    },
  };
}

/** The folder whose videos a change in `path` concerns: subtitle folders belong to the one above. */
function concerned(path: string, root: string): string {
  if (!path.startsWith(root)) return root;
  for (const folder of [path, dirname(path)]) {
    if (folder.length > root.length && isSubtitleFolder(basename(folder))) return dirname(folder);
  }
  return path;
}

function hasAbove(path: string, folders: ReadonlySet<string>, root: string): boolean {
  for (let at = path; at.length > root.length; ) {
    at = dirname(at);
    if (folders.has(at)) return true;
  }
  return false;
}

import { lstatSync, readFileSync, type Stats, statSync } from 'node:fs';
import type { DiskFile } from '../../core/diskFile.ts';
import {
  IGNORE_FILE,
  type IgnoreChain,
  isHidden,
  isIgnored,
  isSystemFolder,
  type Rules,
  rulesOf,
  withIgnoreFile,
} from '../../core/folderRules.ts';
import type { Uri } from '../../core/range.ts';
import type { FolderRule, Scan } from '../../ports/disk.ts';
import { type BytePath, bytePathOf, joined, nativePath, shownPath, uriOfBytes } from './bytes.ts';
import { codeOf, folderReason } from './failures.ts';
import { type Entry, type Listing, list, sidecarsOf, statFile } from './listing.ts';

export type WalkRequest = Pick<FolderRule, 'uri' | 'include' | 'exclude'> & { readonly within?: Uri };
export type WalkEnd = Omit<Scan, 'files'>;
export type OnFiles = (files: readonly DiskFile[]) => void;

/** A folder still to be listed. `relative` is its path from the root, `/` between, empty for the root. */
interface Pending {
  readonly path: BytePath;
  readonly relative: string;
  /** Ignore files of the folders above it. */
  readonly above: IgnoreChain | undefined;
}

interface Walk {
  readonly rules: Rules;
  readonly pending: Pending[];
  /** Links to folders come after real folders: a file is listed by its real path where it has one below the root. */
  readonly linked: Pending[];
  readonly entered: Set<string>;
  readonly unread: { uri: Uri; reason: string }[];
  readonly bare: { uri: Uri; modifiedMs: number }[];
  readonly onFiles: OnFiles;
}

/**
 * Lists media files synchronously, which is twice as fast as asynchronously: for a worker thread. `onFiles` is
 * called folder by folder. Throws only for a glob or URI that cannot be read, never for what lies on disk.
 */
export function walk(request: WalkRequest, onFiles: OnFiles): WalkEnd {
  const rules = rulesOf(request.include, request.exclude);
  const root = bytePathOf(request.uri);
  let stats: Stats;
  try {
    stats = statSync(nativePath(root));
    if (stats.isFile()) {
      onFiles(oneFile(root, stats));
      return { state: { state: 'ok' }, unread: [], bare: [] };
    }
  } catch (error) {
    return offline(root, codeOf(error));
  }
  const within = request.within === undefined ? root : bytePathOf(request.within);
  const start = within === root ? undefined : startAt(root, within, rules);
  if (start === 'left out') return { state: { state: 'ok' }, unread: [], bare: [] };
  if (start !== undefined) {
    const found: (readonly DiskFile[])[] = [];
    const end = walkFrom(start, rules, (files) => found.push(files), false);
    if (end !== undefined) {
      for (const files of found) onFiles(files);
      return end;
    }
  }
  const whole: Pending = { path: root, relative: '', above: undefined };
  return walkFrom(whole, rules, onFiles, true) ?? offline(root, '');
}

/** Undefined where a walk of a part met a link to a folder: only a walk of the whole knows whether it is new. */
function walkFrom(start: Pending, rules: Rules, onFiles: OnFiles, whole: boolean): WalkEnd | undefined {
  const run: Walk = {
    rules,
    pending: [start],
    linked: [],
    entered: new Set(),
    unread: [],
    bare: [],
    onFiles,
  };
  for (let next = run.pending.pop(); next !== undefined; next = run.pending.pop() ?? run.linked.shift()) {
    const error = enter(run, next);
    if (!whole && run.linked.length > 0) return undefined;
    if (error === undefined) continue;
    if (whole && next === start) return offline(start.path, error);
    // Gone since it was seen: its files are gone too.
    if (error === 'ENOENT' || error === 'ENOTDIR') continue;
    run.unread.push({ uri: uriOfBytes(next.path), reason: folderReason(shownPath(next.path), error) });
  }
  return { state: { state: 'ok' }, unread: run.unread, bare: run.bare };
}

/** Lists one folder, and puts those in it on the list. Returns the code of the error that kept it from being read. */
function enter(run: Walk, folder: Pending): string | undefined {
  let listing: Listing;
  let stats: Stats;
  try {
    stats = statSync(nativePath(folder.path));
    const id = `${stats.dev}:${stats.ino}`;
    if (run.entered.has(id)) return undefined;
    run.entered.add(id);
    listing = list(folder.path);
  } catch (error) {
    return codeOf(error) || 'EIO';
  }
  if (listing.bare) run.bare.push({ uri: uriOfBytes(folder.path), modifiedMs: Math.floor(stats.mtimeMs) });
  const chain = chainAt(folder.above, folder.relative, folder.path);
  const prefix = folder.relative === '' ? '' : `${folder.relative}/`;
  for (const entry of listing.folders) {
    const relative = prefix + entry.text;
    if (isIgnored(chain, relative, true) || run.rules.leavesOutFolder(relative)) continue;
    const next: Pending = { path: joined(folder.path, entry.name), relative, above: chain };
    if (entry.link) run.linked.push(next);
    else run.pending.push(next);
  }
  const media = listing.media.filter((entry) => {
    const relative = prefix + entry.text;
    return !isIgnored(chain, relative, false) && !run.rules.leavesOutFile(relative);
  });
  if (media.length === 0) return undefined;
  const sidecars = sidecarsOf(
    folder.path,
    { ...listing, media },
    (name) => !isIgnored(chain, prefix + name, false),
  );
  const files: DiskFile[] = [];
  for (const entry of media) {
    const file = fileAt(folder.path, entry);
    if (file !== undefined) files.push({ ...file, sidecars: sidecars(entry) });
  }
  run.onFiles(files);
  return undefined;
}

function fileAt(folder: BytePath, entry: Entry): Omit<DiskFile, 'sidecars'> | undefined {
  const path = joined(folder, entry.name);
  const stats = statFile(path, entry.link);
  return stats === undefined ? undefined : describe(path, stats);
}

function describe(path: BytePath, stats: Stats): Omit<DiskFile, 'sidecars'> {
  return {
    uri: uriOfBytes(path),
    path: shownPath(path),
    bytes: stats.size,
    modifiedMs: Math.floor(stats.mtimeMs),
  };
}

/** A file that was named itself is taken whatever it is called. */
function oneFile(path: BytePath, stats: Stats): readonly DiskFile[] {
  const slash = path.lastIndexOf('/');
  const folder = path.slice(0, Math.max(slash, 1));
  const name = path.slice(slash + 1);
  const entry: Entry = { name, text: shownPath(name), link: true };
  let sidecars: DiskFile['sidecars'] = [];
  try {
    const listing = list(folder);
    const media = [...listing.media.filter((one) => one.name !== name), entry];
    sidecars = sidecarsOf(folder, { ...listing, media }, () => true)(entry);
  } catch {
    // A folder that may be entered and not listed: the file stands alone.
  }
  return [{ ...describe(path, stats), sidecars }];
}

/**
 * The folder to start at below the root; `left out` where rules or its name leave it out; undefined where only a walk
 * of the whole can tell (a link on the way).
 */
function startAt(root: BytePath, within: BytePath, rules: Rules): Pending | 'left out' | undefined {
  const base = joined(root, '');
  if (!within.startsWith(base)) return undefined;
  let here: Pending = { path: root, relative: '', above: undefined };
  for (const name of within.slice(base.length).split('/')) {
    if (name === '') continue;
    const text = shownPath(name);
    if (isHidden(name) || isSystemFolder(name)) return 'left out';
    const chain = chainAt(here.above, here.relative, here.path);
    const relative = here.relative === '' ? text : `${here.relative}/${text}`;
    if (isIgnored(chain, relative, true) || rules.leavesOutFolder(relative)) return 'left out';
    here = { path: joined(here.path, name), relative, above: chain };
    if (isLink(here.path)) return undefined;
  }
  return here;
}

function isLink(path: BytePath): boolean {
  try {
    return lstatSync(nativePath(path), { throwIfNoEntry: false })?.isSymbolicLink() === true;
  } catch {
    return false;
  }
}

/** The ignore files that hold for what lies in a folder, its own among them. */
function chainAt(
  above: IgnoreChain | undefined,
  relative: string,
  folder: BytePath,
): IgnoreChain | undefined {
  try {
    return withIgnoreFile(above, relative, readFileSync(nativePath(joined(folder, IGNORE_FILE)), 'utf8'));
  } catch {
    return above;
  }
}

function offline(root: BytePath, code: string): WalkEnd {
  return { state: { state: 'offline', reason: folderReason(shownPath(root), code) }, unread: [], bare: [] };
}

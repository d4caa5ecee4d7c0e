import { readdirSync, readFileSync, statSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import { pathToFileUri } from '../../base/file-uri.ts';
import type { Uri } from '../../core/domain/time-range.ts';
import { isHidden } from '../../core/library/folder-filter.ts';
import type { BrowseRequest, CountedFolder, FolderBrowse } from '../../ports/folder-browser.ts';
import {
  type BytePath,
  bytePathToUri,
  joinPath,
  toDisplayPath,
  toNativePath,
  uriToBytePath,
} from './byte-path.ts';
import { listFolder } from './list-folder.ts';
import { walkFolder } from './walk-folder.ts';

/** Time for all counts of one answer, ms. */
const COUNT_BUDGET_MS = 1500;
/** Folders that the kernel makes up. No videos are in them, and reading them may never end. */
const KERNEL_FOLDERS: readonly BytePath[] = ['/proc', '/sys', '/dev'];
/** Every folder gets this much of it, however many there are, ms. */
const MIN_FOLDER_BUDGET_MS = 5;

/**
 * Lists the folders in a folder, each with what indexing would find in it. Works synchronously, for use in a worker
 * thread. Returns undefined if the folder cannot be listed.
 */
export function browseFolder({ uri, offset, limit, leaveOut }: BrowseRequest): FolderBrowse | undefined {
  const root = uri === undefined ? undefined : uriToBytePath(uri);
  const paths = root === undefined ? startPlaces() : listSubfolders(root);
  if (paths === undefined) return undefined;
  const listed = paths.filter(
    (path) => !leaveOut.includes(bytePathToUri(path)) && !KERNEL_FOLDERS.includes(path),
  );
  const page = listed.slice(offset, offset + limit);
  const deadlineMs = performance.now() + COUNT_BUDGET_MS;
  // The listed folder comes first: its number is on the button.
  const folder = root === undefined ? undefined : countFolder(root, shareUntil(deadlineMs, 2));
  const folders = page.map((path, at) => countFolder(path, shareUntil(deadlineMs, page.length - at)));
  return { folder, parent: root === undefined ? undefined : parentOf(root), folders, total: listed.length };
}

/** Returns the time until which one of `count` folders may be counted. */
function shareUntil(deadlineMs: number, count: number): number {
  const nowMs = performance.now();
  return nowMs + Math.max(MIN_FOLDER_BUDGET_MS, (deadlineMs - nowMs) / count);
}

/** Sorts as people expect: `Talk 2` before `Talk 10`, whatever the case. */
const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

function listSubfolders(root: BytePath): readonly BytePath[] | undefined {
  try {
    return listFolder(root)
      .folders.toSorted((a, b) => collator.compare(a.text, b.text))
      .map(({ name }) => joinPath(root, name));
  } catch {
    return undefined;
  }
}

function countFolder(path: BytePath, deadlineMs: number): CountedFolder {
  const uri = bytePathToUri(path);
  const walk = walkFolder({ uri, include: [], exclude: [] });
  let videos = 0;
  let bytes = 0;
  const toResult = (complete: boolean): CountedFolder => ({
    uri,
    path: toDisplayPath(path),
    name: nameOf(toDisplayPath(path)),
    videos,
    bytes,
    complete,
  });
  for (;;) {
    const step = walk.next();
    if (step.done) return toResult(step.value.state.state === 'ok' && step.value.unread.length === 0);
    videos += step.value.length;
    for (const file of step.value) bytes += file.bytes;
    if (performance.now() > deadlineMs) return toResult(false);
  }
}

/** Returns the last part of a path; the path itself for a root such as `/` or `C:/`. */
function nameOf(path: string): string {
  return path.replace(/\/+$/, '').split('/').pop() || path;
}

function parentOf(path: BytePath): Uri | undefined {
  const trimmed = path.replace(/\/+$/, '');
  const slash = trimmed.lastIndexOf('/');
  if (slash < 0) return undefined;
  const parent = trimmed.slice(0, slash);
  // `/` above `/home`, `C:/` above `C:/Users`.
  return bytePathToUri(slash === 0 || /^[A-Za-z]:$/.test(parent) ? `${parent}/` : parent);
}

/** Returns the folders where people keep videos, and the drives: those that exist, each once. */
function startPlaces(): readonly BytePath[] {
  const home = homedir();
  const candidates = [
    ...videoFolders(home),
    ...['Videos', 'Movies', 'Pictures', 'Downloads', 'Desktop', 'Documents'].map((name) => join(home, name)),
    home,
    ...drives(),
  ];
  return [...new Set(candidates.map((path) => uriToBytePath(pathToFileUri(path))))].filter(isFolder);
}

/** Returns the folder of videos that a Linux desktop has in the user's language. */
function videoFolders(home: string): readonly string[] {
  try {
    const text = readFileSync(join(home, '.config/user-dirs.dirs'), 'utf8');
    const path = /^XDG_VIDEOS_DIR="(?:\$HOME\/)?(.+)"$/m.exec(text)?.[1];
    if (path === undefined) return [];
    return [path.startsWith('/') ? path : join(home, path)];
  } catch {
    return [];
  }
}

function drives(): readonly string[] {
  if (process.platform === 'win32') return [...'CDEFGHIJKLMNOPQRSTUVWXYZ'].map((letter) => `${letter}:\\`);
  const { username } = userInfo();
  const mounts =
    process.platform === 'darwin' ? ['/Volumes'] : [`/media/${username}`, `/run/media/${username}`, '/mnt'];
  return mounts.flatMap((mount) => {
    try {
      return readdirSync(mount)
        .filter((name) => !isHidden(name))
        .map((name) => join(mount, name));
    } catch {
      return [];
    }
  });
}

function isFolder(path: BytePath): boolean {
  try {
    return statSync(toNativePath(path), { throwIfNoEntry: false })?.isDirectory() === true;
  } catch {
    return false;
  }
}

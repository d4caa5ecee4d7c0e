import { type Dirent, lstatSync, readdirSync, type Stats, statSync } from 'node:fs';
import type { ChangeStamp, Sidecar } from '../../core/domain/video.ts';
import { isHidden, isSystemFolder } from '../../core/library/folder-filter.ts';
import { isMedia } from '../../core/library/media-extensions.ts';
import { isSubtitleFolder, isTextSidecar, SidecarOwners } from '../../core/library/sidecar-matching.ts';
import {
  type BytePath,
  bytePathToUri,
  joinPath,
  NAME_ENCODING,
  toDisplayPath,
  toNativePath,
} from './byte-path.ts';

/** A name in a folder, as bytes and as text for matching. */
export interface FolderEntry {
  readonly name: BytePath;
  readonly text: string;
  readonly isLink: boolean;
}

/** The relevant entries of one folder. */
export interface FolderListing {
  /** True if the folder has no entries at all, not even hidden ones. */
  readonly isEmpty: boolean;
  readonly media: readonly FolderEntry[];
  readonly sidecars: readonly FolderEntry[];
  readonly folders: readonly FolderEntry[];
}

const EMPTY_LISTING: FolderListing = { isEmpty: false, media: [], sidecars: [], folders: [] };
const NO_SIDECARS: readonly Sidecar[] = [];

/** Returns the stats of a regular file; undefined for anything else and if it does not exist. `link`: follows links. */
export function statFile(path: BytePath, link: boolean): Stats | undefined {
  try {
    const native = toNativePath(path);
    const stats = link
      ? statSync(native, { throwIfNoEntry: false })
      : lstatSync(native, { throwIfNoEntry: false });
    return stats?.isFile() === true ? stats : undefined;
  } catch {
    return undefined;
  }
}

export function toChangeStamp({ ctimeMs, ino }: Stats): ChangeStamp {
  return `${ctimeMs}:${ino}`;
}

/** Lists a folder synchronously. Hidden names and system folders are left out. Throws the system's error. */
export function listFolder(folder: BytePath): FolderListing {
  const entries = readEntries(folder);
  const media: FolderEntry[] = [];
  const otherEntries: FolderEntry[] = [];
  const folders: FolderEntry[] = [];
  for (const entry of entries) {
    const { name } = entry;
    if (isHidden(name)) continue;
    const folderEntry: FolderEntry = { name, text: toDisplayPath(name), isLink: entry.isSymbolicLink() };
    if (entry.isDirectory() || (folderEntry.isLink && leadsToFolder(toNativePath(joinPath(folder, name))))) {
      if (!isSystemFolder(name)) folders.push(folderEntry);
    } else if (!entry.isFile() && !folderEntry.isLink) continue;
    else if (isMedia(folderEntry.text)) media.push(folderEntry);
    else otherEntries.push(folderEntry);
  }
  const names = new Set(otherEntries.map((entry) => entry.text));
  const sidecars = otherEntries.filter((entry) => isTextSidecar(entry.text, names));
  return { isEmpty: entries.length === 0, media, sidecars, folders };
}

function readEntries(folder: BytePath): readonly Dirent[] {
  const native = toNativePath(folder);
  try {
    return readdirSync(native, { encoding: NAME_ENCODING, withFileTypes: true });
  } catch (error) {
    // Some file systems do not report types. Node then looks up each name, which works for any name only with bytes.
    const byteEntries = readdirSync(native, { encoding: 'buffer', withFileTypes: true });
    if (byteEntries.length === 0) throw error;
    return byteEntries.map((entry) => Object.assign(entry, { name: entry.name.toString(NAME_ENCODING) }));
  }
}

/** Returns whether a path, or the target of a link, is a folder. */
export function leadsToFolder(path: string | Buffer): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  } catch {
    return false;
  }
}

/**
 * Finds the sidecars of a folder's media files, beside them and in subtitle folders, in name order. `isKept` returns
 * whether the rules keep a path relative to the folder.
 */
export function findSidecars(
  folder: BytePath,
  listing: FolderListing,
  isKept: (relative: string) => boolean,
): (media: FolderEntry) => readonly Sidecar[] {
  const subtitles = listing.folders.filter((folderEntry) => isSubtitleFolder(folderEntry.text));
  if (listing.media.length === 0 || (listing.sidecars.length === 0 && subtitles.length === 0))
    return () => NO_SIDECARS;
  const sidecarsByMedia = new Map<FolderEntry, Sidecar[]>();
  const stems = new SidecarOwners<FolderEntry>();
  for (const mediaEntry of listing.media) stems.add(mediaEntry.text, mediaEntry);

  const addSidecar = (path: BytePath, sidecarEntry: FolderEntry, relative: string): void => {
    const owners = stems.findOwners(relative);
    if (owners.length === 0 || !isKept(relative)) return;
    const file = joinPath(path, sidecarEntry.name);
    const stats = statFile(file, sidecarEntry.isLink);
    if (stats === undefined) return;
    const sidecar: Sidecar = {
      uri: bytePathToUri(file),
      bytes: stats.size,
      modifiedMs: Math.floor(stats.mtimeMs),
      changeStamp: toChangeStamp(stats),
    };
    for (const owner of owners) {
      const mediaSidecars = sidecarsByMedia.get(owner);
      if (mediaSidecars === undefined) sidecarsByMedia.set(owner, [sidecar]);
      else mediaSidecars.push(sidecar);
    }
  };
  for (const sidecarEntry of listing.sidecars) addSidecar(folder, sidecarEntry, sidecarEntry.text);
  for (const subtitleFolder of subtitles) {
    const path = joinPath(folder, subtitleFolder.name);
    const subtitleListing = listFolderOrEmpty(path);
    for (const sidecarEntry of subtitleListing.sidecars)
      addSidecar(path, sidecarEntry, `${subtitleFolder.text}/${sidecarEntry.text}`);
    for (const nestedFolder of subtitleListing.folders) {
      const nestedPath = joinPath(path, nestedFolder.name);
      for (const sidecarEntry of listFolderOrEmpty(nestedPath).sidecars) {
        addSidecar(
          nestedPath,
          sidecarEntry,
          `${subtitleFolder.text}/${nestedFolder.text}/${sidecarEntry.text}`,
        );
      }
    }
  }
  for (const mediaSidecars of sidecarsByMedia.values())
    mediaSidecars.sort((a, b) => (a.uri < b.uri ? -1 : a.uri > b.uri ? 1 : 0));
  return (media) => sidecarsByMedia.get(media) ?? NO_SIDECARS;
}

function listFolderOrEmpty(folder: BytePath): FolderListing {
  try {
    return listFolder(folder);
  } catch {
    return EMPTY_LISTING;
  }
}

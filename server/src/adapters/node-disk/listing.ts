import { type Dirent, lstatSync, readdirSync, type Stats, statSync } from 'node:fs';
import { isMedia } from '../../core/extensions.ts';
import { isHidden, isSystemFolder } from '../../core/folderRules.ts';
import { isSubtitleFolder, isTextSidecar, Stems } from '../../core/sidecarNames.ts';
import type { Sidecar } from '../../core/video.ts';
import { type BytePath, joined, NAME_ENCODING, nativePath, shownPath, uriOfBytes } from './bytes.ts';

/** One name in a folder: its bytes, and its text for matching. */
export interface Entry {
  readonly name: BytePath;
  readonly text: string;
  readonly link: boolean;
}

/** What one folder holds that concerns us. */
export interface Listing {
  /** True where the folder holds nothing at all, hidden names included. */
  readonly bare: boolean;
  readonly media: readonly Entry[];
  readonly sidecars: readonly Entry[];
  readonly folders: readonly Entry[];
}

const NOTHING: Listing = { bare: false, media: [], sidecars: [], folders: [] };
const NONE: readonly Sidecar[] = [];

/** Size and time of a regular file, links followed; undefined for all else and where it is gone. */
export function statFile(path: BytePath, link: boolean): Stats | undefined {
  try {
    const native = nativePath(path);
    const stats = link
      ? statSync(native, { throwIfNoEntry: false })
      : lstatSync(native, { throwIfNoEntry: false });
    return stats?.isFile() === true ? stats : undefined;
  } catch {
    return undefined;
  }
}

/** Lists a folder synchronously. Hidden names and system folders are left out. Throws the system's error. */
export function list(folder: BytePath): Listing {
  const entries = direntsOf(folder);
  const media: Entry[] = [];
  const others: Entry[] = [];
  const folders: Entry[] = [];
  for (const entry of entries) {
    const { name } = entry;
    if (isHidden(name)) continue;
    const one: Entry = { name, text: shownPath(name), link: entry.isSymbolicLink() };
    if (entry.isDirectory() || (one.link && leadsToFolder(joined(folder, name)))) {
      if (!isSystemFolder(name)) folders.push(one);
    } else if (!entry.isFile() && !one.link) continue;
    else if (isMedia(one.text)) media.push(one);
    else others.push(one);
  }
  const names = new Set(others.map((one) => one.text));
  const sidecars = others.filter((one) => isTextSidecar(one.text, names));
  return { bare: entries.length === 0, media, sidecars, folders };
}

function direntsOf(folder: BytePath): readonly Dirent[] {
  const native = nativePath(folder);
  try {
    return readdirSync(native, { encoding: NAME_ENCODING, withFileTypes: true });
  } catch (error) {
    // On file systems that do not tell types Node looks each name up, and only bytes name it rightly then.
    const exact = readdirSync(native, { encoding: 'buffer', withFileTypes: true });
    if (exact.length === 0) throw error;
    return exact.map((entry) => Object.assign(entry, { name: entry.name.toString(NAME_ENCODING) }));
  }
}

function leadsToFolder(path: BytePath): boolean {
  try {
    return statSync(nativePath(path), { throwIfNoEntry: false })?.isDirectory() === true;
  } catch {
    return false;
  }
}

/**
 * Finds the sidecars of the media files of a listed folder, each in name order, beside them and in subtitle folders.
 * `keeps` says whether a path, relative to the folder, is not left out by rules.
 */
export function sidecarsOf(
  folder: BytePath,
  listing: Listing,
  keeps: (relative: string) => boolean,
): (media: Entry) => readonly Sidecar[] {
  const subtitles = listing.folders.filter((one) => isSubtitleFolder(one.text));
  if (listing.media.length === 0 || (listing.sidecars.length === 0 && subtitles.length === 0))
    return () => NONE;
  const found = new Map<Entry, Sidecar[]>();
  const stems = new Stems<Entry>();
  for (const one of listing.media) stems.add(one.text, one);

  const give = (path: BytePath, one: Entry, relative: string): void => {
    const owners = stems.ownersOf(relative);
    if (owners.length === 0 || !keeps(relative)) return;
    const file = joined(path, one.name);
    const stats = statFile(file, one.link);
    if (stats === undefined) return;
    const sidecar: Sidecar = {
      uri: uriOfBytes(file),
      bytes: stats.size,
      modifiedMs: Math.floor(stats.mtimeMs),
    };
    for (const owner of owners) {
      const own = found.get(owner);
      if (own === undefined) found.set(owner, [sidecar]);
      else own.push(sidecar);
    }
  };
  for (const one of listing.sidecars) give(folder, one, one.text);
  for (const sub of subtitles) {
    const path = joined(folder, sub.name);
    const inner = listOrNothing(path);
    for (const one of inner.sidecars) give(path, one, `${sub.text}/${one.text}`);
    for (const deep of inner.folders) {
      const deepPath = joined(path, deep.name);
      for (const one of listOrNothing(deepPath).sidecars) {
        give(deepPath, one, `${sub.text}/${deep.text}/${one.text}`);
      }
    }
  }
  for (const own of found.values()) own.sort((a, b) => (a.uri < b.uri ? -1 : a.uri > b.uri ? 1 : 0));
  return (media) => found.get(media) ?? NONE;
}

function listOrNothing(folder: BytePath): Listing {
  try {
    return list(folder);
  } catch {
    return NOTHING;
  }
}

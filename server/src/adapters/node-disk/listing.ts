import { Buffer } from 'node:buffer';
import { lstatSync, readdirSync, type Stats, statSync } from 'node:fs';
import { fileUriOf } from '../../base/file-uri.ts';
import { isMedia } from '../../core/extensions.ts';
import type { Uri } from '../../core/range.ts';
import type { Sidecar } from '../../core/video.ts';
import { isSetAside } from './rules.ts';
import { isSubtitleFolder, isTextSidecar, Stems } from './sidecars.ts';

/** One name in a folder: its bytes, and its text for matching. */
export interface Entry {
  readonly bytes: Buffer;
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

const SLASH = Buffer.from('/');

export function join(folder: Buffer, name: Buffer): Buffer {
  return folder.at(-1) === 0x2f ? Buffer.concat([folder, name]) : Buffer.concat([folder, SLASH, name]);
}

/** Size and time of a regular file, links followed; undefined for all else and where it is gone. */
export function statFile(path: Buffer, link: boolean): Stats | undefined {
  try {
    const stats = link
      ? statSync(path, { throwIfNoEntry: false })
      : lstatSync(path, { throwIfNoEntry: false });
    return stats?.isFile() === true ? stats : undefined;
  } catch {
    return undefined;
  }
}

/** Lists a folder synchronously. Hidden and system names are left out. Throws the system's error. */
export function list(folder: Buffer): Listing {
  const entries = readdirSync(folder, { encoding: 'buffer', withFileTypes: true });
  const media: Entry[] = [];
  const sidecars: Entry[] = [];
  const folders: Entry[] = [];
  const names = new Set<string>();
  for (const entry of entries) {
    const text = entry.name.toString();
    if (isSetAside(text)) continue;
    const one: Entry = { bytes: entry.name, text, link: entry.isSymbolicLink() };
    if (entry.isDirectory() || (one.link && leadsToFolder(join(folder, one.bytes)))) folders.push(one);
    else if (!entry.isFile() && !one.link) continue;
    else if (isMedia(text)) media.push(one);
    else {
      names.add(text);
      sidecars.push(one);
    }
  }
  return {
    bare: entries.length === 0,
    media,
    sidecars: sidecars.filter((one) => isTextSidecar(one.text, names)),
    folders,
  };
}

function leadsToFolder(path: Buffer): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  } catch {
    return false;
  }
}

/**
 * The sidecars of each media file of a listed folder, in name order: files beside it, in a subtitle folder, or in a
 * folder there that is named as the video. In a subtitle folder any name will do where there is but one video.
 * `keeps` says whether a name, relative to the folder, is not left out by rules.
 */
export function sidecarsOf(
  folder: Buffer,
  listing: Listing,
  keeps: (relative: string) => boolean,
): ReadonlyMap<Entry, readonly Sidecar[]> {
  const found = new Map<Entry, Sidecar[]>();
  if (listing.media.length === 0) return found;
  const subtitles = listing.folders.filter((one) => isSubtitleFolder(one.text));
  if (listing.sidecars.length === 0 && subtitles.length === 0) return found;
  const stems = new Stems<Entry>();
  for (const one of listing.media) stems.add(one.text, one);

  const give = (owners: readonly Entry[], path: Buffer, one: Entry, relative: string): void => {
    if (owners.length === 0 || !keeps(relative)) return;
    const sidecar = sidecarAt(join(path, one.bytes), one.link);
    if (sidecar === undefined) return;
    for (const owner of owners) found.set(owner, [...(found.get(owner) ?? []), sidecar]);
  };
  for (const one of listing.sidecars) give(stems.of(one.text), folder, one, one.text);
  for (const sub of subtitles) {
    const path = join(folder, sub.bytes);
    const inner = listOrNothing(path);
    for (const one of inner.sidecars) {
      const named = stems.of(one.text);
      give(
        named.length === 0 && listing.media.length === 1 ? listing.media : named,
        path,
        one,
        `${sub.text}/${one.text}`,
      );
    }
    for (const deep of inner.folders) {
      const owners = stems.named(deep.text);
      if (owners.length === 0) continue;
      const deepPath = join(path, deep.bytes);
      for (const one of listOrNothing(deepPath).sidecars) {
        give(owners, deepPath, one, `${sub.text}/${deep.text}/${one.text}`);
      }
    }
  }
  for (const sidecars of found.values())
    sidecars.sort((a, b) => (a.uri < b.uri ? -1 : a.uri > b.uri ? 1 : 0));
  return found;
}

function sidecarAt(path: Buffer, link: boolean): Sidecar | undefined {
  const stats = statFile(path, link);
  if (stats === undefined) return undefined;
  const uri: Uri = fileUriOf(path);
  return { uri, bytes: stats.size, modifiedMs: Math.floor(stats.mtimeMs) };
}

function listOrNothing(folder: Buffer): Listing {
  try {
    return list(folder);
  } catch {
    return { bare: false, media: [], sidecars: [], folders: [] };
  }
}

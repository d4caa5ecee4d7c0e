import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { fileUriToPath, pathToFileUri } from '../../server/src/base/file-uri.ts';
import type { DiskFile, VolumeRoot } from '../../server/src/core/domain/disk-file.ts';
import type { Uri } from '../../server/src/core/domain/time-range.ts';
import type { Sidecar } from '../../server/src/core/domain/video.ts';
import { MediaFailureError, type MediaFailureKind } from '../../server/src/core/errors/media-failure.ts';
import { chooseSampleBlocks } from '../../server/src/core/library/content-sampling.ts';
import {
  createFolderFilter,
  type FolderFilter,
  IGNORE_FILE,
  type IgnoreChain,
  isHidden,
  isIgnored,
  isSystemFolder,
  withIgnoreFile,
} from '../../server/src/core/library/folder-filter.ts';
import { isMedia } from '../../server/src/core/library/media-extensions.ts';
import { findVolume } from '../../server/src/core/library/missing-volumes.ts';
import { isWithin } from '../../server/src/core/library/reconcile-file.ts';
import { isTextSidecar, SidecarOwners } from '../../server/src/core/library/sidecar-matching.ts';
import { chooseGrowthBlocks } from '../../server/src/core/recording/judge-growth.ts';
import { parseCues } from '../../server/src/core/subtitles/parse-subtitles.ts';
import { runSteps } from '../../server/src/core/text/steps.ts';
import type { Disk, FolderRule, FolderScan, FolderState, WatchEvent } from '../../server/src/ports/disk.ts';

interface MemoryFile {
  readonly data: Uint8Array;
  readonly modifiedMs: number;
  readonly changeStamp: string;
}

interface FolderWatcher {
  readonly rule: FolderRule;
  readonly onEvent: (event: WatchEvent) => void;
}

/** A Disk in memory that passes the contract of the real one, with a hand to change what lies on it. */
export interface MemoryDisk extends Disk {
  write(path: string, data: string | Uint8Array, modifiedMs?: number): void;
  /** Moves a file or folder, times kept. */
  move(from: string, to: string): void;
  remove(path: string): void;
  /** Changes a file's metadata only, like chmod. */
  touchMetadata(path: string): void;
  makeFolder(path: string): void;
  /** A folder that cannot be read until it is shut no more; what lies in it stays. */
  setUnreadable(path: string, unreadable: boolean): void;
  /** Puts a folder on another file system, whether it exists or not; undefined: on that of the folder above. */
  setVolume(path: string, volume: string | undefined): void;
}

export function memoryDisk(): MemoryDisk {
  const files = new Map<string, MemoryFile>();
  const folders = new Map<string, number>();
  const unreadablePaths = new Set<string>();
  const volumes = new Map<string, VolumeRoot>([['/', { uri: pathToFileUri('/'), volume: 'disk' }]]);
  const watchers = new Set<FolderWatcher>();
  let clockMs = 1_700_000_000_000;

  let stampCount = 0;
  const nextStamp = () => {
    stampCount += 1;
    return `stamp ${stampCount}`;
  };

  const isUnreadable = (path: string): boolean =>
    unreadablePaths.has(path) || (path !== '/' && isUnreadable(posix.dirname(path)));
  const isFolder = (path: string) => path === '/' || folders.has(path);
  const touchFolders = (path: string) => {
    clockMs += 1000;
    for (let at = path; at !== '/'; at = posix.dirname(at)) {
      if (at === path || !folders.has(at)) folders.set(at, clockMs);
    }
  };
  const notifyWatchers = (path: string) => {
    for (const { rule, onEvent } of watchers) {
      const root = uriToPath(rule.uri);
      const folder = posix.dirname(path);
      if (path === root || folder === root) onEvent({ folder: rule.uri });
      else if (path.startsWith(`${root}/`)) onEvent({ folder: rule.uri, within: pathToFileUri(folder) });
    }
  };
  const pathsBelow = <T>(map: ReadonlyMap<string, T>, path: string) =>
    [...map.keys()].filter((name) => name === path || name.startsWith(`${path}/`));
  const read = (uri: Uri, signal: AbortSignal): MemoryFile => {
    signal.throwIfAborted();
    const path = uriToPath(uri);
    if (isUnreadable(path)) throw failure('noPermission', path);
    const node = files.get(path);
    if (node === undefined) throw failure(isFolder(path) ? 'unreadable' : 'missing', path);
    return node;
  };
  const statAt = (path: string) => {
    const node = files.get(path);
    return node === undefined
      ? undefined
      : { bytes: node.data.length, modifiedMs: node.modifiedMs, changeStamp: node.changeStamp };
  };

  return {
    write: (path, data, modifiedMs) => {
      if (!files.has(path)) touchFolders(posix.dirname(path));
      clockMs += 1000;
      const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data;
      files.set(path, { data: bytes, modifiedMs: modifiedMs ?? clockMs, changeStamp: nextStamp() });
      notifyWatchers(path);
    },
    move: (from, to) => {
      touchFolders(posix.dirname(to));
      for (const name of pathsBelow(folders, from)) {
        folders.set(to + name.slice(from.length), folders.get(name) ?? clockMs);
        folders.delete(name);
      }
      for (const name of pathsBelow(files, from)) {
        const node = files.get(name);
        files.delete(name);
        if (node === undefined) continue;
        // As on Linux, only what is itself renamed gets a new stamp.
        files.set(to + name.slice(from.length), name === from ? { ...node, changeStamp: nextStamp() } : node);
      }
      touchFolders(posix.dirname(from));
      notifyWatchers(from);
      notifyWatchers(to);
    },
    remove: (path) => {
      for (const name of pathsBelow(files, path)) files.delete(name);
      for (const name of pathsBelow(folders, path)) folders.delete(name);
      if (posix.dirname(path) !== '/') touchFolders(posix.dirname(path));
      notifyWatchers(path);
    },
    touchMetadata: (path) => {
      const node = files.get(path);
      if (node !== undefined) files.set(path, { ...node, changeStamp: nextStamp() });
    },
    makeFolder: (path) => {
      touchFolders(path);
      notifyWatchers(path);
    },
    setUnreadable: (path, setUnreadable) => {
      if (setUnreadable) unreadablePaths.add(path);
      else unreadablePaths.delete(path);
      notifyWatchers(path);
    },
    setVolume: (path, volume) => {
      if (volume === undefined) volumes.delete(path);
      else volumes.set(path, { uri: pathToFileUri(path), volume });
      notifyWatchers(path);
    },
    scan: async (rule, signal, within) => {
      signal.throwIfAborted();
      const root = uriToPath(rule.uri);
      const file = statAt(root);
      if (file !== undefined && !isUnreadable(posix.dirname(root))) {
        const listed = listFolder(posix.dirname(root), files, folders, () => true, root);
        return {
          ...emptyScan({ state: 'ok' }),
          files: listed.filter((listedFile) => listedFile.uri === rule.uri),
        };
      }
      if (!isFolder(root) || isUnreadable(root)) return emptyScan(offline(root));
      return walk(
        root,
        within === undefined ? root : uriToPath(within),
        createFolderFilter(rule.include, rule.exclude),
      );
    },
    state: async (uri) => {
      const path = uriToPath(uri);
      return isFolder(path) && !isUnreadable(path) ? { state: 'ok' } : offline(path);
    },
    stat: async (uri) => statAt(uriToPath(uri)),
    waitUntilStable: async (uri, signal) => {
      const { data, modifiedMs, changeStamp } = read(uri, signal);
      return { bytes: data.length, modifiedMs, changeStamp };
    },
    recording: async (uri, signal) => {
      const { data, modifiedMs, changeStamp } = read(uri, signal);
      const facts = { bytes: data.length, modifiedMs, changeStamp };
      return { ...facts, quietMs: clockMs - modifiedMs, ageMs: 0, layout: undefined };
    },
    growthBlocks: async (uri, bytes, signal) => {
      const { data } = read(uri, signal);
      return chooseGrowthBlocks(bytes).map(({ offset, length }) =>
        createHash('sha256')
          .update(data.subarray(offset, offset + length))
          .digest('hex')
          .slice(0, 16),
      );
    },
    sample: async (uri, signal, bytes = Number.POSITIVE_INFINITY) => {
      const data = read(uri, signal).data.subarray(0, bytes);
      const hash = createHash('sha256').update(`${data.length}\n`);
      for (const { offset, length } of chooseSampleBlocks(data.length)) {
        hash.update(data.subarray(offset, offset + length));
      }
      return hash.digest('hex');
    },
    digest: async (uri, signal) => createHash('sha256').update(read(uri, signal).data).digest('hex'),
    sidecar: async (uri, beside, signal) => {
      const text = new TextDecoder().decode(read(uri, signal).data);
      return runSteps(parseCues({ ...beside, name: posix.basename(uriToPath(uri)) }, text));
    },
    watch: async (rule, onEvent, signal) => {
      if (signal.aborted) return;
      const watcher: FolderWatcher = { rule, onEvent };
      watchers.add(watcher);
      onEvent({ folder: rule.uri });
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
      watchers.delete(watcher);
    },
  };

  function walk(root: string, startFolder: string, rules: FolderFilter): FolderScan {
    const foundFiles: DiskFile[] = [];
    const unreadFolders: { uri: Uri; reason: string }[] = [];
    const emptyFolders: { uri: Uri; modifiedMs: number }[] = [];
    const enterFolder = (folder: string, above: IgnoreChain | undefined, isInside: boolean): void => {
      if (isUnreadable(folder)) {
        unreadFolders.push({ uri: pathToFileUri(folder), reason: offline(folder).reason });
        return;
      }
      const relative = folder === root ? '' : folder.slice(root.length + 1);
      const ignored = files.get(`${folder}/${IGNORE_FILE}`);
      const chain =
        ignored === undefined
          ? above
          : withIgnoreFile(above, relative, new TextDecoder().decode(ignored.data));
      const subfolders = [...folders.keys()].filter(
        (name) => name !== folder && posix.dirname(name) === folder,
      );
      const isInScope = isInside || folder === startFolder;
      if (isInScope) {
        const isBare = subfolders.length === 0 && pathsBelow(files, folder).length === 0;
        if (isBare) emptyFolders.push({ uri: pathToFileUri(folder), modifiedMs: folders.get(folder) ?? 0 });
        const isKept = (path: string) => {
          const name = path.slice(root.length + 1);
          return !isIgnored(chain, name, false) && !(isMedia(name) && rules.excludesFile(name));
        };
        foundFiles.push(...listFolder(folder, files, folders, isKept));
      }
      for (const name of subfolders) {
        if (!isInScope && name !== startFolder && !startFolder.startsWith(`${name}/`)) continue;
        const path = name.slice(root.length + 1);
        const base = posix.basename(name);
        if (isHidden(base) || isSystemFolder(base)) continue;
        if (!isIgnored(chain, path, true) && !rules.excludesFolder(path)) enterFolder(name, chain, isInScope);
      }
    };
    enterFolder(root, undefined, false);
    const startUri = pathToFileUri(startFolder);
    const startVolume = findVolume(startUri, [...volumes.values()]) ?? '';
    return {
      state: { state: 'ok' },
      files: foundFiles,
      unread: unreadFolders,
      bare: emptyFolders,
      volumes: [
        { uri: startUri, volume: startVolume },
        ...[...volumes.values()].filter(({ uri }) => isWithin(uri, startUri)),
      ],
    };
  }
}

/** Media files of one folder with their sidecars. `named`: a file that counts as media whatever it is called. */
function listFolder(
  folder: string,
  files: ReadonlyMap<string, MemoryFile>,
  folders: ReadonlyMap<string, number>,
  isKept: (path: string) => boolean,
  namedPath?: string,
): readonly DiskFile[] {
  const prefix = folder === '/' ? '/' : `${folder}/`;
  const stems = new SidecarOwners<Sidecar[]>();
  const media: DiskFile[] = [];
  const names = [...files.keys()].filter((path) => path.startsWith(prefix)).sort();
  const texts = new Set(names.map((path) => path.slice(prefix.length)));
  for (const path of names) {
    const name = path.slice(prefix.length);
    const node = files.get(path);
    if (node === undefined || name.includes('/') || folders.has(path)) continue;
    if (path !== namedPath && (isHidden(name) || !isMedia(name) || !isKept(path))) continue;
    const sidecars: Sidecar[] = [];
    stems.add(name, sidecars);
    media.push({
      uri: pathToFileUri(path),
      path,
      bytes: node.data.length,
      modifiedMs: node.modifiedMs,
      changeStamp: node.changeStamp,
      sidecars,
    });
  }
  for (const path of names) {
    const name = path.slice(prefix.length);
    const node = files.get(path);
    if (node === undefined || name.split('/').some(isHidden) || !isTextSidecar(name, texts) || !isKept(path))
      continue;
    for (const sidecarList of stems.findOwners(name)) {
      const { data, modifiedMs, changeStamp } = node;
      sidecarList.push({ uri: pathToFileUri(path), bytes: data.length, modifiedMs, changeStamp });
    }
  }
  return media;
}

function uriToPath(uri: Uri): string {
  return fileUriToPath(uri).toString();
}

function emptyScan(state: FolderState): FolderScan {
  return { state, files: [], unread: [], bare: [], volumes: [] };
}

function offline(path: string): { readonly state: 'offline'; readonly reason: string } {
  return { state: 'offline', reason: `${path} was not found. Restore it. Its videos stay in the index.` };
}

function failure(kind: MediaFailureKind, path: string): MediaFailureError {
  return new MediaFailureError({ kind, reason: `${path}: ${kind}.`, remedy: 'Put it back.' });
}

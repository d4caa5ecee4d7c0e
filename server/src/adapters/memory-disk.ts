import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { fileUriOf, pathOfFileUri } from '../base/file-uri.ts';
import { finish, parseCues } from '../core/cues.ts';
import type { DiskFile } from '../core/diskFile.ts';
import { isMedia } from '../core/extensions.ts';
import { FailureError, type FailureKind } from '../core/failure.ts';
import {
  IGNORE_FILE,
  type IgnoreChain,
  isHidden,
  isIgnored,
  isSystemFolder,
  type Rules,
  rulesOf,
  withIgnoreFile,
} from '../core/folderRules.ts';
import type { Uri } from '../core/range.ts';
import { sampledBlocks } from '../core/sampling.ts';
import { isTextSidecar, Stems } from '../core/sidecarNames.ts';
import type { Sidecar } from '../core/video.ts';
import type { Disk, FolderRule, FolderState, Scan, WatchEvent } from '../ports/disk.ts';

interface Node {
  readonly data: Uint8Array;
  readonly modifiedMs: number;
}

interface Watching {
  readonly rule: FolderRule;
  readonly onEvent: (event: WatchEvent) => void;
}

/** A Disk in memory that passes the contract of the real one, with a hand to change what lies on it. */
export interface MemoryDisk extends Disk {
  write(path: string, data: string | Uint8Array, modifiedMs?: number): void;
  /** Moves a file or folder, times kept. */
  move(from: string, to: string): void;
  remove(path: string): void;
  makeFolder(path: string): void;
  /** A folder that cannot be read until it is shut no more; what lies in it stays. */
  shut(path: string, shut: boolean): void;
}

export function memoryDisk(): MemoryDisk {
  const files = new Map<string, Node>();
  const folders = new Map<string, number>();
  const closed = new Set<string>();
  const watching = new Set<Watching>();
  let clock = 1_700_000_000_000;

  const isShut = (path: string): boolean => closed.has(path) || (path !== '/' && isShut(posix.dirname(path)));
  const isFolder = (path: string) => path === '/' || folders.has(path);
  const stamp = (path: string) => {
    clock += 1000;
    for (let at = path; at !== '/'; at = posix.dirname(at)) {
      if (at === path || !folders.has(at)) folders.set(at, clock);
    }
  };
  const tell = (path: string) => {
    for (const { rule, onEvent } of watching) {
      const root = pathOf(rule.uri);
      const folder = posix.dirname(path);
      if (path === root || folder === root) onEvent({ folder: rule.uri });
      else if (path.startsWith(`${root}/`)) onEvent({ folder: rule.uri, within: fileUriOf(folder) });
    }
  };
  const below = <T>(map: ReadonlyMap<string, T>, path: string) =>
    [...map.keys()].filter((name) => name === path || name.startsWith(`${path}/`));
  const read = (uri: Uri, signal: AbortSignal): Node => {
    signal.throwIfAborted();
    const path = pathOf(uri);
    if (isShut(path)) throw failure('noPermission', path);
    const node = files.get(path);
    if (node === undefined) throw failure(isFolder(path) ? 'unreadable' : 'missing', path);
    return node;
  };
  const statAt = (path: string) => {
    const node = files.get(path);
    return node === undefined ? undefined : { bytes: node.data.length, modifiedMs: node.modifiedMs };
  };

  return {
    write: (path, data, modifiedMs) => {
      if (!files.has(path)) stamp(posix.dirname(path));
      clock += 1000;
      const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data;
      files.set(path, { data: bytes, modifiedMs: modifiedMs ?? clock });
      tell(path);
    },
    move: (from, to) => {
      stamp(posix.dirname(to));
      for (const name of below(folders, from)) {
        folders.set(to + name.slice(from.length), folders.get(name) ?? clock);
        folders.delete(name);
      }
      for (const name of below(files, from)) {
        const node = files.get(name);
        files.delete(name);
        if (node !== undefined) files.set(to + name.slice(from.length), node);
      }
      stamp(posix.dirname(from));
      tell(from);
      tell(to);
    },
    remove: (path) => {
      for (const name of below(files, path)) files.delete(name);
      for (const name of below(folders, path)) folders.delete(name);
      if (posix.dirname(path) !== '/') stamp(posix.dirname(path));
      tell(path);
    },
    makeFolder: (path) => {
      stamp(path);
      tell(path);
    },
    shut: (path, shut) => {
      if (shut) closed.add(path);
      else closed.delete(path);
      tell(path);
    },
    scan: async (rule, signal, within) => {
      signal.throwIfAborted();
      const root = pathOf(rule.uri);
      const file = statAt(root);
      if (file !== undefined && !isShut(posix.dirname(root))) {
        const listed = listFolder(posix.dirname(root), files, folders, () => true, root);
        return { ...scanOf({ state: 'ok' }), files: listed.filter((one) => one.uri === rule.uri) };
      }
      if (!isFolder(root) || isShut(root)) return scanOf(offline(root));
      return walk(root, within === undefined ? root : pathOf(within), rulesOf(rule.include, rule.exclude));
    },
    state: async (uri) => {
      const path = pathOf(uri);
      return isFolder(path) && !isShut(path) ? { state: 'ok' } : offline(path);
    },
    stat: async (uri) => statAt(pathOf(uri)),
    stable: async (uri, signal) => {
      const node = read(uri, signal);
      return { bytes: node.data.length, modifiedMs: node.modifiedMs };
    },
    sample: async (uri, signal) => {
      const { data } = read(uri, signal);
      const hash = createHash('sha256').update(`${data.length}\n`);
      for (const { offset, length } of sampledBlocks(data.length)) {
        hash.update(data.subarray(offset, offset + length));
      }
      return hash.digest('hex');
    },
    digest: async (uri, signal) => createHash('sha256').update(read(uri, signal).data).digest('hex'),
    sidecar: async (uri, beside, signal) => {
      const text = new TextDecoder().decode(read(uri, signal).data);
      return finish(parseCues({ ...beside, name: posix.basename(pathOf(uri)) }, text));
    },
    watch: async (rule, onEvent, signal) => {
      if (signal.aborted) return;
      const one: Watching = { rule, onEvent };
      watching.add(one);
      onEvent({ folder: rule.uri });
      await new Promise<void>((done) => signal.addEventListener('abort', () => done(), { once: true }));
      watching.delete(one);
    },
  };

  function walk(root: string, start: string, rules: Rules): Scan {
    const found: DiskFile[] = [];
    const unread: { uri: Uri; reason: string }[] = [];
    const bare: { uri: Uri; modifiedMs: number }[] = [];
    const enter = (folder: string, above: IgnoreChain | undefined, inside: boolean): void => {
      if (isShut(folder)) {
        unread.push({ uri: fileUriOf(folder), reason: offline(folder).reason });
        return;
      }
      const relative = folder === root ? '' : folder.slice(root.length + 1);
      const ignored = files.get(`${folder}/${IGNORE_FILE}`);
      const chain =
        ignored === undefined
          ? above
          : withIgnoreFile(above, relative, new TextDecoder().decode(ignored.data));
      const inner = [...folders.keys()].filter((name) => name !== folder && posix.dirname(name) === folder);
      const own = inside || folder === start;
      if (own) {
        const isBare = inner.length === 0 && below(files, folder).length === 0;
        if (isBare) bare.push({ uri: fileUriOf(folder), modifiedMs: folders.get(folder) ?? 0 });
        const keeps = (path: string) => {
          const name = path.slice(root.length + 1);
          return !isIgnored(chain, name, false) && !(isMedia(name) && rules.leavesOutFile(name));
        };
        found.push(...listFolder(folder, files, folders, keeps));
      }
      for (const name of inner) {
        if (!own && name !== start && !start.startsWith(`${name}/`)) continue;
        const path = name.slice(root.length + 1);
        const base = posix.basename(name);
        if (isHidden(base) || isSystemFolder(base)) continue;
        if (!isIgnored(chain, path, true) && !rules.leavesOutFolder(path)) enter(name, chain, own);
      }
    };
    enter(root, undefined, false);
    return { state: { state: 'ok' }, files: found, unread, bare };
  }
}

/** Media files of one folder with their sidecars. `named`: a file that counts as media whatever it is called. */
function listFolder(
  folder: string,
  files: ReadonlyMap<string, Node>,
  folders: ReadonlyMap<string, number>,
  keeps: (path: string) => boolean,
  named?: string,
): readonly DiskFile[] {
  const prefix = folder === '/' ? '/' : `${folder}/`;
  const stems = new Stems<Sidecar[]>();
  const media: DiskFile[] = [];
  const names = [...files.keys()].filter((path) => path.startsWith(prefix)).sort();
  const texts = new Set(names.map((path) => path.slice(prefix.length)));
  for (const path of names) {
    const name = path.slice(prefix.length);
    const node = files.get(path);
    if (node === undefined || name.includes('/') || folders.has(path)) continue;
    if (path !== named && (isHidden(name) || !isMedia(name) || !keeps(path))) continue;
    const sidecars: Sidecar[] = [];
    stems.add(name, sidecars);
    media.push({
      uri: fileUriOf(path),
      path,
      bytes: node.data.length,
      modifiedMs: node.modifiedMs,
      sidecars,
    });
  }
  for (const path of names) {
    const name = path.slice(prefix.length);
    const node = files.get(path);
    if (node === undefined || name.split('/').some(isHidden) || !isTextSidecar(name, texts) || !keeps(path))
      continue;
    for (const own of stems.ownersOf(name)) {
      own.push({ uri: fileUriOf(path), bytes: node.data.length, modifiedMs: node.modifiedMs });
    }
  }
  return media;
}

function pathOf(uri: Uri): string {
  return pathOfFileUri(uri).toString();
}

function scanOf(state: FolderState): Scan {
  return { state, files: [], unread: [], bare: [] };
}

function offline(path: string): { readonly state: 'offline'; readonly reason: string } {
  return { state: 'offline', reason: `${path} is not there. Put it back; what is indexed of it stays.` };
}

function failure(kind: FailureKind, path: string): FailureError {
  return new FailureError({ kind, reason: `${path}: ${kind}.`, remedy: 'Put it back.' });
}

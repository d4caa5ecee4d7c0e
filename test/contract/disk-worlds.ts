import { chmod, mkdir, mkdtemp, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createNodeDisk } from '../../server/src/adapters/node-disk/disk.ts';
import { pathToFileUri } from '../../server/src/base/file-uri.ts';
import type { Disk, FolderRule } from '../../server/src/ports/disk.ts';
import { type MemoryDisk, memoryDisk } from '../fakes/memory-disk.ts';

/** A disk under test, and a hand to change what lies on it. Paths are relative to its root. */
export interface World {
  readonly name: string;
  readonly disk: Disk;
  readonly uri: (path: string) => string;
  readonly rule: (path: string, more?: Partial<FolderRule>) => FolderRule;
  write(path: string, data: string | Uint8Array, modifiedMs?: number): Promise<void>;
  move(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Changes a file's metadata only. */
  touchMetadata(path: string): Promise<void>;
  makeFolder(path: string): Promise<void>;
  close(): Promise<void>;
}

function ruleOf(uri: (path: string) => string): World['rule'] {
  return (path, more = {}) => ({ uri: uri(path), include: [], exclude: [], poll: false, ...more });
}

export async function memoryWorld(disk: MemoryDisk = memoryDisk()): Promise<World> {
  const at = (path: string) => join('/world', path);
  const uri = (path: string) => pathToFileUri(at(path));
  disk.makeFolder('/world');
  return {
    name: 'memory',
    disk,
    uri,
    rule: ruleOf(uri),
    write: async (path, data, modifiedMs) => disk.write(at(path), data, modifiedMs),
    move: async (from, to) => disk.move(at(from), at(to)),
    remove: async (path) => disk.remove(at(path)),
    touchMetadata: async (path) => disk.touchMetadata(at(path)),
    makeFolder: async (path) => disk.makeFolder(at(path)),
    close: async () => {},
  };
}

/** On the real file system, in a temporary folder with a name that must be escaped. */
export async function nodeWorld(): Promise<World & { readonly root: string }> {
  const root = await mkdtemp(join(tmpdir(), 'goldfish disk '));
  const at = (path: string) => join(root, path);
  const uri = (path: string) => pathToFileUri(at(path));
  return {
    name: 'node',
    root,
    disk: createNodeDisk({ quietMs: 40, stableTimeoutMs: 400, rootCheckMs: 50, pollMs: 50, gatherMs: 20 }),
    uri,
    rule: ruleOf(uri),
    write: async (path, data, modifiedMs) => {
      await mkdir(dirname(at(path)), { recursive: true });
      await writeFile(at(path), data);
      if (modifiedMs !== undefined) await utimes(at(path), modifiedMs / 1000, modifiedMs / 1000);
    },
    move: async (from, to) => {
      await mkdir(dirname(at(to)), { recursive: true });
      await rename(at(from), at(to));
    },
    remove: async (path) => rm(at(path), { recursive: true }),
    touchMetadata: async (path) => {
      await chmod(at(path), 0o600);
      await chmod(at(path), 0o644);
    },
    makeFolder: async (path) => {
      await mkdir(at(path), { recursive: true });
    },
    close: async () => rm(root, { recursive: true, force: true }),
  };
}

/** A running watch, by what it told so far. */
export interface Watcher {
  /** Resolves once the test holds for what was told since the last `forget`; undefined stands for the whole folder. */
  until(test: (told: ReadonlySet<string | undefined>) => boolean): Promise<void>;
  forget(): void;
  stop(): Promise<void>;
}

/** Starts watching and waits until it has begun. */
export async function watching(world: World, rule: FolderRule): Promise<Watcher> {
  const stop = new AbortController();
  const told = new Set<string | undefined>();
  let wake = () => {};
  const ended = world.disk.watch(
    rule,
    (event) => {
      told.add(event.within);
      wake();
    },
    stop.signal,
  );
  const until: Watcher['until'] = async (test) => {
    while (!test(told)) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  await until((seen) => seen.has(undefined));
  told.clear();
  return {
    until,
    forget: () => told.clear(),
    stop: async () => {
      stop.abort();
      await ended;
    },
  };
}

import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileUriToDisplayPath, fileUriToPath, pathToFileUri } from '../../base/file-uri.ts';
import { toMediaUrl } from '../../base/media-ticket.ts';
import { messageOf } from '../../base/message-of.ts';
import type { Uri } from '../../core/domain/time-range.ts';
import type { VideoFile } from '../../core/domain/video.ts';
import { MediaUnreachableError } from '../../core/errors/media-unreachable.ts';
import { type FolderMapping, mapUri } from './folder-map.ts';

export interface MediaLocatorOptions {
  readonly mappings: readonly FolderMapping[];
  /** Folder of files that were fetched. */
  readonly cacheFolder: string;
  /** Most bytes to keep there; a file in use stays. */
  readonly cacheBytes: number;
  /** Token of the daemon's media server; empty if this worker has none. */
  readonly token: string;
  /** Address of the media server, as the daemon announced it. */
  readonly mediaUrl: () => string | undefined;
  /** Returns the hash of sampled blocks and the size of a file. */
  readonly sample: (uri: Uri, signal: AbortSignal) => Promise<string>;
}

/** A file that this machine can read. It stays in the cache until released. */
export interface LocatedMedia {
  readonly uri: Uri;
  release(): void;
}

export interface MediaLocator {
  /** Finds the media of a copy: in a shared folder, else at the daemon. Rejects with MediaUnreachableError. */
  locate(copy: Pick<VideoFile, 'uri' | 'bytes' | 'sample'>, signal: AbortSignal): Promise<LocatedMedia>;
}

type MediaCopy = Pick<VideoFile, 'uri' | 'bytes' | 'sample'>;

/** Bytes per request: a lost connection repeats at most this much. */
const PIECE_BYTES = 16 * 1024 * 1024;

export function createMediaLocator(options: MediaLocatorOptions): MediaLocator {
  return new Locator(options);
}

class Locator implements MediaLocator {
  readonly #options: MediaLocatorOptions;
  /** Files that were checked, with the modification time at that moment. */
  readonly #checked = new Map<Uri, string>();
  readonly #uses = new Map<string, number>();
  readonly #fetches = new Map<string, Promise<void>>();

  constructor(options: MediaLocatorOptions) {
    this.#options = options;
  }

  async locate(copy: MediaCopy, signal: AbortSignal): Promise<LocatedMedia> {
    const shared = mapUri(copy.uri, this.#options.mappings);
    const reason = await this.#findMismatch(shared, copy, signal);
    if (reason === undefined) return { uri: shared, release: () => undefined };
    const { token, mediaUrl } = this.#options;
    const base = mediaUrl();
    const path = fileUriToDisplayPath(shared);
    if (base === undefined)
      throw new MediaUnreachableError(
        `${path} ${reason}. Share the folder with this worker (--map), or set work.listen at the daemon.`,
      );
    if (token === '')
      throw new MediaUnreachableError(
        `${path} ${reason}, and this worker has no token to fetch it from the daemon. Run "goldfish workers --token" there and set GOLDFISH_WORKER_TOKEN here.`,
      );
    return this.#useCached(copy, base, signal);
  }

  /** Returns why a file is not the one that the daemon indexed; undefined if it is. */
  async #findMismatch(uri: Uri, copy: MediaCopy, signal: AbortSignal): Promise<string | undefined> {
    const found = await stat(fileUriToPath(uri)).catch(() => undefined);
    if (found === undefined || !found.isFile()) return 'does not exist here';
    if (found.size !== copy.bytes) return 'has another size than at the daemon';
    const state = `${found.mtimeMs} ${copy.sample}`;
    if (this.#checked.get(uri) === state) return undefined;
    try {
      if ((await this.#options.sample(uri, signal)) !== copy.sample)
        return 'has other contents than at the daemon';
    } catch (error) {
      signal.throwIfAborted();
      return `cannot be read: ${messageOf(error)}`;
    }
    this.#checked.set(uri, state);
    return undefined;
  }

  async #useCached(copy: MediaCopy, base: string, signal: AbortSignal): Promise<LocatedMedia> {
    const name = `${copy.sample.replace(/[^A-Za-z0-9]/g, '')}${extname(fileUriToDisplayPath(copy.uri))}`;
    const path = join(this.#options.cacheFolder, name);
    const uri = pathToFileUri(path);
    this.#uses.set(name, (this.#uses.get(name) ?? 0) + 1);
    const release = () => {
      const uses = (this.#uses.get(name) ?? 1) - 1;
      if (uses > 0) this.#uses.set(name, uses);
      else this.#uses.delete(name);
    };
    try {
      if ((await this.#findMismatch(uri, copy, signal)) !== undefined)
        await this.#fetchOnce(name, copy, base, signal);
      const now = new Date();
      await utimes(path, now, (await stat(path)).mtime);
      return { uri, release };
    } catch (error) {
      release();
      signal.throwIfAborted();
      throw error instanceof MediaUnreachableError
        ? error
        : new MediaUnreachableError(
            `Cannot fetch ${fileUriToDisplayPath(copy.uri)} from ${base}: ${messageOf(error)}`,
            {
              cause: error,
            },
          );
    }
  }

  /** Fetches a file. A fetch that is under way is awaited instead. */
  async #fetchOnce(name: string, copy: MediaCopy, base: string, signal: AbortSignal): Promise<void> {
    const path = join(this.#options.cacheFolder, name);
    const before = this.#fetches.get(name);
    // Fetches of one file run one after the other. The next one finds what the one before it has fetched.
    const fetching = Promise.allSettled([before]).then(async () => {
      signal.throwIfAborted();
      if ((await this.#findMismatch(pathToFileUri(path), copy, signal)) !== undefined)
        await this.#fetch(path, copy, base, signal);
    });
    this.#fetches.set(name, fetching);
    try {
      await fetching;
    } finally {
      if (this.#fetches.get(name) === fetching) this.#fetches.delete(name);
    }
  }

  async #fetch(path: string, copy: MediaCopy, base: string, signal: AbortSignal): Promise<void> {
    const { cacheFolder, token } = this.#options;
    await mkdir(cacheFolder, { recursive: true, mode: 0o700 });
    await this.#makeRoom(copy.bytes);
    const part = `${path}.part`;
    let from = (await stat(part).catch(() => undefined))?.size ?? 0;
    while (from < copy.bytes) {
      const to = Math.min(from + PIECE_BYTES, copy.bytes) - 1;
      const response = await fetch(toMediaUrl(base, token, copy.uri, Date.now()), {
        headers: { Range: `bytes=${from}-${to}` },
        signal,
      });
      if (response.status !== 206 || response.body === null)
        throw new MediaUnreachableError(
          `The daemon at ${base} answered ${response.status} for ${fileUriToDisplayPath(copy.uri)}: ${await response.text()}`,
        );
      await pipeline(Readable.fromWeb(response.body), createWriteStream(part, { flags: 'a' }), { signal });
      from = (await stat(part)).size;
    }
    const mismatch = await this.#findMismatch(pathToFileUri(part), copy, signal);
    if (mismatch !== undefined) {
      await rm(part, { force: true });
      throw new MediaUnreachableError(`${fileUriToDisplayPath(copy.uri)} changed while it was fetched.`);
    }
    await rename(part, path);
  }

  /** Deletes files that were not used for longest until a file fits. */
  async #makeRoom(bytes: number): Promise<void> {
    const { cacheFolder, cacheBytes } = this.#options;
    if (bytes > cacheBytes)
      throw new MediaUnreachableError(
        `The file needs ${bytes} bytes, and the cache of this worker has ${cacheBytes}. Start it with a larger --cache-gb, or share the folder.`,
      );
    const files = await Promise.all(
      (await readdir(cacheFolder)).map(async (name) => {
        const found = await stat(join(cacheFolder, name));
        return { name, bytes: found.size, usedMs: found.atimeMs };
      }),
    );
    let total = files.reduce((sum, file) => sum + file.bytes, 0);
    for (const file of files.sort((a, b) => a.usedMs - b.usedMs)) {
      if (total + bytes <= cacheBytes) return;
      if (this.#uses.has(file.name.replace(/\.part$/, ''))) continue;
      await rm(join(cacheFolder, file.name), { force: true });
      total -= file.bytes;
    }
  }
}

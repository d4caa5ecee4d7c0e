import { copyFile, link, mkdir, readdir, rename, rm, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { filesToPull } from '../../core/modelFiles.ts';
import { UnavailableError } from '../../core/unavailable.ts';
import { download, sizeOf } from './download.ts';
import { type HubFile, listModel } from './listing.ts';
import type { Hub } from './request.ts';

export interface PullProgress {
  readonly file: string;
  /** Of this file. */
  readonly fileBytes: number;
  readonly fileTotalBytes: number;
  /** Of all files together. */
  readonly bytes: number;
  readonly totalBytes: number;
}

export interface Pulled {
  readonly id: string;
  readonly revision: string;
  readonly licence?: string;
  readonly folder: string;
  readonly files: readonly { readonly path: string; readonly bytes: number; readonly sha256: string }[];
}

export interface PullOptions {
  readonly id: string;
  /** A branch, tag or commit. */
  readonly revision: string;
  /** The model's own folder, one below which its revisions lie. */
  readonly place: string;
  /** Name of the lock file in it. */
  readonly lock: string;
  /** Graphs for an accelerator beside those for the CPU. */
  readonly accelerator: boolean;
  /** SHA-256 by path that the manifest pins; a file that the hub tells otherwise is refused. */
  readonly pinned: ReadonlyMap<string, string>;
  readonly onProgress: (progress: PullProgress) => void;
}

/** Left free beside the model, bytes. */
const SPARE = 200_000_000;

/** The files of a model that are worth fetching: those for the CPU, and for an accelerator where wanted. */
export function wanted(files: readonly HubFile[], accelerator: boolean): readonly HubFile[] {
  const names = files.map(({ path }) => path);
  const paths = new Set([...filesToPull(names, false), ...(accelerator ? filesToPull(names, true) : [])]);
  return files.filter(({ path }) => paths.has(path));
}

/**
 * Files that lie here already, from this revision or a broken-off pull: they are verified and not fetched again. The
 * model in use stays whole meanwhile. Resolves with their bytes.
 */
async function takeOver(folder: string, partial: string, files: readonly HubFile[]): Promise<number> {
  let bytes = 0;
  for (const file of files) {
    const path = join(partial, ...file.path.split('/'));
    const from = join(folder, ...file.path.split('/'));
    await mkdir(dirname(path), { recursive: true });
    if ((await sizeOf(path)) !== file.bytes && (await sizeOf(from)) === file.bytes) {
      await rm(path, { force: true });
      await link(from, path).catch(() => copyFile(from, path));
    }
    bytes += Math.min(file.bytes, Math.max(await sizeOf(path), await sizeOf(`${path}.part`)));
  }
  return bytes;
}

const inMb = (bytes: number) => `${Math.ceil(bytes / 1_000_000).toLocaleString('en')} MB`;

/**
 * Brings a model of the hub onto this machine: lists it, checks the disk, fetches and verifies each file, and only
 * then gives the folder its name and writes the lock file. What came stays where a pull is broken off, and the next one
 * goes on from there. Rejects with UnavailableError and the signal's reason.
 */
export async function pull(hub: Hub, options: PullOptions, signal: AbortSignal): Promise<Pulled> {
  const { id, place, pinned } = options;
  const model = await listModel(hub, id, options.revision, signal);
  const files = wanted(model.files, options.accelerator);
  if (!files.some(({ path }) => path.endsWith('.onnx'))) {
    throw new UnavailableError(
      `${id} has no ONNX graphs on the hub`,
      'Choose a model that transformers.js can load, such as one of `goldfish models list`.',
    );
  }
  const hold = (path: string, sha256: string | undefined) => {
    const pin = pinned.get(path);
    if (!pin || !sha256 || pin === sha256) return;
    throw new UnavailableError(
      `${path} of ${id} is another file on the hub than the manifest pins`,
      'Do not use it before you know why it changed; name another revision as owner/name@revision.',
    );
  };
  for (const { path, sha256 } of files) hold(path, sha256);
  const folder = join(place, model.revision);
  const partial = join(place, `${model.revision}.partial`);
  await mkdir(partial, { recursive: true });
  const totalBytes = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const here = await takeOver(folder, partial, files);
  const { bavail, bsize } = await statfs(partial);
  if (bavail * bsize < totalBytes - here + SPARE) {
    throw new UnavailableError(
      `${id} takes ${inMb(totalBytes - here)} more, and ${inMb(bavail * bsize)} are free at ${place}`,
      'Free some space, or set GOLDFISH_MODELS_DIR to a folder with more.',
    );
  }
  const done: { path: string; bytes: number; sha256: string }[] = [];
  let before = 0;
  for (const file of files) {
    const onBytes = (bytes: number) =>
      options.onProgress({
        file: file.path,
        fileBytes: bytes,
        fileTotalBytes: file.bytes,
        bytes: before + bytes,
        totalBytes,
      });
    const sha256 = await download(hub, model, file, partial, onBytes, signal);
    hold(file.path, sha256);
    before += file.bytes;
    done.push({ path: file.path, bytes: file.bytes, sha256 });
  }
  await rm(folder, { recursive: true, force: true });
  await rename(partial, folder);
  const lock = { id, revision: model.revision, licence: model.licence, files: done };
  await writeFileAtomic(join(place, options.lock), `${JSON.stringify(lock, null, 2)}\n`);
  for (const name of await readdir(place)) {
    if (name !== model.revision && name !== options.lock) {
      await rm(join(place, name), { recursive: true, force: true });
    }
  }
  return { ...lock, folder };
}

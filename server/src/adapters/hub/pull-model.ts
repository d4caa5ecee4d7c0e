import { copyFile, link, mkdir, readdir, realpath, rename, rm, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { makeFolders } from '../../base/make-folders.ts';
import { messageOf } from '../../base/message-of.ts';
import { ModelUnavailableError } from '../../core/errors/model-unavailable.ts';
import type { ModelPart } from '../../core/models/manifest.ts';
import { chooseFilesToPull, choosePartFiles } from '../../core/models/model-files.ts';
import { download, findFileBytes } from './download.ts';
import type { ModelHub } from './hub-request.ts';
import { type HubFile, type HubModel, listModel } from './list-model.ts';
import { shareModelFiles } from './share-model.ts';

export interface ModelPullProgress {
  readonly file: string;
  /** Bytes of this file. */
  readonly fileBytes: number;
  readonly fileTotalBytes: number;
  /** Bytes of all files together. */
  readonly bytes: number;
  readonly totalBytes: number;
}

export interface PulledModel {
  readonly id: string;
  readonly revision: string;
  readonly licence?: string;
  readonly folder: string;
  readonly files: readonly { readonly path: string; readonly bytes: number; readonly sha256: string }[];
}

export interface ModelPullOptions {
  readonly id: string;
  /** A branch, tag or commit. */
  readonly revision: string;
  /** The model's own folder. Its revisions are subfolders. */
  readonly modelFolder: string;
  /** Repositories of the model, if it has several; the first one's commit is the model's. */
  readonly parts?: readonly ModelPart[] | undefined;
  /** Name of the lock file in the model's folder. */
  readonly lockFileName: string;
  /** True: also pull graphs for an accelerator, besides those for the CPU. */
  readonly accelerator: boolean;
  /** SHA-256 by path, as pinned in the manifest. A file with another hash is rejected. */
  readonly pinnedHashes: ReadonlyMap<string, string>;
  /** Folder of the same model that another program downloaded. */
  readonly sharedFolder?: string | undefined;
  /** Hugging Face's cache, to which the files are added for other programs; undefined: they are not. */
  readonly sharedCache?: string | undefined;
  /** Called if the files could not be added to it, with the reason. The pull itself succeeds. */
  readonly onNotShared?: (reason: string) => void;
  readonly onProgress: (progress: ModelPullProgress) => void;
}

/** Free space required beyond the model, bytes. */
const SPARE_BYTES = 200_000_000;

/** Selects the files worth pulling: those for the CPU, and for an accelerator if requested. */
export function selectFilesToPull(files: readonly HubFile[], accelerator: boolean): readonly HubFile[] {
  const names = files.map(({ path }) => path);
  const paths = new Set([
    ...chooseFilesToPull(names, false),
    ...(accelerator ? chooseFilesToPull(names, true) : []),
  ]);
  return files.filter(({ path }) => paths.has(path));
}

/**
 * Reuses files of this revision, of an interrupted pull, or of another program; they are verified but not downloaded
 * again. The model in use stays intact. Resolves with the bytes of the reused files.
 */
async function reuseLocalFiles(
  folders: readonly string[],
  partial: string,
  files: readonly HubFile[],
): Promise<number> {
  let bytes = 0;
  for (const file of files) {
    const path = join(partial, ...file.path.split('/'));
    await mkdir(dirname(path), { recursive: true });
    for (const folder of folders) {
      const existingPath = join(folder, ...file.path.split('/'));
      if ((await findFileBytes(path)) === file.bytes || (await findFileBytes(existingPath)) !== file.bytes)
        continue;
      await rm(path, { force: true });
      // The shared cache contains links to its files.
      await link(await realpath(existingPath), path).catch(() => copyFile(existingPath, path));
    }
    bytes += Math.min(file.bytes, Math.max(await findFileBytes(path), await findFileBytes(`${path}.part`)));
  }
  return bytes;
}

interface ListedFiles {
  readonly model: HubModel;
  readonly files: readonly HubFile[];
}

async function listFiles(
  hub: ModelHub,
  { id, revision, accelerator }: ModelPullOptions,
  signal: AbortSignal,
): Promise<ListedFiles> {
  const model = await listModel(hub, id, revision, signal);
  return { model, files: selectFilesToPull(model.files, accelerator) };
}

/** Lists the files of all repositories of a model, each under the folder of its repository. */
async function listParts(
  hub: ModelHub,
  id: string,
  parts: readonly ModelPart[],
  signal: AbortSignal,
): Promise<ListedFiles> {
  const listed: { readonly folder: string; readonly model: HubModel }[] = [];
  for (const part of parts)
    listed.push({ folder: part.folder, model: await listModel(hub, part.id, 'main', signal) });
  const files = listed.flatMap(({ folder, model }) => {
    const paths = new Set(choosePartFiles(model.files.map(({ path }) => path)));
    return model.files
      .filter(({ path }) => paths.has(path))
      .map((file) => ({
        ...file,
        path: `${folder}/${file.path}`,
        source: { id: model.id, revision: model.revision, path: file.path },
      }));
  });
  const [first] = listed;
  if (!first) throw new Error(`${id} has no parts`);
  return { model: { ...first.model, id, files }, files };
}

const formatMegabytes = (bytes: number) => `${Math.ceil(bytes / 1_000_000).toLocaleString('en')} MB`;

/**
 * Pulls a model from the hub: lists its files, checks free space, and downloads and verifies each file. Only
 * then does the folder get its final name and its lock file. An interrupted pull keeps its files, and the
 * next one resumes from them. Rejects with ModelUnavailableError or the signal's reason.
 */
export async function pullModelFiles(
  hub: ModelHub,
  options: ModelPullOptions,
  signal: AbortSignal,
): Promise<PulledModel> {
  const { id, modelFolder, pinnedHashes } = options;
  const { model, files } = options.parts
    ? await listParts(hub, id, options.parts, signal)
    : await listFiles(hub, options, signal);
  if (!files.some(({ path }) => path.endsWith('.onnx'))) {
    throw new ModelUnavailableError(
      `${id} has no ONNX graphs on the hub`,
      'Choose a model that transformers.js can load, such as one from `goldfish models list`.',
    );
  }
  const assertPinned = (path: string, sha256: string | undefined) => {
    const pinnedHash = pinnedHashes.get(path);
    if (!pinnedHash || !sha256 || pinnedHash === sha256) return;
    throw new ModelUnavailableError(
      `${path} of ${id} on the hub differs from the file pinned in the manifest`,
      'Do not use it until you know why it changed. To pull another revision, use owner/name@revision.',
    );
  };
  for (const { path, sha256 } of files) assertPinned(path, sha256);
  const folder = join(modelFolder, model.revision);
  const partial = join(modelFolder, `${model.revision}.partial`);
  makeFolders(partial);
  const totalBytes = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const reusableFolders = [folder, options.sharedFolder ?? []].flat();
  const reusedBytes = await reuseLocalFiles(reusableFolders, partial, files);
  const { bavail, bsize } = await statfs(partial);
  if (bavail * bsize < totalBytes - reusedBytes + SPARE_BYTES) {
    throw new ModelUnavailableError(
      `${id} needs ${formatMegabytes(totalBytes - reusedBytes)}, but only ${formatMegabytes(bavail * bsize)} are free in ${modelFolder}`,
      'Free up space, or set GOLDFISH_MODELS_DIR to a folder with more space.',
    );
  }
  const verifiedFiles: { path: string; bytes: number; sha256: string }[] = [];
  let finishedBytes = 0;
  for (const file of files) {
    const onBytes = (bytes: number) =>
      options.onProgress({
        file: file.path,
        fileBytes: bytes,
        fileTotalBytes: file.bytes,
        bytes: finishedBytes + bytes,
        totalBytes,
      });
    const sha256 = await download(hub, model, file, partial, onBytes, signal);
    assertPinned(file.path, sha256);
    finishedBytes += file.bytes;
    verifiedFiles.push({ path: file.path, bytes: file.bytes, sha256 });
  }
  await rm(folder, { recursive: true, force: true });
  await rename(partial, folder);
  const lockFile = { id, revision: model.revision, licence: model.licence, files: verifiedFiles };
  await writeFileAtomic(join(modelFolder, options.lockFileName), `${JSON.stringify(lockFile, null, 2)}\n`);
  for (const name of await readdir(modelFolder)) {
    if (name !== model.revision && name !== options.lockFileName) {
      await rm(join(modelFolder, name), { recursive: true, force: true });
    }
  }
  if (options.sharedCache !== undefined) {
    const branch = options.parts ? 'main' : options.revision;
    await shareModelFiles(options.sharedCache, model, files, folder, branch).catch((error: unknown) =>
      options.onNotShared?.(messageOf(error)),
    );
  }
  return { ...lockFile, folder };
}

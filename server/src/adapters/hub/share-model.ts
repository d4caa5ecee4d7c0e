import { link, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { toSharedFolderName } from '../../core/models/shared-cache-path.ts';
import type { HubFile, HubModel } from './list-model.ts';

const isExisting = (error: unknown) => error instanceof Error && 'code' in error && error.code === 'EEXIST';

/** Creates a file unless something exists at its path already: other programs share it too, so it stays. */
async function createUnlessExisting(create: () => Promise<void>): Promise<void> {
  try {
    await create();
  } catch (error) {
    if (!isExisting(error)) throw error;
  }
}

/**
 * Adds pulled files to Hugging Face's cache, so that other programs need not download them: each as a hard link
 * `blobs/HASH`, which `snapshots/COMMIT/PATH` points to, and the commit in `refs/BRANCH`. Files take no second space on
 * the disk. Whatever is there stays. `folder` has the files; `branch` is what was asked for.
 * https://huggingface.co/docs/hub/local-cache
 */
export async function shareModelFiles(
  cacheFolder: string,
  model: HubModel,
  files: readonly HubFile[],
  folder: string,
  branch: string,
): Promise<void> {
  for (const file of files) {
    const { id, revision, path } = file.source ?? { id: model.id, revision: model.revision, path: file.path };
    const modelFolder = join(cacheFolder, toSharedFolderName(id));
    const blob = join(modelFolder, 'blobs', file.sha256 ?? file.blob);
    const snapshotPath = join(modelFolder, 'snapshots', revision, ...path.split('/'));
    await mkdir(dirname(blob), { recursive: true });
    await mkdir(dirname(snapshotPath), { recursive: true });
    await createUnlessExisting(() => link(join(folder, ...file.path.split('/')), blob));
    await createUnlessExisting(() => linkSnapshot(blob, snapshotPath));
  }
  const commits = new Map(
    files.map(({ source }) => [source?.id ?? model.id, source?.revision ?? model.revision]),
  );
  for (const [id, revision] of commits) {
    if (branch === revision) continue;
    const ref = join(cacheFolder, toSharedFolderName(id), 'refs', ...branch.split('/'));
    await mkdir(dirname(ref), { recursive: true });
    // An older commit that another program has in full stays the one that it opens without a network.
    await createUnlessExisting(() => writeFile(ref, revision, { flag: 'wx' }));
  }
}

/** Links a snapshot's file to its blob. Windows allows symbolic links only to some users; a hard link serves as well. */
async function linkSnapshot(blob: string, snapshotPath: string): Promise<void> {
  try {
    await symlink(relative(dirname(snapshotPath), blob), snapshotPath);
  } catch (error) {
    if (isExisting(error)) throw error;
    await rm(snapshotPath, { force: true });
    await link(blob, snapshotPath);
  }
}

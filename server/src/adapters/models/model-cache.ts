import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** A file as verified at download time. */
export interface LockedFile {
  readonly path: string;
  readonly bytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

/** A complete, verified model on this machine. */
export interface CachedModel {
  readonly id: string;
  /** Commit on the hub. */
  readonly revision: string;
  readonly licence?: string;
  /** Absolute path. */
  readonly folder: string;
  readonly files: readonly LockedFile[];
}

export const LOCK_FILE_NAME = 'goldfish-lock.json';

const lockFileSchema = z.object({
  id: z.string(),
  revision: z.string().regex(/^[\w.-]{1,100}$/),
  licence: z.string().optional(),
  files: z.array(z.object({ path: z.string(), bytes: z.number(), sha256: z.string() })),
});

/** Returns the folder of a hub model below the models folder. Its revisions are subfolders. */
export function toModelFolder(modelsDir: string, id: string): string {
  return join(modelsDir, ...id.split('/'));
}

/** Returns whether all files of the lock file exist with their verified sizes. */
function isComplete(folder: string, files: readonly LockedFile[]): boolean {
  if (!existsSync(folder)) return false;
  return files.every(({ path, bytes }) => {
    const stats = statSync(join(folder, ...path.split('/')), { throwIfNoEntry: false });
    return stats?.isFile() === true && stats.size === bytes;
  });
}

/**
 * Returns the model that its lock file describes. Undefined if the model is missing or incomplete, or if the
 * lock file is unreadable.
 */
export function findCachedModel(modelsDir: string, id: string): CachedModel | undefined {
  const modelFolder = toModelFolder(modelsDir, id);
  try {
    const lockFile = lockFileSchema.parse(
      JSON.parse(readFileSync(join(modelFolder, LOCK_FILE_NAME), 'utf8')),
    );
    const folder = join(modelFolder, lockFile.revision);
    return lockFile.id === id && isComplete(folder, lockFile.files) ? { ...lockFile, folder } : undefined;
  } catch {
    return undefined;
  }
}

function listFolders(path: string): readonly string[] {
  try {
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  } catch {
    return [];
  }
}

/** Lists all models on this machine, sorted by id. */
export function listCachedModels(modelsDir: string): readonly CachedModel[] {
  return listFolders(modelsDir)
    .flatMap((owner) => listFolders(join(modelsDir, owner)).map((name) => `${owner}/${name}`))
    .sort()
    .flatMap((id) => findCachedModel(modelsDir, id) ?? []);
}

/** Deletes a model with all its revisions and partial downloads. Returns whether it existed. */
export function removeCachedModel(modelsDir: string, id: string): boolean {
  const modelFolder = toModelFolder(modelsDir, id);
  const didExist = existsSync(modelFolder);
  rmSync(modelFolder, { recursive: true, force: true });
  return didExist;
}

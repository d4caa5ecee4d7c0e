import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** One file as it was verified when it came. */
export interface LockedFile {
  readonly path: string;
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
}

/** A model that lies here whole and verified. */
export interface CachedModel {
  readonly id: string;
  /** The hub's commit. */
  readonly revision: string;
  readonly licence?: string;
  /** Absolute. */
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

/** Where a model of the hub lies below the models folder; its revisions are folders in it. */
export function toModelFolder(modelsDir: string, id: string): string {
  return join(modelsDir, ...id.split('/'));
}

/** Are the files there that the lock file tells of, each as long as it was when it was verified? */
function isComplete(folder: string, files: readonly LockedFile[]): boolean {
  if (!existsSync(folder)) return false;
  return files.every(({ path, bytes }) => {
    const stats = statSync(join(folder, ...path.split('/')), { throwIfNoEntry: false });
    return stats?.isFile() === true && stats.size === bytes;
  });
}

/** The model as its lock file tells; undefined where it is not here, not whole, or its lock cannot be read. */
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

/** All models that lie here, in the order of their ids. */
export function listCachedModels(modelsDir: string): readonly CachedModel[] {
  return listFolders(modelsDir)
    .flatMap((owner) => listFolders(join(modelsDir, owner)).map((name) => `${owner}/${name}`))
    .sort()
    .flatMap((id) => findCachedModel(modelsDir, id) ?? []);
}

/** Takes a model with all its revisions and half-done downloads away. */
export function removeCachedModel(modelsDir: string, id: string): boolean {
  const modelFolder = toModelFolder(modelsDir, id);
  const existed = existsSync(modelFolder);
  rmSync(modelFolder, { recursive: true, force: true });
  return existed;
}

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
export interface ShelvedModel {
  readonly id: string;
  /** The hub's commit. */
  readonly revision: string;
  readonly licence?: string;
  /** Absolute. */
  readonly folder: string;
  readonly files: readonly LockedFile[];
}

export const LOCK = 'goldfish-lock.json';

const lock = z.object({
  id: z.string(),
  revision: z.string().regex(/^[\w.-]{1,100}$/),
  licence: z.string().optional(),
  files: z.array(z.object({ path: z.string(), bytes: z.number(), sha256: z.string() })),
});

/** Where a model of the hub lies below the models folder; its revisions are folders in it. */
export function placeOf(modelsDir: string, id: string): string {
  return join(modelsDir, ...id.split('/'));
}

/** Are the files there that the lock file tells of, each as long as it was when it was verified? */
function isWhole(folder: string, files: readonly LockedFile[]): boolean {
  if (!existsSync(folder)) return false;
  return files.every(({ path, bytes }) => {
    const found = statSync(join(folder, ...path.split('/')), { throwIfNoEntry: false });
    return found?.isFile() === true && found.size === bytes;
  });
}

/** The model as its lock file tells; undefined where it is not here, not whole, or its lock cannot be read. */
export function shelved(modelsDir: string, id: string): ShelvedModel | undefined {
  const place = placeOf(modelsDir, id);
  try {
    const read = lock.parse(JSON.parse(readFileSync(join(place, LOCK), 'utf8')));
    const folder = join(place, read.revision);
    return read.id === id && isWhole(folder, read.files) ? { ...read, folder } : undefined;
  } catch {
    return undefined;
  }
}

function folders(path: string): readonly string[] {
  try {
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  } catch {
    return [];
  }
}

/** All models that lie here, in the order of their ids. */
export function shelf(modelsDir: string): readonly ShelvedModel[] {
  return folders(modelsDir)
    .flatMap((owner) => folders(join(modelsDir, owner)).map((name) => `${owner}/${name}`))
    .sort()
    .flatMap((id) => shelved(modelsDir, id) ?? []);
}

/** Takes a model with all its revisions and half-done downloads away. */
export function unshelve(modelsDir: string, id: string): boolean {
  const place = placeOf(modelsDir, id);
  const there = existsSync(place);
  rmSync(place, { recursive: true, force: true });
  return there;
}

import { existsSync } from 'node:fs';
import { readdir, rename } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Renames a damaged file to a free name beside it and returns the new path. */
export async function setFileAside(path: string): Promise<string> {
  let target = `${path}.broken`;
  for (let count = 2; existsSync(target); count += 1) target = `${path}.broken-${count}`;
  await rename(path, target);
  return target;
}

/** Returns the paths of the files that were set aside for `path`, now or earlier. */
export async function listSetAside(path: string): Promise<readonly string[]> {
  const prefix = `${basename(path)}.broken`;
  const names = await readdir(dirname(path)).catch(() => []);
  return names
    .filter((name) => name.startsWith(prefix))
    .sort()
    .map((name) => join(dirname(path), name));
}

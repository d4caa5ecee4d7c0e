import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';

/** Lists the files of a folder and its subfolders, relative to it, with slashes. Empty if it cannot be read. */
export function listModelFiles(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() || entry.isSymbolicLink())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'));
  } catch {
    return [];
  }
}

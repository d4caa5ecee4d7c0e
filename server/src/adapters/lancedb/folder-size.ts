import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');

/** Returns the size of all files below a folder, bytes. A file deleted meanwhile counts as 0. */
export async function measureFolderBytes(folder: string): Promise<number> {
  let bytes = 0;
  try {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      bytes += entry.isDirectory()
        ? await measureFolderBytes(path)
        : await stat(path).then(({ size }) => size);
    }
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  return bytes;
}

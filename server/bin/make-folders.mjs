// Creates folders. Plain JavaScript that an old Node can read.
import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Creates a folder and its missing parents. Throws the system's error. Node's own `recursive` never returns where
 * the system answers ENOENT for a folder whose parent exists, as below /proc.
 */
export function makeFolders(path, mode = 0o777) {
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    if (error.code === 'ENOENT' && !isFolder(dirname(path))) {
      makeFolders(dirname(path), mode);
      mkdirSync(path, { mode });
    } else if (!isFolder(path)) throw error;
  }
}

function isFolder(path) {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

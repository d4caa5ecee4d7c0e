import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolders } from '../base/make-folders.ts';

/** A folder for temporary files of the daemon, its native libraries and its children. */
export interface TempFolder {
  /**
   * Creates the folder again if it was deleted, with the subfolders that libraries had created in it. Never throws: what
   * needs the folder fails with a better message.
   */
  keep(): void;
}

/**
 * Empties or creates a temporary folder and makes it the one that this process and its children use. The system's
 * folder may be missing, full or cleaned up while the daemon runs, and LanceDB aborts the process if it is missing.
 * Call it before LanceDB loads, and only while holding the data folder's lock.
 */
export function openTempFolder(path: string, env: NodeJS.ProcessEnv = process.env): TempFolder {
  rmSync(path, { recursive: true, force: true });
  makeFolders(path, 0o700);
  // The names that POSIX systems and Windows read.
  for (const name of ['TMPDIR', 'TMP', 'TEMP']) env[name] = path;
  let subfolders: readonly string[] = [];
  const listSubfolders = () =>
    readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  const recreate = () => {
    try {
      // Not the data folder itself: where that was deleted, the daemon ends.
      for (const name of ['', ...subfolders]) mkdirSync(join(path, name), { mode: 0o700 });
    } catch {
      // The disk is full or the data folder is gone; writes to the index report it.
    }
  };
  return {
    keep() {
      try {
        subfolders = listSubfolders();
      } catch {
        recreate();
      }
    },
  };
}

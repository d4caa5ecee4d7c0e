import { constants } from 'node:fs';
import { access, opendir } from 'node:fs/promises';
import type { FolderState } from '../../ports/disk.ts';
import { codeOf, describeFolderError } from './file-failures.ts';

/** Returns whether a folder can be listed now. */
export async function findFolderState(path: string | Buffer): Promise<FolderState> {
  try {
    await access(path, constants.R_OK | constants.X_OK);
    // A pipe or device that may be executed passes the check above.
    await (await opendir(path)).close();
    return { state: 'ok' };
  } catch (error) {
    return { state: 'offline', reason: describeFolderError(path, codeOf(error)) };
  }
}

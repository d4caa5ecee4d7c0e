import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import type { FolderState } from '../../ports/disk.ts';
import { codeOf, describeFolderError } from './file-failures.ts';

/** Returns whether a folder can be listed now. */
export async function findFolderState(path: string | Buffer): Promise<FolderState> {
  try {
    await access(path, constants.R_OK | constants.X_OK);
    return { state: 'ok' };
  } catch (error) {
    return { state: 'offline', reason: describeFolderError(path, codeOf(error)) };
  }
}

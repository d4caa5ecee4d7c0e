import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import type { FolderState } from '../../ports/disk.ts';
import { codeOf, folderReason } from './failures.ts';

/** Whether a folder can be listed now. */
export async function folderState(path: string | Buffer): Promise<FolderState> {
  try {
    await access(path, constants.R_OK | constants.X_OK);
    return { state: 'ok' };
  } catch (error) {
    return { state: 'offline', reason: folderReason(path, codeOf(error)) };
  }
}

import { chmodSync, copyFileSync, linkSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Whether others may enter a folder and all folders above it. */
function isOpenToOthers(folder: string): boolean {
  const isOpen = (statSync(folder).mode & 0o001) !== 0;
  return isOpen && (folder === dirname(folder) || isOpenToOthers(dirname(folder)));
}

let shared: string | undefined;

/** Returns a Node that every user can run: this one, or a copy if it lies in a folder that is closed to others. */
export function nodeForAnyUser(): string {
  if (isOpenToOthers(dirname(process.execPath))) return process.execPath;
  if (shared !== undefined) return shared;
  const folder = mkdtempSync(join(tmpdir(), 'goldfish-node-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  chmodSync(folder, 0o755);
  shared = join(folder, 'node');
  try {
    linkSync(process.execPath, shared);
  } catch {
    copyFileSync(process.execPath, shared);
  }
  return shared;
}

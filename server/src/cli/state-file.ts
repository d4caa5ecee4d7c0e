import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolders } from '../base/make-folders.ts';

/** Writes state for the next command to a file in the data folder. A failed write must not fail the command. */
export function writeState(dataDir: string, name: string, value: unknown): void {
  const file = join(dataDir, name);
  const temporaryFile = `${file}.${process.pid}`;
  try {
    makeFolders(dataDir, 0o700);
    writeFileSync(temporaryFile, JSON.stringify(value), { mode: 0o600 });
    renameSync(temporaryFile, file);
  } catch {
    // A full or read-only disk must not fail a search.
  }
}

/** Reads stored state. Returns undefined if it cannot be read. */
export function readState(dataDir: string, name: string): unknown {
  try {
    return JSON.parse(readFileSync(join(dataDir, name), 'utf8'));
  } catch {
    return undefined;
  }
}

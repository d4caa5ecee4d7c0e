import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { dataDirPaths } from '../base/paths.ts';

/** The name that write-file-atomic writes to before it renames: the file's own and a number of 32 bits. */
const UNFINISHED_NAME = /^.+\.json\.\d{1,10}$/;
/** A younger file may be about to be renamed by a command that runs now, ms. */
const MIN_AGE_MS = 60_000;

/**
 * Removes what writes left behind that a crash or a kill interrupted, such as `settings.json.1234567890`, from the
 * folders in which Goldfish writes such files. Never throws: left-over files do no harm.
 */
export function removeUnfinishedWrites(dataDir: string, nowMs: number): void {
  const { corrections, index } = dataDirPaths(dataDir);
  for (const folder of [dataDir, corrections, index]) {
    try {
      for (const name of readdirSync(folder)) {
        const path = join(folder, name);
        if (UNFINISHED_NAME.test(name) && nowMs - statSync(path).mtimeMs >= MIN_AGE_MS) rmSync(path);
      }
    } catch {
      // The folder does not exist yet, or cannot be changed: what needs it fails with a better message.
    }
  }
}

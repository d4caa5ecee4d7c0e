import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const made: string[] = [];
process.on('exit', () => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

/** A folder that is removed when this test process ends. */
export function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'goldfish-test-'));
  made.push(folder);
  return folder;
}

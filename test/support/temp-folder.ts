import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder that is removed when this test process ends. */
export function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'goldfish-test-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Compares a text with test/golden/NAME; with UPDATE_GOLDEN=1 writes it instead, to be read before a commit. */
export function golden(name: string, actual: string): void {
  const file = join(import.meta.dirname, '../golden', name);
  if (process.env.UPDATE_GOLDEN) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, actual);
  }
  assert.equal(
    actual,
    readFileSync(file, 'utf8'),
    `differs from test/golden/${name}; UPDATE_GOLDEN=1 writes it`,
  );
}

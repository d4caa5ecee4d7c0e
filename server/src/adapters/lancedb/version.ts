import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Connection } from '@lancedb/lancedb';
import writeFileAtomic from 'write-file-atomic';
import { StoreError } from '../../core/store-error.ts';

/** The layout that tables.ts describes. */
export const SCHEMA_VERSION = 1;

const FILE = 'goldfish.json';

/**
 * One step for each version, from it to the next. A step may be cut off anywhere and is then run again from its
 * start, so each looks at what is there.
 */
const STEPS: readonly ((db: Connection) => Promise<void>)[] = [
  // 0: before the version file; an index on `uri` made every scope slow.
  async (db) => {
    for (const name of ['descriptions', 'passages']) {
      const table = await db.openTable(name);
      const indexes = await table.listIndices();
      if (indexes.some((index) => index.name === 'uri_idx')) await table.dropIndex('uri_idx');
      table.close();
    }
  },
];

/** The version an index was written under: 0 where no file tells. Throws where the file cannot be understood. */
async function readVersion(folder: string): Promise<number> {
  let text: string;
  try {
    text = await readFile(join(folder, FILE), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 0;
    throw error;
  }
  const { schema } = JSON.parse(text) as { readonly schema?: unknown };
  if (typeof schema !== 'number' || !Number.isInteger(schema) || schema < 0)
    throw new Error(`${FILE} names no version`);
  return schema;
}

export async function writeVersion(folder: string, version: number): Promise<void> {
  await writeFileAtomic(join(folder, FILE), `${JSON.stringify({ schema: version })}\n`);
}

/** Brings an older index to this layout, step by step; refuses a newer one with a StoreError. */
export async function migrate(folder: string, db: Connection, log: (message: string) => void): Promise<void> {
  const found = await readVersion(folder);
  if (found > SCHEMA_VERSION)
    throw new StoreError(
      'newer',
      `The index in ${folder} was written by a newer Goldfish (layout ${found}, this one knows ${SCHEMA_VERSION}).`,
      'Update Goldfish, or use another data folder with --data-dir.',
    );
  for (const [at, step] of STEPS.entries()) {
    if (at < found) continue;
    await step(db);
    await writeVersion(folder, at + 1);
    log(`The index was brought from layout ${at} to ${at + 1}.`);
  }
}

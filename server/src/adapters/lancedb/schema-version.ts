import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Connection } from '@lancedb/lancedb';
import writeFileAtomic from 'write-file-atomic';
import { StoreError } from '../../core/errors/store-error.ts';

/** The layout that tables.ts describes. */
export const SCHEMA_VERSION = 2;

const VERSION_FILE = 'goldfish.json';

/**
 * One step for each version, from it to the next. A step may be cut off anywhere and is then run again from its
 * start, so each looks at what is there.
 */
const MIGRATIONS: readonly ((db: Connection) => Promise<void>)[] = [
  // 0: before the version file; an index on `uri` made every scope slow.
  async (db) => {
    for (const name of ['descriptions', 'passages']) {
      const table = await db.openTable(name);
      const indexes = await table.listIndices();
      if (indexes.some((index) => index.name === 'uri_idx')) await table.dropIndex('uri_idx');
      table.close();
    }
  },
  // 1: before vectors. Their tables come with the first of a model; an older Goldfish would leave rows of removed
  // videos in them.
  async () => {},
];

interface VersionMark {
  /** The layout that an index was written under; 0 where no file tells. */
  readonly schema: number;
  /** How often vectors were given up because their files were damaged. */
  readonly vectorsLost: number;
}

const isCount = (value: unknown): value is number => Number.isInteger(value) && Number(value) >= 0;

/** Throws where the file cannot be understood. */
export async function readVersionMark(folder: string): Promise<VersionMark> {
  let text: string;
  try {
    text = await readFile(join(folder, VERSION_FILE), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      return { schema: 0, vectorsLost: 0 };
    throw error;
  }
  const { schema, vectorsLost = 0 } = JSON.parse(text) as { readonly [key in keyof VersionMark]?: unknown };
  if (!isCount(schema) || !isCount(vectorsLost)) throw new Error(`${VERSION_FILE} names no version`);
  return { schema, vectorsLost };
}

export async function writeVersionMark(folder: string, { schema, vectorsLost }: VersionMark): Promise<void> {
  const mark = vectorsLost > 0 ? { schema, vectorsLost } : { schema };
  await writeFileAtomic(join(folder, VERSION_FILE), `${JSON.stringify(mark)}\n`);
}

/** Brings an older index to this layout, step by step; refuses a newer one with a StoreError. */
export async function migrateSchema(
  folder: string,
  db: Connection,
  log: (message: string) => void,
): Promise<void> {
  const { schema: storedSchema, vectorsLost } = await readVersionMark(folder);
  if (storedSchema > SCHEMA_VERSION)
    throw new StoreError(
      'newer',
      `The index in ${folder} was written by a newer Goldfish (layout ${storedSchema}, this one knows ${SCHEMA_VERSION}).`,
      'Update Goldfish, or use another data folder with --data-dir.',
    );
  for (const [version, step] of MIGRATIONS.entries()) {
    if (version < storedSchema) continue;
    await step(db);
    await writeVersionMark(folder, { schema: version + 1, vectorsLost });
    log(`The index was brought from layout ${version} to ${version + 1}.`);
  }
}

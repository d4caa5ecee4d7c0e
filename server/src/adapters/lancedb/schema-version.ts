import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Connection } from '@lancedb/lancedb';
import writeFileAtomic from 'write-file-atomic';
import { StoreError } from '../../core/errors/store-error.ts';
import { migrateLayout2 } from './migrate-layout-2.ts';

/** Version of the layout in tables.ts. */
export const SCHEMA_VERSION = 3;

/** Name of the version file of an index, and of the object that is it on object storage. */
export const VERSION_FILE = 'goldfish.json';

/**
 * One step for each version, to the next version. An interrupted step runs again from its start, so each step
 * checks the current state first.
 */
const MIGRATIONS: readonly ((db: Connection, folder: string) => Promise<void>)[] = [
  // 0: before the version file. An index on `uri` made every scope slow.
  async (db) => {
    for (const name of ['descriptions', 'passages']) {
      const table = await db.openTable(name);
      const indexes = await table.listIndices();
      if (indexes.some((index) => index.name === 'uri_idx')) await table.dropIndex('uri_idx');
      table.close();
    }
  },
  // 1: before vectors. Their tables are created with the first vector of a model. An older Goldfish would
  // leave rows of removed videos in them.
  async () => {},
  // 2: before hashes were the start of a SHA-256.
  migrateLayout2,
];

interface VersionMark {
  /** Layout of the index; 0 if the version file is missing. */
  readonly schema: number;
  /** Number of times that vectors were discarded because their files were damaged. */
  readonly vectorsLost: number;
}

const isCount = (value: unknown): value is number => Number.isInteger(value) && Number(value) >= 0;

/** Reads the version file. Throws if it is invalid. */
export async function readVersionMark(folder: string): Promise<VersionMark> {
  let text: string;
  try {
    text = await readFile(join(folder, VERSION_FILE), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      return { schema: 0, vectorsLost: 0 };
    throw error;
  }
  return parseVersionMark(text);
}

/** Parses the version file. Throws if it is invalid. */
export function parseVersionMark(text: string): VersionMark {
  const { schema, vectorsLost = 0 } = JSON.parse(text) as { readonly [key in keyof VersionMark]?: unknown };
  if (!isCount(schema) || !isCount(vectorsLost)) throw new Error(`${VERSION_FILE} contains no version`);
  return { schema, vectorsLost };
}

export function formatVersionMark({ schema, vectorsLost }: VersionMark): string {
  return `${JSON.stringify(vectorsLost > 0 ? { schema, vectorsLost } : { schema })}\n`;
}

export async function writeVersionMark(folder: string, mark: VersionMark): Promise<void> {
  await writeFileAtomic(join(folder, VERSION_FILE), formatVersionMark(mark));
}

/** Migrates an older index to this layout, step by step. Rejects a newer one with a StoreError. */
export async function migrateSchema(
  folder: string,
  db: Connection,
  log: (message: string) => void,
): Promise<void> {
  const { schema: storedSchema, vectorsLost } = await readVersionMark(folder);
  if (storedSchema > SCHEMA_VERSION)
    throw new StoreError(
      'newer',
      `The index in ${folder} was written by a newer Goldfish (layout ${storedSchema}; this Goldfish supports up to ${SCHEMA_VERSION}).`,
      'Update Goldfish, or use another data folder with --data-dir.',
    );
  for (const [version, migrate] of MIGRATIONS.entries()) {
    if (version < storedSchema) continue;
    await migrate(db, folder);
    await writeVersionMark(folder, { schema: version + 1, vectorsLost });
    log(`The index was migrated from layout ${version} to ${version + 1}.`);
  }
}

import type { Connection } from '@lancedb/lancedb';
import { StoreError } from '../../core/errors/store-error.ts';
import type { ObjectStorage } from '../../ports/object-storage.ts';
import { formatVersionMark, parseVersionMark, SCHEMA_VERSION, VERSION_FILE } from './schema-version.ts';
import { createTables, TABLE_NAMES } from './tables.ts';

const NEW_MARK = formatVersionMark({ schema: SCHEMA_VERSION, vectorsLost: 0 });

/** Returns the layout of an index on object storage, or undefined if there is no index yet. */
async function readLayout(objects: ObjectStorage): Promise<number | undefined> {
  const stored = await objects.read(VERSION_FILE);
  if (stored === undefined) return undefined;
  try {
    return parseVersionMark(stored.text).schema;
  } catch {
    // Only this layout was ever written to object storage.
    return SCHEMA_VERSION;
  }
}

/** Rejects an index of another layout. Migrations run on disks only: they rename folders. */
function assertLayout({ address }: ObjectStorage, schema: number): void {
  if (schema > SCHEMA_VERSION)
    throw new StoreError(
      'newer',
      `The index in ${address} was written by a newer Goldfish (layout ${schema}; this Goldfish supports up to ${SCHEMA_VERSION}).`,
      'Update Goldfish on this host.',
    );
  if (schema < SCHEMA_VERSION)
    throw new StoreError(
      'failed',
      `The index in ${address} was copied from an older Goldfish (layout ${schema}; this Goldfish needs ${SCHEMA_VERSION}).`,
      'Start this Goldfish once with the index on a disk, which migrates it, and copy it again.',
    );
}

/** Checks that a reader can read the index. */
export async function assertReadable(objects: ObjectStorage): Promise<void> {
  const schema = await readLayout(objects);
  if (schema === undefined)
    throw new StoreError(
      'failed',
      `There is no index in ${objects.address}.`,
      'Check index.location. If it is right, start the daemon that writes the index first.',
    );
  assertLayout(objects, schema);
}

/** Creates the tables of a new index, and the mark that says they are complete. Keeps an existing index. */
export async function createIfMissing(db: Connection, objects: ObjectStorage): Promise<void> {
  const schema = await readLayout(objects);
  if (schema !== undefined) return assertLayout(objects, schema);
  await dropEmptyTables(db, objects);
  await createTables(db);
  await objects.write(VERSION_FILE, NEW_MARK);
}

/** Removes the tables of a creation that was interrupted. Rows without the mark are somebody's, and are kept. */
async function dropEmptyTables(db: Connection, { address }: ObjectStorage): Promise<void> {
  const names = new Set<string>(await db.tableNames());
  for (const name of TABLE_NAMES.filter((each) => names.has(each))) {
    const table = await db.openTable(name);
    const rowCount = await table.countRows();
    table.close();
    if (rowCount > 0)
      throw new StoreError(
        'failed',
        `${address} contains the table ${name} with ${rowCount} rows, but no ${VERSION_FILE}.`,
        'If you copied an index there, copy it completely. Otherwise choose another index.location.',
      );
    await db.dropTable(name);
  }
}

/**
 * Makes LanceDB reject whatever a former owner still writes: it commits a version to each table with which no write that
 * began before is compatible. So a daemon that was suspended in the middle of a write cannot finish it after a takeover.
 */
export async function fenceTables(db: Connection): Promise<void> {
  for (const name of await db.tableNames()) {
    const table = await db.openTable(name);
    try {
      await table.checkout(await table.version());
      await table.restore();
    } finally {
      table.close();
    }
  }
}

import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Connection } from '@lancedb/lancedb';
import type { VectorRole } from '../../core/domain/vector.ts';
import type { VideoRecord } from '../../core/domain/video.ts';
import { toCurrentEmbedderModel } from '../../core/models/embedder-presets.ts';
import { legacyHashText } from '../../core/text/legacy-hash.ts';
import { readRows } from './rows.ts';
import { canMeanDamage } from './store-errors.ts';
import { toTableFile } from './tables.ts';
import { toTablePrefix } from './vector-table.ts';

/** Recipes of stages that write vectors: version, model, and what else the vectors depend on. */
const VECTOR_RECIPES: Readonly<Record<VectorRole, RegExp>> = {
  text: /^embed 1 (.+?)(?: lost \d+)? [0-9a-f]{32}$/,
  frame: /^embedFrames 1 (.+?)(?: lost \d+)? \d+ px /,
};

/** Returns the finished work of a record; none of a damaged one, which is mended later. */
function parseDone(body: string): VideoRecord['done'] {
  try {
    return (JSON.parse(body) as Pick<VideoRecord, 'done'>).done;
  } catch {
    return {};
  }
}

/** Lists the models by which vectors were made, from the recipes of finished work. */
async function readModels(db: Connection): Promise<ReadonlyMap<string, VectorRole>> {
  const models = new Map<string, VectorRole>();
  for (const name of ['videos', 'copies']) {
    const table = await db.openTable(name);
    const records = await readRows(table.query().select(['body']), (cells) => parseDone(cells.text('body')));
    table.close();
    for (const done of records)
      for (const [role, recipe] of [
        ['text', done.embed],
        ['frame', done.embedFrames],
      ] as const) {
        const model = VECTOR_RECIPES[role].exec(recipe ?? '')?.[1];
        if (model !== undefined) models.set(model, role);
      }
  }
  return models;
}

/**
 * Renames the vector tables of layout 2, whose names contain the older hash of their model. Tables of models that no record
 * names, or whose prefixes belong to no known family, keep their name: their vectors are computed again.
 */
async function renameVectorTables(db: Connection, folder: string): Promise<void> {
  const names = (await db.tableNames()).filter((name) => name.startsWith('vectors_'));
  if (names.length === 0) return;
  for (const [model, role] of await readModels(db)) {
    const legacyPrefix = `vectors_${role}_${legacyHashText(model)}_`;
    const prefix = toTablePrefix({ role, model: toCurrentEmbedderModel(model) });
    for (const name of names.filter((each) => each.startsWith(legacyPrefix))) {
      const target = join(folder, toTableFile(prefix + name.slice(legacyPrefix.length)));
      if (!existsSync(target)) await rename(join(folder, toTableFile(name)), target);
    }
  }
}

/** Renames a member of copies. Quotes inside a text of the record are escaped, so no text matches. */
async function renameHolders(db: Connection): Promise<void> {
  const table = await db.openTable('copies');
  await table.update({
    where: `body LIKE '%"heldBy":[%'`,
    valuesSql: { body: `replace(body, '"heldBy":[', '"holders":[')` },
  });
  table.close();
}

/**
 * Migrates layout 2. Vector tables are found by the hash of their model, so they are renamed. All other older hashes stay:
 * rows are replaced by content, and stages recognise older recipes (core/text/legacy-hash.ts). Damage is left to the check
 * that follows: it saves what it can.
 */
export async function migrateLayout2(db: Connection, folder: string): Promise<void> {
  try {
    await renameHolders(db);
    await renameVectorTables(db, folder);
  } catch (error) {
    if (!canMeanDamage(error)) throw error;
  }
}

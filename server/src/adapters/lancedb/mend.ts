import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Connection, Table } from '@lancedb/lancedb';
import type { Stage } from '../../core/domain/stage.ts';
import { type ForgottenWork, REMADE_STAGES, withoutWork } from '../../core/pipeline/forgotten-work.ts';
import { upsert } from './apply-write-plan.ts';
import { decode } from './decode.ts';
import { checkIndexes, checkRows } from './integrity-check.ts';
import { readRecords, toVideoFileRow, toVideoRow } from './rows.ts';
import { type Salvaged, salvage, workOf } from './salvage.ts';
import { canMeanDamage, toBriefMessage } from './store-errors.ts';
import { TABLE_NAMES, type TableName, type Tables } from './tables.ts';

/** How to open and check an index. */
export interface Checking {
  readonly folder: string;
  readonly connect: (folder: string) => Promise<Connection>;
  /** True: decode every row and rebuild the indexes, because damage was found that a quick check misses. */
  readonly thorough: boolean;
  /** Returns the folder that damaged files are moved to, the same for one whole opening. */
  readonly aside: () => Promise<string>;
  readonly log: (message: string) => void;
}

const fileOf = (name: string) => `${name}.lance`;
const freshOf = (folder: string) => `${folder}.mended`;

/** Moves the files of a table out of the index. Nothing is deleted. */
export async function setTableAside({ folder, aside }: Checking, name: string): Promise<string> {
  const target = await aside();
  await mkdir(target, { recursive: true });
  if (existsSync(join(folder, fileOf(name))))
    await rename(join(folder, fileOf(name)), join(target, fileOf(name)));
  return target;
}

/**
 * Completes swaps that a crash interrupted between their two renames: the table is missing, but its new files
 * are complete.
 */
async function finishSwaps(folder: string): Promise<void> {
  const fresh = freshOf(folder);
  if (!existsSync(fresh)) return;
  const names = new Set(await readdir(fresh));
  for (const name of TABLE_NAMES.map(fileOf))
    if (names.has(name) && !existsSync(join(folder, name)))
      await rename(join(fresh, name), join(folder, name));
  await rm(fresh, { recursive: true, force: true });
}

/** Opens a table and reads its rows. Returns the error in `damage` if the table is damaged. */
async function openTable(
  db: Connection,
  name: TableName,
  { thorough }: Checking,
): Promise<{ readonly table?: Table; readonly damage?: unknown }> {
  let table: Table | undefined;
  try {
    table = await db.openTable(name);
    await checkRows(table, name, thorough);
    return { table };
  } catch (error) {
    if (canMeanDamage(error)) return { ...(table && { table }), damage: error };
    table?.close();
    throw error;
  }
}

function sentence({ name, intact, lost }: Salvaged, damage: unknown, target: string): string {
  const what = lost === undefined ? 'All' : `${lost.length} of ${intact + lost.length}`;
  return `${what} rows of ${name} in the index were damaged (${toBriefMessage(damage)}). The damaged table was moved to ${target}, and the lost rows are being indexed again. Check the disk. Delete that folder when you no longer need it.`;
}

/** Returns the work that made the lost rows. Lost videos and copies need none: the next plan creates them. */
function forgotten(salvaged: readonly Salvaged[]): ForgottenWork {
  const everywhere = new Set<Stage>();
  const byVideo = new Map<string, Set<Stage>>();
  for (const { name, lost } of salvaged) {
    if (name === 'videos' || name === 'copies') continue;
    const all = name === 'descriptions' ? REMADE_STAGES : new Set<Stage>(['passages']);
    if (lost === undefined) for (const stage of all) everywhere.add(stage);
    for (const remains of lost ?? []) {
      const { videoIds, stages } = workOf(name, remains);
      if (videoIds.length === 0) for (const stage of stages) everywhere.add(stage);
      for (const videoId of videoIds)
        byVideo.set(videoId, new Set([...(byVideo.get(videoId) ?? []), ...stages]));
    }
  }
  return { everywhere, byVideo };
}

/** Removes the marks of lost work from the stored records. */
async function forget(videos: Table, copies: Table, work: ForgottenWork): Promise<void> {
  const records = await readRecords(videos, 'videos', decode.videos);
  const changed = records
    .map((record) => withoutWork(record, work))
    .filter((record, at) => record !== records[at]);
  await upsert(videos, 'videoId', changed.map(toVideoRow));
  const rows = await readRecords(copies, 'copies', decode.copies);
  const others = rows.map((copy) => withoutWork(copy, work)).filter((copy, at) => copy !== rows[at]);
  await upsert(copies, 'uri', others.map(toVideoFileRow));
}

/**
 * Opens all tables. For a damaged table, the intact rows are copied into a new one and the damaged one is
 * moved aside. Records are marked for new work before their rows go, so that a crash in between loses
 * nothing.
 */
export async function openChecked(
  db: Connection,
  checking: Checking,
): Promise<{ readonly tables: Tables; readonly work: ForgottenWork; readonly mended: boolean }> {
  const { folder, connect, thorough, log } = checking;
  await finishSwaps(folder);
  const tables = new Map<TableName, Table>();
  const salvaged: Salvaged[] = [];
  const fresh = await connect(freshOf(folder));
  const swap = async (one: Salvaged, damage: unknown): Promise<Table> => {
    const target = await setTableAside(checking, one.name);
    await rename(join(freshOf(folder), fileOf(one.name)), join(folder, fileOf(one.name)));
    log(sentence(one, damage, target));
    return await db.openTable(one.name);
  };
  const mend = async (name: TableName) => {
    const { table, damage } = await openTable(db, name, checking);
    if (table && damage === undefined) {
      await checkIndexes(table, name, thorough, log);
      tables.set(name, table);
      return undefined;
    }
    const one = await salvage(fresh, name, table);
    table?.close();
    salvaged.push(one);
    return async () => void tables.set(name, await swap(one, damage));
  };
  try {
    for (const name of ['videos', 'copies'] as const) await (await mend(name))?.();
    const swaps: (() => Promise<void>)[] = [];
    for (const name of ['descriptions', 'passages', 'outlines'] as const)
      swaps.push((await mend(name)) ?? (async () => {}));
    const work = forgotten(salvaged);
    const [videos, copies] = [tables.get('videos'), tables.get('copies')];
    if (videos && copies && (work.everywhere.size > 0 || work.byVideo.size > 0))
      await forget(videos, copies, work);
    for (const swapIn of swaps) await swapIn();
    return {
      tables: Object.fromEntries(tables) as Record<TableName, Table>,
      work,
      mended: salvaged.length > 0,
    };
  } catch (error) {
    for (const table of tables.values()) table.close();
    throw error;
  } finally {
    fresh.close();
    await rm(freshOf(folder), { recursive: true, force: true });
  }
}

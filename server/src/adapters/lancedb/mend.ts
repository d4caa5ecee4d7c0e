import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Connection, Table } from '@lancedb/lancedb';
import type { Stage } from '../../core/domain/stage.ts';
import { type ForgottenWork, REMADE_STAGES, withoutWork } from '../../core/pipeline/forgotten-work.ts';
import { upsert } from './apply-write-plan.ts';
import { ROW_DECODERS } from './decode.ts';
import { checkIndexes, checkRows } from './integrity-check.ts';
import { readRecords, toVideoFileRow, toVideoRow } from './rows.ts';
import { findWork, type SalvagedTable, salvage } from './salvage.ts';
import { canMeanDamage, toBriefMessage } from './store-errors.ts';
import { TABLE_NAMES, type TableName, type Tables, toTableFile } from './tables.ts';

/** How to open and check an index. */
export interface CheckOptions {
  readonly folder: string;
  readonly connect: (folder: string) => Promise<Connection>;
  /** True: decode every row and rebuild the indexes, because damage was found that a quick check misses. */
  readonly isThorough: boolean;
  /** Returns the folder that damaged files are moved to, the same for one whole opening. */
  readonly damagedFolder: () => Promise<string>;
  readonly log: (message: string) => void;
}

const toMendedFolder = (folder: string) => `${folder}.mended`;

/** Moves the files of a table out of the index. Nothing is deleted. */
export async function setTableAside({ folder, damagedFolder }: CheckOptions, name: string): Promise<string> {
  const target = await damagedFolder();
  await mkdir(target, { recursive: true });
  if (existsSync(join(folder, toTableFile(name))))
    await rename(join(folder, toTableFile(name)), join(target, toTableFile(name)));
  return target;
}

/**
 * Completes swaps that a crash interrupted between their two renames: the table is missing, but its new files
 * are complete.
 */
async function finishSwaps(folder: string): Promise<void> {
  const mendedFolder = toMendedFolder(folder);
  if (!existsSync(mendedFolder)) return;
  const names = new Set(await readdir(mendedFolder));
  for (const name of TABLE_NAMES.map(toTableFile))
    if (names.has(name) && !existsSync(join(folder, name)))
      await rename(join(mendedFolder, name), join(folder, name));
  await rm(mendedFolder, { recursive: true, force: true });
}

/** Opens a table and reads its rows. Returns the error in `damage` if the table is damaged. */
async function openTable(
  db: Connection,
  name: TableName,
  { isThorough }: CheckOptions,
): Promise<{ readonly table?: Table; readonly damage?: unknown }> {
  let table: Table | undefined;
  try {
    table = await db.openTable(name);
    await checkRows(table, name, isThorough);
    return { table };
  } catch (error) {
    if (canMeanDamage(error)) return { ...(table && { table }), damage: error };
    table?.close();
    throw error;
  }
}

function describeSalvage(
  { name, intactCount, lostRows }: SalvagedTable,
  damage: unknown,
  target: string,
): string {
  const lossText = lostRows === undefined ? 'All' : `${lostRows.length} of ${intactCount + lostRows.length}`;
  return `${lossText} rows of ${name} in the index were damaged (${toBriefMessage(damage)}). The damaged table was moved to ${target}, and the lost rows are being indexed again. Check the disk. Delete that folder when you no longer need it.`;
}

/** Returns the work that made the lost rows. Lost videos and copies need none: the next plan creates them. */
function findLostWork(salvaged: readonly SalvagedTable[]): ForgottenWork {
  const stagesOfAllVideos = new Set<Stage>();
  const stagesByVideo = new Map<string, Set<Stage>>();
  for (const { name, lostRows } of salvaged) {
    if (name === 'videos' || name === 'copies') continue;
    const allStages = name === 'descriptions' ? REMADE_STAGES : new Set<Stage>(['passages']);
    if (lostRows === undefined) for (const stage of allStages) stagesOfAllVideos.add(stage);
    for (const lostRow of lostRows ?? []) {
      const { videoIds, stages } = findWork(name, lostRow);
      if (videoIds.length === 0) for (const stage of stages) stagesOfAllVideos.add(stage);
      for (const videoId of videoIds)
        stagesByVideo.set(videoId, new Set([...(stagesByVideo.get(videoId) ?? []), ...stages]));
    }
  }
  return { everywhere: stagesOfAllVideos, byVideo: stagesByVideo };
}

/** Removes the marks of lost work from the stored records. */
async function forgetWork(videos: Table, copies: Table, work: ForgottenWork): Promise<void> {
  const records = await readRecords(videos, 'videos', ROW_DECODERS.videos);
  const changedRecords = records
    .map((record) => withoutWork(record, work))
    .filter((record, at) => record !== records[at]);
  await upsert(videos, 'videoId', changedRecords.map(toVideoRow));
  const rows = await readRecords(copies, 'copies', ROW_DECODERS.copies);
  const changedCopies = rows.map((copy) => withoutWork(copy, work)).filter((copy, at) => copy !== rows[at]);
  await upsert(copies, 'uri', changedCopies.map(toVideoFileRow));
}

/**
 * Opens all tables. For a damaged table, the intact rows are copied into a new one and the damaged one is
 * moved aside. Records are marked for new work before their rows go, so that a crash in between loses
 * nothing.
 */
export async function openCheckedTables(
  db: Connection,
  checkOptions: CheckOptions,
): Promise<{ readonly tables: Tables; readonly work: ForgottenWork; readonly mended: boolean }> {
  const { folder, connect, isThorough, log } = checkOptions;
  await finishSwaps(folder);
  const tables = new Map<TableName, Table>();
  const salvaged: SalvagedTable[] = [];
  const mendedDatabase = await connect(toMendedFolder(folder));
  const swapTable = async (salvagedTable: SalvagedTable, damage: unknown): Promise<Table> => {
    const target = await setTableAside(checkOptions, salvagedTable.name);
    await rename(
      join(toMendedFolder(folder), toTableFile(salvagedTable.name)),
      join(folder, toTableFile(salvagedTable.name)),
    );
    log(describeSalvage(salvagedTable, damage, target));
    return await db.openTable(salvagedTable.name);
  };
  const mendTable = async (name: TableName) => {
    const { table, damage } = await openTable(db, name, checkOptions);
    if (table && damage === undefined) {
      await checkIndexes(table, name, isThorough, log);
      tables.set(name, table);
      return undefined;
    }
    const salvagedTable = await salvage(mendedDatabase, name, table);
    table?.close();
    salvaged.push(salvagedTable);
    return async () => void tables.set(name, await swapTable(salvagedTable, damage));
  };
  try {
    for (const name of ['videos', 'copies'] as const) await (await mendTable(name))?.();
    const swaps: (() => Promise<void>)[] = [];
    for (const name of ['descriptions', 'passages', 'outlines'] as const)
      swaps.push((await mendTable(name)) ?? (async () => {}));
    const work = findLostWork(salvaged);
    const [videos, copies] = [tables.get('videos'), tables.get('copies')];
    if (videos && copies && (work.everywhere.size > 0 || work.byVideo.size > 0))
      await forgetWork(videos, copies, work);
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
    mendedDatabase.close();
    await rm(toMendedFolder(folder), { recursive: true, force: true });
  }
}

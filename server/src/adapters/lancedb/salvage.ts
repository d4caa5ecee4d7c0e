import type { Connection, Table } from '@lancedb/lancedb';
import { fileUriToDisplayPath, fileUriToPath } from '../../base/file-uri.ts';
import { STAGES, type Stage } from '../../core/domain/stage.ts';
import type { VideoFile } from '../../core/domain/video.ts';
import { INDEX_RUN_HOLDER } from '../../core/library/reconcile-file.ts';
import { REMADE_STAGES } from '../../core/pipeline/forgotten-work.ts';
import { type Cells, DamagedRowError, ROW_DECODERS } from './decode.ts';
import { type LanceRow, readRows, toVideoFileRow } from './rows.ts';
import { canMeanDamage } from './store-errors.ts';
import { createIndexes, createTable, TABLE_LAYOUTS, type TableName } from './tables.ts';

/** Rows read together while no damage is found. */
const ROWS_PER_READ = 500;

/**
 * From this many rows on, a failed range is sampled before it is halved; `SAMPLES` is the number of samples.
 */
const MIN_SAMPLED_ROWS = 64;
const SAMPLE_COUNT = 5;

/** Readable values of a damaged row, by column. */
export type RowRemains = ReadonlyMap<string, string>;

/** Result of salvaging a damaged table. */
export interface SalvagedTable {
  readonly name: TableName;
  readonly intactCount: number;
  /** Unreadable rows; undefined if not even their number could be read. */
  readonly lostRows: readonly RowRemains[] | undefined;
}

/** Returns the values of a row as stored. */
function toRawRow(name: TableName, cells: Cells): LanceRow {
  const { text, numbers } = TABLE_LAYOUTS[name];
  return Object.fromEntries([
    ...text.map((column) => [column, cells.text(column)] as const),
    ...numbers.map((column) => [column, cells.number(column)] as const),
  ]);
}

const toColumns = (name: TableName) => [...TABLE_LAYOUTS[name].text, ...TABLE_LAYOUTS[name].numbers];

/** Reads the rows of a range. Throws if one of them is damaged. */
function readRange(table: Table, name: TableName, from: number, to: number): Promise<LanceRow[]> {
  const offsets = Array.from({ length: to - from }, (_, at) => from + at);
  return readRows(table.takeOffsets(offsets).select(toColumns(name)), (cells) => {
    ROW_DECODERS[name](cells);
    return toRawRow(name, cells);
  });
}

/** Reads what is left of damaged rows. Columns are stored separately, so some may still be readable. */
async function readRemains(table: Table, name: TableName, from: number, to: number): Promise<RowRemains[]> {
  const offsets = Array.from({ length: to - from }, (_, at) => from + at);
  const remains = offsets.map(() => new Map<string, string>());
  for (const column of TABLE_LAYOUTS[name].text) {
    try {
      const query = table.takeOffsets(offsets).select([column]);
      const values = await readRows(query, (cells) => cells.text(column));
      if (values.length === offsets.length)
        for (const [at, value] of values.entries()) remains[at]?.set(column, value);
    } catch (error) {
      if (!canMeanDamage(error)) throw error;
    }
  }
  return remains;
}

/**
 * Returns whether a whole range is lost, for example because its file was truncated. Its rows are then not
 * tried one by one.
 */
async function isUnreadableRange(table: Table, name: TableName, from: number, to: number): Promise<boolean> {
  if (to - from < MIN_SAMPLED_ROWS) return false;
  for (let at = 0; at < SAMPLE_COUNT; at += 1) {
    const row = from + Math.floor((at * (to - from - 1)) / (SAMPLE_COUNT - 1));
    const isUnreadable = await readRange(table, name, row, row + 1).then(
      () => false,
      (error: unknown) => canMeanDamage(error),
    );
    if (!isUnreadable) return false;
  }
  return true;
}

/** Yields the readable rows and the remains of the others. A range that fails is read in halves. */
async function* siftRows(
  table: Table,
  name: TableName,
  from: number,
  to: number,
): AsyncGenerator<{ readonly rows: readonly LanceRow[]; readonly lost?: RowRemains }> {
  try {
    const rows = await readRange(table, name, from, to);
    if (rows.length !== to - from) throw new DamagedRowError(name, `${from}`);
    yield { rows };
  } catch (error) {
    if (!canMeanDamage(error)) throw error;
    if (to - from === 1 || (await isUnreadableRange(table, name, from, to))) {
      for (const lost of await readRemains(table, name, from, to)) {
        const restoredCopy = name === 'copies' ? restoreCopy(lost) : undefined;
        yield { rows: restoredCopy ? [toVideoFileRow(restoredCopy)] : [], lost };
      }
      return;
    }
    const middle = Math.floor((from + to) / 2);
    yield* siftRows(table, name, from, middle);
    yield* siftRows(table, name, middle, to);
  }
}

/** Returns a field of a record whose JSON is damaged elsewhere. */
function findField(remains: RowRemains, field: string): string | undefined {
  return new RegExp(`"${field}":"([^"\\\\]*)"`).exec(remains.get('body') ?? '')?.[1];
}

/**
 * Rebuilds a damaged copy from its readable columns: nothing else remembers files outside watched folders.
 * Its size and time match no file, so the next scan reads the file again.
 */
function restoreCopy(remains: RowRemains): VideoFile | undefined {
  const uri = remains.get('uri');
  if (uri === undefined || !isFileUri(uri)) return undefined;
  const body = remains.get('body') ?? '';
  const holders = /"(?:holders|heldBy)":(\["[^\]]*"\])/.exec(body)?.[1];
  return {
    uri,
    path: fileUriToDisplayPath(uri),
    videoId: remains.get('videoId') ?? '',
    bytes: -1,
    modifiedMs: 0,
    sample: '',
    sidecars: [],
    holders: holders === undefined ? [INDEX_RUN_HOLDER] : parseList(holders),
    done: {},
    failures: {},
    forgotten: body.includes('"forgotten":true'),
    recordedMs: Number(/"recordedMs":(\d+)/.exec(body)?.[1] ?? 0),
  };
}

function parseList(text: string): readonly string[] {
  try {
    return (JSON.parse(text) as unknown[]).map(String);
  } catch {
    return [INDEX_RUN_HOLDER];
  }
}

function isFileUri(uri: string): boolean {
  try {
    fileUriToPath(uri);
    return true;
  } catch {
    return false;
  }
}

/**
 * Copies the readable rows of a damaged table into a new one in `fresh`, with indexes. `table` is undefined
 * if it cannot be opened. The damaged table is not changed.
 */
export async function salvage(
  mendedDatabase: Connection,
  name: TableName,
  table: Table | undefined,
): Promise<SalvagedTable> {
  const target = await createTable(mendedDatabase, name);
  try {
    const count = await table?.countRows().catch((error: unknown) => {
      if (!canMeanDamage(error)) throw error;
      return undefined;
    });
    const lostRows: RowRemains[] = [];
    let intactCount = 0;
    for (let from = 0; table && from < (count ?? 0); from += ROWS_PER_READ)
      for await (const part of siftRows(table, name, from, Math.min(count ?? 0, from + ROWS_PER_READ))) {
        if (part.lost) lostRows.push(part.lost);
        if (part.rows.length > 0) await target.add([...part.rows]);
        if (!part.lost) intactCount += part.rows.length;
      }
    await createIndexes(target, name);
    await target.optimize();
    return { name, intactCount, lostRows: count === undefined ? undefined : lostRows };
  } finally {
    target.close();
  }
}

/**
 * Returns the videos that a lost row may have belonged to, and the work that made it. No video means any
 * video.
 */
export function findWork(name: TableName, remains: RowRemains) {
  const findNamed = (field: string) =>
    [remains.get(field), findField(remains, field)].filter((candidate) => candidate !== undefined);
  const isStage = (value: string): value is Stage => (STAGES as readonly string[]).includes(value);
  const knownStages = findNamed('stage').filter(isStage);
  const describedStages = knownStages.length > 0 ? new Set(knownStages) : REMADE_STAGES;
  const stages: ReadonlySet<Stage> = name === 'descriptions' ? describedStages : new Set<Stage>(['passages']);
  return { videoIds: findNamed('videoId'), stages };
}

import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openLanceStore } from '../../server/src/adapters/lancedb/open-store.ts';
import { TABLE_LAYOUTS, TABLE_NAMES, type TableName } from '../../server/src/adapters/lancedb/tables.ts';
import type { Store } from '../../server/src/ports/store.ts';
import { findColumnBuffers } from './lance-columns.ts';
import { copyOf, descriptionOf, outlineOf, passageOf, vectorOf, videoOf } from './store-rows.ts';

const never = new AbortController().signal;
export const VECTOR_SPACE = { role: 'text', model: 'm@1' } as const;
/** Work that the records of `fillIndex` name as done. */
export const DONE = { probe: '1', cues: '2', passages: '3' };
/** Columns of a table of vectors. */
const VECTOR_COLUMNS = ['id', 'videoId', 'uri', 'kind', 'made', 'startMs', 'endMs', 'vector'];

export const toVideoUri = (videoId: string) => `file:///videos/${videoId}.mp4`;

/** Writes a row of each kind for each video. Their times differ, so that each column has values of its own. */
export async function fillIndex(store: Store, videoIds: readonly string[]): Promise<void> {
  const own = (videoId: string) => ({ videoId, uri: '' as const });
  await store.commit({
    descriptions: videoIds.map((videoId) => ({
      ...own(videoId),
      stage: 'cues',
      rows: [descriptionOf(videoId, '', 'cues', 0, `spoken ${videoId}`)],
    })),
    passages: videoIds.map((videoId, at) => ({
      ...own(videoId),
      rows: [passageOf(videoId, '', 1000 * at, `word only${videoId}`)],
    })),
    outlines: videoIds.map((videoId) => outlineOf(toVideoUri(videoId), videoId, `name${videoId}`)),
    vectors: videoIds.map((videoId, at) => ({
      ...VECTOR_SPACE,
      ...own(videoId),
      rows: [vectorOf(videoId, '', 'speech', 1000 * at, [1, at])],
    })),
    videos: videoIds.map((videoId) => videoOf(videoId, { done: DONE })),
    copies: videoIds.map((videoId) => copyOf(toVideoUri(videoId), videoId)),
  });
}

/** Returns the videos whose row of each kind a store returns whole. */
export async function findWholeRows(
  store: Store,
  videoIds: readonly string[],
): Promise<Record<TableName, readonly string[]>> {
  const [videos, copies] = [await store.videos(), await store.copies()];
  const found = { descriptions: [] as string[], passages: [] as string[], outlines: [] as string[] };
  for (const videoId of videoIds) {
    const rows = await store.descriptions(videoId, '');
    if (rows[0]?.lines[0]?.text === `spoken ${videoId}`) found.descriptions.push(videoId);
    const passages = await store.matchPassages(`only${videoId}`, 1, {}, never);
    if (passages[0]?.passage.videoId === videoId) found.passages.push(videoId);
    const outlines = await store.matchOutlines(`name${videoId}`, 1, {}, never);
    if (outlines[0]?.outline.uri === toVideoUri(videoId)) found.outlines.push(videoId);
  }
  return {
    videos: videos.map(({ videoId }) => videoId),
    copies: copies.filter(({ bytes }) => bytes === 1).map(({ videoId }) => videoId),
    ...found,
  };
}

/** One bit of one value to flip. */
interface Flip {
  readonly table: string;
  readonly column: string;
}

/** Every column of every table, in an order in which a few flips reach every table. */
function listFlips(): readonly Flip[] {
  const columns: Readonly<Record<string, readonly string[]>> = {
    ...Object.fromEntries(TABLE_NAMES.map((name) => [name, columnsOf(name)])),
    'vectors_*': VECTOR_COLUMNS,
  };
  const longest = Math.max(...Object.values(columns).map(({ length }) => length));
  return Array.from({ length: longest }, (_, at) =>
    Object.entries(columns).flatMap(([table, names]) => {
      const column = names[at];
      return column === undefined ? [] : [{ table, column }];
    }),
  ).flat();
}

const columnsOf = (name: TableName) => [...TABLE_LAYOUTS[name].text, ...TABLE_LAYOUTS[name].numbers];

/**
 * Flips a bit at a random place of a column, in a data file that has values of it. Returns false if the column has no
 * bytes, because all its values are equal.
 */
async function flipBit(
  folder: string,
  { table, column }: Flip,
  below: (limit: number) => number,
): Promise<boolean> {
  const index = (table in TABLE_LAYOUTS ? columnsOf(table as TableName) : VECTOR_COLUMNS).indexOf(column);
  const places: { readonly name: string; readonly at: number }[] = [];
  for (const name of globSync(`${table}.lance/data/*.lance`, { cwd: folder }).sort()) {
    const buffers = findColumnBuffers(await readFile(join(folder, name)))[index] ?? [];
    for (const { start, length } of buffers)
      for (let at = start; at < start + length; at += 1) places.push({ name, at });
  }
  const place = places[below(places.length)];
  if (place === undefined) return false;
  const bytes = await readFile(join(folder, place.name));
  bytes[place.at] = (bytes[place.at] ?? 0) ^ (1 << below(8));
  await writeFile(join(folder, place.name), bytes);
  return true;
}

/** What flips did to an index. */
interface FlipReport {
  readonly flips: number;
  readonly columns: ReadonlySet<string>;
  /** Rows that were not found whole afterwards, of all flips. */
  readonly lostRows: number;
}

/**
 * Flips bits of a copy of a whole index, one at a time, each in the next column. After each flip the index must open
 * twice, and rows of other tables and of other files must be found.
 * - `whole`: the folder of the index. It has the videos of each part in data files of their own.
 * - `isEnough`: whether no further flip is wanted, after so many.
 */
export async function checkFlippedBits(
  whole: string,
  parts: readonly (readonly string[])[],
  below: (limit: number) => number,
  isEnough: (flips: number) => boolean,
): Promise<FlipReport> {
  const all = listFlips();
  const columns = new Set<string>();
  let [flips, lostRows] = [0, 0];
  for (let number = 0; !isEnough(flips); number += 1) {
    const flip = all[number % all.length];
    if (flip === undefined) break;
    const home = await mkdtemp(join(whole, '..', 'flip-'));
    const folder = join(home, 'index');
    await cp(whole, folder, { recursive: true });
    if (await flipBit(folder, flip, below)) {
      flips += 1;
      columns.add(`${flip.table} ${flip.column}`);
      lostRows += await countLostRows(folder, parts, flip);
    }
    await rm(home, { recursive: true });
  }
  return { flips, columns, lostRows };
}

/** Opens a damaged index twice. Fails if rows that were not near the damage are lost. Returns how many others are. */
async function countLostRows(
  folder: string,
  parts: readonly (readonly string[])[],
  { table, column }: Flip,
): Promise<number> {
  const videoIds = parts.flat();
  let lost = 0;
  for (let start = 0; start < 2; start += 1) {
    const store = await openLanceStore(folder);
    const found = await findWholeRows(store, videoIds);
    const vectors = store.vectorCount(VECTOR_SPACE);
    assert.ok(
      vectors === videoIds.length || store.lostVectorCount() === 1,
      `vectors after ${table} ${column}`,
    );
    await store.close();
    for (const name of TABLE_NAMES) {
      const missing = videoIds.filter((videoId) => !found[name].includes(videoId));
      if (name !== table) assert.deepEqual(missing, [], `${name} after a flip in ${table} ${column}`);
      const damagedParts = parts.filter((part) => part.some((videoId) => missing.includes(videoId)));
      assert.ok(damagedParts.length < 2, `${missing} of ${name} after a flip in ${table} ${column}`);
      if (start === 0) lost += missing.length;
    }
  }
  return lost;
}

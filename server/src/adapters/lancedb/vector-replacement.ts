import { readRows, toVectorRow } from './rows.ts';
import { inCondition, toParts } from './sql.ts';
import { deleteRows, type OpenVectorTable } from './vector-table.ts';
import type { VectorReplacement } from './write-plan.ts';

/** Values in one `IN (...)`. */
export const MAX_LIST_VALUES = 1_000;

/** A stored row without its vector. */
interface StoredPlace {
  readonly id: string;
  readonly videoId: string;
  /** The content and the path that the row belongs to. */
  readonly place: string;
}

const toPlace = (videoId: string, uri: string): string => `${videoId}\n${uri}`;

/**
 * Writes the rows of replacements to `target`, one of `tables`, and removes what else lies in their places in any of
 * them. Without a target the replacements are empty: only the removal is done.
 */
export async function replaceRows(
  tables: readonly OpenVectorTable[],
  target: OpenVectorTable | undefined,
  replacements: readonly VectorReplacement[],
): Promise<void> {
  const newIds = new Set(replacements.flatMap(({ rows }) => rows.map(({ id }) => id)));
  const places = new Set(replacements.map(({ videoId, uri }) => toPlace(videoId, uri)));
  const videoIds = new Set(replacements.map(({ videoId }) => videoId));
  for (const table of tables) {
    if (table.rows === 0 && table !== target) continue;
    const storedPlaces = await readPlaces(table, videoIds);
    if (table === target) await addMissingRows(table, storedPlaces, replacements);
    const isNew = ({ id }: StoredPlace) => table === target && newIds.has(id);
    await removeStale(
      table,
      storedPlaces.filter((storedPlace) => places.has(storedPlace.place) && !isNew(storedPlace)),
    );
  }
}

async function readPlaces(
  { table }: OpenVectorTable,
  videoIds: Iterable<string>,
): Promise<readonly StoredPlace[]> {
  const places: StoredPlace[] = [];
  for (const part of toParts(videoIds, MAX_LIST_VALUES)) {
    const query = table.query().where(inCondition('videoId', part)).select(['id', 'videoId', 'uri']);
    const rows = await readRows(query, (cells) => {
      const videoId = cells.text('videoId');
      return { id: cells.text('id'), videoId, place: toPlace(videoId, cells.text('uri')) };
    });
    places.push(...rows);
  }
  return places;
}

async function addMissingRows(
  target: OpenVectorTable,
  storedPlaces: readonly StoredPlace[],
  replacements: readonly VectorReplacement[],
): Promise<void> {
  const storedIds = new Set(storedPlaces.map(({ id }) => id));
  const rowsById = new Map(replacements.flatMap(({ rows }) => rows).map((row) => [row.id, row]));
  const missingRows = [...rowsById.values()].filter(({ id }) => !storedIds.has(id));
  if (missingRows.length > 0) await target.table.add(missingRows.map(toVectorRow));
  target.rows += missingRows.length;
}

async function removeStale(target: OpenVectorTable, staleRows: readonly StoredPlace[]): Promise<void> {
  const videoCondition = inCondition('videoId', new Set(staleRows.map(({ videoId }) => videoId)));
  const ids = staleRows.map(({ id }) => id);
  await deleteRows(
    target,
    toParts(ids, MAX_LIST_VALUES).map((part) => `${videoCondition} AND ${inCondition('id', part)}`),
  );
}

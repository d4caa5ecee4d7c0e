import { raceAbort } from '../../base/race-abort.ts';
import type { Passage } from '../../core/domain/passage.ts';
import type { Store } from '../../ports/store.ts';
import { ROW_DECODERS } from './decode.ts';
import { searchFullText, searchSimilarTerms } from './full-text-search.ts';
import { createGroupedRead } from './grouped-read.ts';
import {
  closeHandle,
  compactIfDue,
  compactIndex,
  createIndexHandle,
  type IndexHandle,
  type IndexMedium,
  type OpenIndex,
  withRead,
  withWrite,
} from './index-handle.ts';
import { CANDIDATE_READER, OUTLINE_READER, PASSAGE_READER, readRecords, readRows } from './rows.ts';
import { inCondition } from './sql.ts';

/**
 * A store over an open index. Damage that a read or a write meets has the
 * index closed and opened again by `reopen`, which sets aside what is damaged; then the call is made again.
 */
export async function createStore(medium: IndexMedium, openIndex: OpenIndex): Promise<Store> {
  return createHandleStore(await createIndexHandle(medium, openIndex));
}

/** Creates the store of a handle. `onRefresh` is called by a store that shows what another process writes. */
export function createHandleStore(
  handle: IndexHandle,
  onRefresh: Store['onRefresh'] = () => undefined,
): Store {
  compactIfDue(handle);
  return {
    ...createRecordReads(handle),
    ...createTextSearches(handle),
    ...createVectorReads(handle),
    async commit(batch) {
      await withWrite(handle, () => handle.queue.push(batch));
      compactIfDue(handle);
    },
    damage: () => handle.index.damage,
    onDamage: (listener) => void handle.damageListeners.add(listener),
    optimize: (signal) =>
      raceAbort(() => withWrite(handle, () => handle.queue.runExclusive(() => compactIndex(handle))), signal),
    onRefresh,
    bytes: () => withRead(handle, handle.bytes),
    close: () => closeHandle(handle),
  };
}

function createRecordReads(
  handle: IndexHandle,
): Pick<Store, 'copies' | 'videos' | 'descriptions' | 'allDescriptions' | 'passages' | 'passagesById'> {
  const readTogether = createGroupedRead((videoIds) =>
    withRead(handle, ({ tables: { descriptions } }) =>
      readRecords(descriptions, 'descriptions', ROW_DECODERS.descriptions, inCondition('videoId', videoIds)),
    ),
  );
  return {
    allDescriptions: async (videoId) => sortByTime([...(await readTogether(videoId))]),
    copies: () => withRead(handle, ({ tables }) => readRecords(tables.copies, 'copies', ROW_DECODERS.copies)),
    videos: () => withRead(handle, ({ tables }) => readRecords(tables.videos, 'videos', ROW_DECODERS.videos)),
    descriptions: (videoId, uri, stages) =>
      withRead(handle, async ({ tables: { descriptions } }) => {
        const conditions = placeConditions(videoId, uri);
        if (stages) conditions.push(inCondition('stage', stages));
        const where = conditions.join(' AND ');
        return sortByTime(await readRecords(descriptions, 'descriptions', ROW_DECODERS.descriptions, where));
      }),
    passages: (videoId, uri, range) =>
      withRead(handle, async ({ tables }) => {
        const conditions = placeConditions(videoId, uri);
        if (range) conditions.push(`startMs < ${range.endMs} AND endMs > ${range.startMs}`);
        const query = tables.passages.query().where(conditions.join(' AND ')).select(PASSAGE_READER.columns);
        return sortByTime<Passage>(await readRows(query, PASSAGE_READER.toRow));
      }),
    passagesById: (ids) =>
      withRead(handle, async ({ tables }) => {
        if (ids.length === 0) return [];
        const query = tables.passages.query().where(inCondition('id', ids)).select(PASSAGE_READER.columns);
        return await readRows(query, PASSAGE_READER.toRow);
      }),
  };
}

function createTextSearches(
  handle: IndexHandle,
): Pick<Store, 'matchPassages' | 'matchSimilar' | 'matchOutlines'> {
  return {
    async matchPassages(terms, limit, filter, signal) {
      const search = () =>
        withRead(handle, ({ tables }) =>
          searchFullText(tables.passages, terms, limit, filter, CANDIDATE_READER),
        );
      return (await raceAbort(search, signal)).map(({ row, score }) => ({
        passage: row,
        digest: row,
        score,
      }));
    },
    async matchSimilar(term, limit, signal) {
      const search = () =>
        withRead(handle, ({ tables }) => searchSimilarTerms(tables.passages, term, limit, PASSAGE_READER));
      return (await raceAbort(search, signal)).map(({ row }) => row);
    },
    async matchOutlines(terms, limit, filter, signal) {
      const search = () =>
        withRead(handle, ({ tables }) =>
          searchFullText(tables.outlines, terms, limit, filter, OUTLINE_READER),
        );
      return (await raceAbort(search, signal)).map(({ row, score }) => ({ outline: row, score }));
    },
  };
}

function createVectorReads(
  handle: IndexHandle,
): Pick<Store, 'vectors' | 'vectorCount' | 'nearest' | 'lostVectorCount'> {
  return {
    vectors: (space, videoId, uri) =>
      withRead(handle, async ({ vectors }) => sortByTime(await vectors.rowsAt(space, videoId, uri))),
    vectorCount: (space) => handle.index.vectors.count(space),
    nearest: (space, vector, limit, filter, signal) =>
      raceAbort(
        () => withRead(handle, ({ vectors }) => vectors.nearest(space, vector, limit, filter)),
        signal,
      ),
    lostVectorCount: () => handle.index.vectorsLost,
  };
}

/** Conditions for the rows of a content and of one of its paths. */
function placeConditions(videoId: string, uri: string): string[] {
  return [inCondition('videoId', [videoId]), inCondition('uri', new Set(['', uri]))];
}

function sortByTime<T extends { readonly startMs: number; readonly id: string }>(rows: T[]): T[] {
  return rows.sort((a, b) => a.startMs - b.startMs || (a.id < b.id ? -1 : 1));
}

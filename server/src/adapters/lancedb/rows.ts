import { setImmediate } from 'node:timers/promises';
import type { Query, Table, TakeQuery, VectorQuery } from '@lancedb/lancedb';
import type { Description, Line } from '../../core/domain/description.ts';
import type { Outline, Passage } from '../../core/domain/passage.ts';
import type { VectorRow } from '../../core/domain/vector.ts';
import type { VideoFile, VideoRecord } from '../../core/domain/video.ts';
import { digestPassage, type PassageDigest } from '../../core/ranking/passage-digest.ts';
import { type Cells, ROW_DECODERS } from './decode.ts';
import { TABLE_LAYOUTS } from './tables.ts';

export type LanceRow = Record<string, string | number | Float32Array>;

export const toVideoFileRow = (copy: VideoFile): LanceRow => ({
  uri: copy.uri,
  videoId: copy.videoId,
  body: JSON.stringify(copy),
});

export const toVideoRow = (video: VideoRecord): LanceRow => ({
  videoId: video.videoId,
  body: JSON.stringify(video),
});

export const toDescriptionRow = (description: Description): LanceRow => ({
  id: description.id,
  videoId: description.videoId,
  uri: description.uri,
  stage: description.stage,
  body: JSON.stringify(description),
});

export const toPassageRow = (passage: Passage): LanceRow => ({
  id: passage.id,
  videoId: passage.videoId,
  uri: passage.uri,
  terms: passage.terms,
  lines: JSON.stringify(passage.lines),
  startMs: passage.startMs,
  endMs: passage.endMs,
});

export const toOutlineRow = (outline: Outline): LanceRow => ({
  uri: outline.uri,
  videoId: outline.videoId,
  terms: outline.terms,
  title: outline.title,
});

export const toVectorRow = (row: VectorRow): LanceRow => ({
  id: row.id,
  videoId: row.videoId,
  uri: row.uri,
  kind: row.kind,
  made: row.made,
  startMs: row.startMs,
  endMs: row.endMs,
  vector: row.vector,
});

/** No name contains it: it is no printable character. */
const NAME_SEPARATOR = '\u0000';

export const PASSAGE_READER = {
  key: 'id',
  columns: ['id', 'videoId', 'uri', 'terms', 'lines', 'startMs', 'endMs'],
  toRow: ROW_DECODERS.passages,
};

/** A passage and what ranking reads of its lines. */
interface DigestedPassage {
  readonly passage: Passage;
  readonly digest: PassageDigest;
}

/** Passages as searches read and keep them. A kept one parses its lines when they are read: most are only ranked. */
export const CANDIDATE_READER = {
  ...PASSAGE_READER,
  toRow: (cells: Cells): DigestedPassage => {
    const passage = PASSAGE_READER.toRow(cells);
    return { passage, digest: digestPassage(passage) };
  },
  keyOf: ({ passage }: DigestedPassage) => passage.id,
  fieldCount: 9,
  toFields: ({ passage, digest }: DigestedPassage) => [
    passage.id,
    passage.videoId,
    passage.uri,
    passage.terms,
    String(passage.startMs),
    String(passage.endMs),
    JSON.stringify(passage.lines),
    digest.text,
    digest.speakers.join(NAME_SEPARATOR),
  ],
  fromFields: ([
    id = '',
    videoId = '',
    uri = '',
    terms = '',
    startMs = '',
    endMs = '',
    lines = '',
    text = '',
    speakers = '',
  ]: readonly string[]): DigestedPassage => {
    let parsedLines: readonly Line[] | undefined;
    const passage = {
      id,
      videoId,
      uri,
      terms,
      startMs: Number(startMs),
      endMs: Number(endMs),
      get lines() {
        parsedLines ??= JSON.parse(lines) as readonly Line[];
        return parsedLines;
      },
    };
    const names = speakers === '' ? [] : speakers.split(NAME_SEPARATOR);
    return { passage, digest: { text, speakers: names } };
  },
};

/** An Outline without its terms. */
export const OUTLINE_READER = {
  key: 'uri',
  columns: ['uri', 'videoId', 'title'],
  toRow: ROW_DECODERS.outlines,
  keyOf: ({ uri }: Pick<Outline, 'uri'>) => uri,
  fieldCount: 3,
  toFields: ({ uri, videoId, title }: Omit<Outline, 'terms'>) => [uri, videoId, title],
  fromFields: ([uri = '', videoId = '', title = '']: readonly string[]) => ({ uri, videoId, title }),
};

/** Rows decoded before the event loop gets a turn: 100,000 rows take half a second. */
const ROWS_PER_TURN = 500;

/**
 * Runs a query and maps each row, one record batch at a time, so that a large result is never copied as a
 * whole.
 */
export async function readRows<T>(
  query: Query | VectorQuery | TakeQuery,
  toRow: (cells: Cells) => T,
): Promise<T[]> {
  const values: T[] = [];
  for await (const batch of query) {
    const columns = new Map(
      batch.schema.fields.map((field, rowIndex) => [field.name, batch.getChildAt(rowIndex)]),
    );
    let index = 0;
    const cells: Cells = {
      text: (column) => String(columns.get(column)?.get(index) ?? ''),
      number: (column) => Number(columns.get(column)?.get(index) ?? 0),
      vector: (column) => Float32Array.from(columns.get(column)?.get(index) ?? []),
    };
    for (; index < batch.numRows; index += 1) {
      values.push(toRow(cells));
      if (values.length % ROWS_PER_TURN === 0) await setImmediate();
    }
  }
  return values;
}

/** Reads all records of a table that stores whole records. Rejects with DamagedRowError if one is damaged. */
export function readRecords<T>(
  table: Table,
  name: 'copies' | 'videos' | 'descriptions',
  toRow: (cells: Cells) => T,
  where?: string,
): Promise<T[]> {
  const query = table.query().select([...TABLE_LAYOUTS[name].text]);
  return readRows(where === undefined ? query : query.where(where), toRow);
}

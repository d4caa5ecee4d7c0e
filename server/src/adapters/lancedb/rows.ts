import { setImmediate } from 'node:timers/promises';
import type { Query, Table, TakeQuery, VectorQuery } from '@lancedb/lancedb';
import type { Vector } from 'apache-arrow';
import type { Description, Line } from '../../core/domain/description.ts';
import type { Outline, Passage } from '../../core/domain/passage.ts';
import type { VectorRow } from '../../core/domain/vector.ts';
import type { VideoFile, VideoRecord } from '../../core/domain/video.ts';
import { digestPassage, type PassageDigest } from '../../core/ranking/passage-digest.ts';
import { type Cells, ROW_DECODERS } from './decode.ts';
import type { PackedRow } from './row-cache.ts';
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

/** A passage, what ranking reads of its lines, and the lines as they are stored. */
interface CandidateRow {
  readonly passage: Passage;
  readonly digest: PassageDigest;
  readonly lines: Uint8Array;
}

/** Fields of a kept passage, in their order. */
const CANDIDATE_FIELDS = { id: 0, videoId: 1, uri: 2, terms: 3, range: 4, text: 5, speakers: 6, lines: 7 };

/**
 * Passages as searches read and keep them. Their lines are parsed again when they are read, because most passages are only
 * ranked: that needs less memory than the lines.
 */
export const CANDIDATE_READER = {
  ...PASSAGE_READER,
  toRow: (cells: Cells): CandidateRow => {
    const passage = PASSAGE_READER.toRow(cells);
    const lines = cells.bytes('lines');
    return { passage: withLazyLines(passage, lines), digest: digestPassage(passage), lines };
  },
  keyOf: ({ passage }: CandidateRow) => passage.id,
  fieldCount: Object.keys(CANDIDATE_FIELDS).length,
  toFields: ({ passage, digest, lines }: CandidateRow) => [
    passage.id,
    passage.videoId,
    passage.uri,
    passage.terms,
    `${passage.startMs} ${passage.endMs}`,
    digest.text,
    digest.speakers.join(NAME_SEPARATOR),
    lines,
  ],
  fromFields: (packed: PackedRow): CandidateRow => {
    const [startMs, endMs] = packed.text(CANDIDATE_FIELDS.range).split(' ').map(Number);
    const speakers = packed.text(CANDIDATE_FIELDS.speakers);
    const lines = packed.bytes(CANDIDATE_FIELDS.lines);
    const place = {
      id: packed.text(CANDIDATE_FIELDS.id),
      videoId: packed.text(CANDIDATE_FIELDS.videoId),
      uri: packed.text(CANDIDATE_FIELDS.uri),
      terms: packed.text(CANDIDATE_FIELDS.terms),
      startMs: startMs ?? 0,
      endMs: endMs ?? 0,
    };
    const digest = {
      text: packed.text(CANDIDATE_FIELDS.text),
      speakers: speakers === '' ? [] : speakers.split(NAME_SEPARATOR),
    };
    return { passage: withLazyLines(place, lines), digest, lines };
  },
};

/** Returns a passage that parses its lines when they are first read. The bytes were parsed before, so they are no damage. */
function withLazyLines(
  { id, videoId, uri, terms, startMs, endMs }: Omit<Passage, 'lines'>,
  bytes: Uint8Array,
): Passage {
  let parsedLines: readonly Line[] | undefined;
  return {
    id,
    videoId,
    uri,
    terms,
    startMs,
    endMs,
    get lines() {
      parsedLines ??= JSON.parse(toText(bytes)) as readonly Line[];
      return parsedLines;
    },
  };
}

/** An Outline without its terms. */
export const OUTLINE_READER = {
  key: 'uri',
  columns: ['uri', 'videoId', 'title'],
  toRow: ROW_DECODERS.outlines,
  keyOf: ({ uri }: Pick<Outline, 'uri'>) => uri,
  fieldCount: 3,
  toFields: ({ uri, videoId, title }: Omit<Outline, 'terms'>) => [uri, videoId, title],
  fromFields: ({ text }: PackedRow) => ({ uri: text(0), videoId: text(1), title: text(2) }),
};

/** Rows decoded before the event loop gets a turn: 100,000 rows take half a second. */
const ROWS_PER_TURN = 500;

const NO_BYTES = new Uint8Array();

/**
 * Returns the UTF-8 bytes of a text in a column of a record batch, which is in one piece. Arrow's own decoding is slow for
 * short texts.
 */
function bytesAt(column: Vector | null | undefined, index: number): Uint8Array {
  const data = column?.data[0];
  if (data === undefined) return NO_BYTES;
  const { values, valueOffsets } = data;
  return values.subarray(valueOffsets[index], valueOffsets[index + 1]);
}

function toText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString();
}

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
    const columns = new Map<string, Vector | null>(
      batch.schema.fields.map((field, column) => [field.name, batch.getChildAt(column)]),
    );
    let index = 0;
    const cells: Cells = {
      text: (column) => toText(bytesAt(columns.get(column), index)),
      bytes: (column) => bytesAt(columns.get(column), index),
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

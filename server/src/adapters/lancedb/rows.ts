import { setImmediate } from 'node:timers/promises';
import type { Query, Table, TakeQuery, VectorQuery } from '@lancedb/lancedb';
import type { RecordBatch, Vector } from 'apache-arrow';
import type { Description } from '../../core/domain/description.ts';
import type { Outline, Passage } from '../../core/domain/passage.ts';
import type { VectorRow } from '../../core/domain/vector.ts';
import type { VideoFile, VideoRecord } from '../../core/domain/video.ts';
import { type Cells, ROW_DECODERS } from './decode.ts';
import type { PackedRow } from './row-cache.ts';
import { PASSAGE_CODEC, type StoredPassage, toStoredPassage } from './stored-passage.ts';
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

export const PASSAGE_READER = {
  key: 'id',
  columns: ['id', 'videoId', 'uri', 'terms', 'lines', 'startMs', 'endMs'],
  toRow: ROW_DECODERS.passages,
};

/** Passages as searches read and keep them. */
export const CANDIDATE_READER = {
  ...PASSAGE_READER,
  ...PASSAGE_CODEC,
  toRow: (cells: Cells): StoredPassage => toStoredPassage(PASSAGE_READER.toRow(cells), cells.bytes('lines')),
  keyOf: ({ id }: StoredPassage) => id,
};

/** An Outline without its terms. */
export const OUTLINE_READER = {
  key: 'uri',
  columns: ['uri', 'videoId', 'title'],
  toRow: ROW_DECODERS.outlines,
  keyOf: ({ uri }: Pick<Outline, 'uri'>) => uri,
  fieldCount: 3,
  toFields: ({ uri, videoId, title }: Omit<Outline, 'terms'>) => [uri, videoId, title],
  fromFields: (packed: PackedRow) => ({
    uri: packed.text(0),
    videoId: packed.text(1),
    title: packed.text(2),
  }),
};

/** Rows decoded before the event loop gets a turn: 100,000 rows take half a second. */
const ROWS_PER_TURN = 500;

const NO_BYTES = Buffer.alloc(0);

/** Texts of a column of a record batch in UTF-8, and where each begins and ends. Arrow's own decoding is slow for short texts. */
interface TextColumn {
  readonly bytes: Buffer;
  readonly offsets: Int32Array;
}

/** Returns the texts of a column, which is in one piece; undefined if there is none. */
function toTextColumn(column: Vector | null | undefined): TextColumn | undefined {
  const data = column?.data[0];
  if (data === undefined) return undefined;
  const values: Uint8Array = data.values;
  const bytes = Buffer.from(values.buffer, values.byteOffset, values.length);
  return { bytes, offsets: data.valueOffsets };
}

/** Node shares smaller buffers. */
const MIN_RELEASED_BYTES = 64 * 1024;

/**
 * Frees the memory of a record batch that nothing refers to any more. Otherwise it is kept until the next full garbage
 * collection, and each search makes one more likely.
 */
function releaseBatch(batch: RecordBatch): void {
  for (const { values, valueOffsets } of batch.data.children)
    for (const array of [values, valueOffsets]) {
      const buffer: unknown = array?.buffer;
      if (buffer instanceof ArrayBuffer && buffer.byteLength >= MIN_RELEASED_BYTES) buffer.transfer(0);
    }
}

/** Gives access to the row of a record batch that `rowIndex` names. */
function createCells(batch: RecordBatch, rowIndex: () => number): Cells {
  const columns = new Map(batch.schema.fields.map(({ name }, i) => [name, batch.getChildAt(i)]));
  const textColumns = new Map<string, TextColumn | undefined>();
  const copies = new Map<string, Buffer>();
  const textColumn = (name: string) => {
    const known = textColumns.get(name);
    if (known !== undefined) return known;
    const column = toTextColumn(columns.get(name));
    textColumns.set(name, column);
    return column;
  };
  return {
    text(name) {
      const column = textColumn(name);
      const index = rowIndex();
      return column?.bytes.toString('utf8', column.offsets[index], column.offsets[index + 1]) ?? '';
    },
    bytes(name) {
      const column = textColumn(name);
      if (column === undefined) return NO_BYTES;
      const copy = copies.get(name) ?? Buffer.copyBytesFrom(column.bytes);
      copies.set(name, copy);
      const index = rowIndex();
      return copy.subarray(column.offsets[index], column.offsets[index + 1]);
    },
    number: (name) => Number(columns.get(name)?.get(rowIndex()) ?? 0),
    vector: (name) => Float32Array.from(columns.get(name)?.get(rowIndex()) ?? []),
  };
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
    let index = 0;
    const cells = createCells(batch, () => index);
    for (; index < batch.numRows; index += 1) {
      values.push(toRow(cells));
      if (values.length % ROWS_PER_TURN === 0) await setImmediate();
    }
    releaseBatch(batch);
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

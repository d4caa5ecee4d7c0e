import { setImmediate } from 'node:timers/promises';
import type { Query, Table, TakeQuery, VectorQuery } from '@lancedb/lancedb';
import type { Description } from '../../core/description.ts';
import type { Outline, Passage } from '../../core/passage.ts';
import type { VectorRow } from '../../core/vector.ts';
import type { Copy, VideoRecord } from '../../core/video.ts';
import { type Cells, decode } from './decode.ts';
import { LAYOUT } from './tables.ts';

export type Row = Record<string, string | number | Float32Array>;

export const copyRow = (copy: Copy): Row => ({
  uri: copy.uri,
  videoId: copy.videoId,
  body: JSON.stringify(copy),
});

export const videoRow = (video: VideoRecord): Row => ({
  videoId: video.videoId,
  body: JSON.stringify(video),
});

export const descriptionRow = (description: Description): Row => ({
  id: description.id,
  videoId: description.videoId,
  uri: description.uri,
  stage: description.stage,
  body: JSON.stringify(description),
});

export const passageRow = (passage: Passage): Row => ({
  id: passage.id,
  videoId: passage.videoId,
  uri: passage.uri,
  terms: passage.terms,
  lines: JSON.stringify(passage.lines),
  startMs: passage.startMs,
  endMs: passage.endMs,
});

export const outlineRow = (outline: Outline): Row => ({
  uri: outline.uri,
  videoId: outline.videoId,
  terms: outline.terms,
  title: outline.title,
});

export const vectorRow = (row: VectorRow): Row => ({
  id: row.id,
  videoId: row.videoId,
  uri: row.uri,
  kind: row.kind,
  made: row.made,
  startMs: row.startMs,
  endMs: row.endMs,
  vector: row.vector,
});

export const PASSAGE = {
  key: 'id',
  columns: ['id', 'videoId', 'uri', 'terms', 'lines', 'startMs', 'endMs'],
  make: decode.passages,
};

/** An Outline without its words. */
export const OUTLINE = { key: 'uri', columns: ['uri', 'videoId', 'title'], make: decode.outlines };

/** Rows made before others have their turn: 100,000 of them take half a second. */
const ROWS_A_TURN = 500;

/** Runs a query and makes one value of each row, a record batch at a time: no second copy of a large result. */
export async function read<T>(
  query: Query | VectorQuery | TakeQuery,
  make: (cells: Cells) => T,
): Promise<T[]> {
  const out: T[] = [];
  for await (const batch of query) {
    const columns = new Map(batch.schema.fields.map((field, at) => [field.name, batch.getChildAt(at)]));
    let at = 0;
    const cells: Cells = {
      text: (column) => String(columns.get(column)?.get(at) ?? ''),
      number: (column) => Number(columns.get(column)?.get(at) ?? 0),
      vector: (column) => Float32Array.from(columns.get(column)?.get(at) ?? []),
    };
    for (; at < batch.numRows; at += 1) {
      out.push(make(cells));
      if (out.length % ROWS_A_TURN === 0) await setImmediate();
    }
  }
  return out;
}

/** All records of a table that keeps them whole; rejects with DamagedRowError if one is not. */
export function readBodies<T>(
  table: Table,
  name: 'copies' | 'videos' | 'descriptions',
  make: (cells: Cells) => T,
  where?: string,
): Promise<T[]> {
  const query = table.query().select([...LAYOUT[name].text]);
  return read(where === undefined ? query : query.where(where), make);
}

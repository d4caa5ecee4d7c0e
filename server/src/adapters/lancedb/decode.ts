import type { Description, Line } from '../../core/domain/description.ts';
import type { Outline, Passage } from '../../core/domain/passage.ts';
import type { TimeRange } from '../../core/domain/time-range.ts';
import type { VideoFile, VideoRecord } from '../../core/domain/video.ts';

/** A row whose contents differ from what Goldfish writes. */
export class DamagedRowError extends Error {
  constructor(table: string, key: string) {
    super(`the row ${key} of ${table} is damaged`);
    this.name = 'DamagedRowError';
  }
}

/** The reader's current row: values of the selected columns by name. */
export interface Cells {
  text(column: string): string;
  /** A text as UTF-8, copied. */
  bytes(column: string): Uint8Array;
  number(column: string): number;
  vector(column: string): Float32Array;
}

type Fields<T> = { readonly [key in keyof T]?: unknown };

const isText = (value: unknown): value is string => typeof value === 'string';
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isListOf = <T>(value: unknown, isItem: (item: unknown) => item is T): value is readonly T[] =>
  Array.isArray(value) && value.every(isItem);

function isRange(value: unknown): value is TimeRange {
  if (!isRecord(value)) return false;
  const { startMs, endMs }: Fields<TimeRange> = value;
  return isNumber(startMs) && isNumber(endMs);
}

function isLine(value: unknown): value is Line {
  if (!isRecord(value) || !isRange(value)) return false;
  const { kind, text, source }: Fields<Line> = value;
  return isText(kind) && isText(text) && isText(source);
}

const isDoneRecord = (value: unknown): boolean => isRecord(value) && Object.values(value).every(isText);
const isFailures = (value: unknown): boolean => isRecord(value) && Object.values(value).every(isRecord);

function isVideoFile(value: unknown): value is VideoFile {
  if (!isRecord(value)) return false;
  const { path, bytes, modifiedMs, sample, sidecars, holders }: Fields<VideoFile> = value;
  const { done, failures, formerUris = [], forgotten, recordedMs }: Fields<VideoFile> = value;
  return (
    isText(path) &&
    [bytes, modifiedMs, recordedMs].every(isNumber) &&
    isText(sample) &&
    isListOf(sidecars, isRecord) &&
    sidecars.every(({ uri }) => isText(uri)) &&
    isListOf(holders, isText) &&
    isListOf(formerUris, isText) &&
    isDoneRecord(done) &&
    isFailures(failures) &&
    typeof forgotten === 'boolean'
  );
}

function isVideo(value: unknown): value is VideoRecord {
  if (!isRecord(value)) return false;
  const { probe, done, failures, clips }: Fields<VideoRecord> = value;
  if (!isRecord(probe) || !isDoneRecord(done) || !isFailures(failures) || !isListOf(clips, isRange))
    return false;
  const { container, durationMs, streams, chapters }: Fields<VideoRecord['probe']> = probe;
  return (
    isText(container) && isNumber(durationMs) && isListOf(streams, isRecord) && isListOf(chapters, isRange)
  );
}

function isDescription(value: unknown): value is Description {
  if (!isRecord(value) || !isRange(value)) return false;
  const { clipId, lines, describer, recipe }: Fields<Description> = value;
  return isText(clipId) && isListOf(lines, isLine) && isText(describer) && isText(recipe);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Returns a function that decodes a record from `body` and checks it against the other columns. */
function parseBody<T extends object>(
  table: string,
  columns: readonly (keyof T & string)[],
  isRow: (value: unknown) => value is T,
): (cells: Cells) => T {
  return (cells) => {
    const body = parseJson(cells.text('body'));
    if (isRow(body) && columns.every((column) => body[column] === cells.text(column))) return body;
    throw new DamagedRowError(table, cells.text(columns[0] ?? 'body'));
  };
}

function decodePassage(cells: Cells): Passage {
  const lines = parseJson(cells.text('lines'));
  const range = { startMs: cells.number('startMs'), endMs: cells.number('endMs') };
  const id = cells.text('id');
  if (!isListOf(lines, isLine) || !isRange(range)) throw new DamagedRowError('passages', id);
  const [videoId, uri, terms] = [cells.text('videoId'), cells.text('uri'), cells.text('terms')];
  return { id, videoId, uri, terms, lines, ...range };
}

const decodeOutline = (cells: Cells): Omit<Outline, 'terms'> => ({
  uri: cells.text('uri'),
  videoId: cells.text('videoId'),
  title: cells.text('title'),
});

/** Decodes a row of each table. Throws DamagedRowError if the row is damaged. */
export const ROW_DECODERS = {
  copies: parseBody<VideoFile>('copies', ['uri', 'videoId'], isVideoFile),
  videos: parseBody<VideoRecord>('videos', ['videoId'], isVideo),
  descriptions: parseBody<Description>('descriptions', ['id', 'videoId', 'uri', 'stage'], isDescription),
  passages: decodePassage,
  outlines: decodeOutline,
} as const;

import type { VideoItem } from '../../server/protocol/videos.ts';
import type { VideoGroup } from './library-groups.ts';

/** The least width of a card and the gap between cards, in px. */
const CARD_PX = 200;
const NARROW_CARD_PX = 150;
const NARROW_GRID_PX = 560;
const GAP_PX = 16;
const HEAD_PX = 52;
/** The height of the words below a picture, in px, until it is measured. */
const WORDS_PX = 72;

/** A row of the grid: the title of a group, or videos beside each other. */
export interface GridRow {
  /** The index of its group. */
  readonly group: number;
  /** Empty in the row of the title. */
  readonly videos: readonly VideoItem[];
  /** The expected height in px. */
  readonly height: number;
}

export interface GridLayout {
  readonly columns: number;
  readonly rows: readonly GridRow[];
  /** Where each group begins, as a share of the height of all rows. */
  readonly starts: readonly number[];
}

function countColumns(width: number): number {
  const card = width < NARROW_GRID_PX ? NARROW_CARD_PX : CARD_PX;
  return Math.max(1, Math.floor((width + GAP_PX) / (card + GAP_PX)));
}

/** Lays the videos of each group out in rows, for a grid of a width in px. */
export function layOutGrid(groups: readonly VideoGroup[], width: number): GridLayout {
  const columns = countColumns(width);
  const height = (((width - GAP_PX * (columns - 1)) / columns) * 9) / 16 + WORDS_PX;
  const rows: GridRow[] = [];
  const offsets: number[] = [];
  let offset = 0;
  groups.forEach(({ videos }, group) => {
    offsets.push(offset);
    rows.push({ group, videos: [], height: HEAD_PX });
    offset += HEAD_PX;
    for (let at = 0; at < videos.length; at += columns) {
      rows.push({ group, videos: videos.slice(at, at + columns), height });
      offset += height;
    }
  });
  return { columns, rows, starts: offsets.map((start) => start / offset) };
}

export type GridStep = 'left' | 'right' | 'up' | 'down';

/** Returns the video beside, above or below another, and its row. Undefined at an edge of the grid. */
export function stepInGrid(
  rows: readonly GridRow[],
  uri: string,
  step: GridStep,
): { readonly row: number; readonly video: VideoItem } | undefined {
  const row = rows.findIndex(({ videos }) => videos.some((video) => video.uri === uri));
  const column = rows[row]?.videos.findIndex((video) => video.uri === uri) ?? -1;
  if (column < 0) return undefined;
  const direction = step === 'left' || step === 'up' ? -1 : 1;
  const isSideways = step === 'left' || step === 'right';
  const beside = isSideways ? rows[row]?.videos[column + direction] : undefined;
  if (beside !== undefined) return { row, video: beside };
  // The row of a title has no videos and is passed over.
  let next = row + direction;
  while (rows[next]?.videos.length === 0) next += direction;
  const videos = rows[next]?.videos ?? [];
  const video = !isSideways ? (videos[column] ?? videos.at(-1)) : direction > 0 ? videos[0] : videos.at(-1);
  return video && { row: next, video };
}

/** Returns the videos between two, both included, in the order of the page. */
export function videosBetween(
  shown: readonly VideoItem[],
  from: string | undefined,
  to: string,
): readonly VideoItem[] {
  const [a, b] = [shown.findIndex(({ uri }) => uri === from), shown.findIndex(({ uri }) => uri === to)];
  return a < 0 || b < 0 ? [] : shown.slice(Math.min(a, b), Math.max(a, b) + 1);
}

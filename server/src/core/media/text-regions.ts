import type { LumaImage } from './luma-image.ts';

/** Side of the square tiles in which text is searched, in px. */
export const TILE_PX = 16;
/** Minimum step between the two pixels beside a stroke edge, in levels. */
const MIN_EDGE_STEP = 40;
/** Maximum distance between the two edges of a stroke, in px. */
const MAX_STROKE_PX = 24;
/** Minimum number of rows of a tile that cross a stroke. */
const MIN_STROKE_ROWS = 5;
/** Number of columns kept beside text: a dash or dot at its end contains no strokes. */
const MARGIN_TILES = 3;

/** Marks the areas of a picture with strokes side by side, as in text. */
export interface TextRegions {
  readonly across: number;
  readonly down: number;
  /** 1 for each tile that may contain text, including a margin. */
  readonly marks: Uint8Array;
  /** Number of tiles with strokes, without the margin. */
  readonly count: number;
}

/** Counts the rows of each tile in which a rise and a fall follow each other within the width of a stroke. */
function countStrokeRows({ width, height, data }: LumaImage, across: number, rows: Uint8Array): void {
  for (let y = 0; y < height; y += 1) {
    const start = y * width;
    const tileRow = Math.floor(y / TILE_PX) * across;
    let sign = 0;
    let edgeAt = -MAX_STROKE_PX;
    let lastTile = -1;
    for (let x = 1; x < width - 1; x += 1) {
      const step = (data[start + x + 1] ?? 0) - (data[start + x - 1] ?? 0);
      if (step < MIN_EDGE_STEP && step > -MIN_EDGE_STEP) continue;
      const stepSign = step > 0 ? 1 : -1;
      if (stepSign !== sign && x - edgeAt <= MAX_STROKE_PX) {
        const tile = tileRow + Math.floor(x / TILE_PX);
        if (tile !== lastTile) {
          rows[tile] = (rows[tile] ?? 0) + 1;
          lastTile = tile;
        }
      }
      sign = stepSign;
      edgeAt = x;
    }
  }
}

/** Returns whether another tile with strokes lies within two columns and one row. Single letters are rare. */
function hasNeighbourTile(rows: Uint8Array, x: number, y: number, across: number): boolean {
  for (let row = Math.max(0, y - 1); row <= y + 1; row += 1) {
    for (let column = Math.max(0, x - 2); column <= Math.min(across - 1, x + 2); column += 1) {
      if ((column !== x || row !== y) && (rows[row * across + column] ?? 0) >= MIN_STROKE_ROWS) return true;
    }
  }
  return false;
}

/**
 * Finds areas that may contain text: tiles with strokes and a similar tile nearby. Fast, and prefers false
 * positives.
 */
export function findTextRegions(picture: LumaImage): TextRegions {
  const across = Math.ceil(picture.width / TILE_PX);
  const down = Math.ceil(picture.height / TILE_PX);
  const rows = new Uint8Array(across * down);
  countStrokeRows(picture, across, rows);
  const marks = new Uint8Array(across * down);
  let count = 0;
  for (let y = 0; y < down; y += 1) {
    for (let x = 0; x < across; x += 1) {
      if ((rows[y * across + x] ?? 0) < MIN_STROKE_ROWS || !hasNeighbourTile(rows, x, y, across)) continue;
      count += 1;
      for (let row = Math.max(0, y - 1); row <= Math.min(down - 1, y + 1); row += 1) {
        const start = row * across;
        marks.fill(1, start + Math.max(0, x - MARGIN_TILES), start + Math.min(across, x + MARGIN_TILES + 1));
      }
    }
  }
  return { across, down, marks, count };
}

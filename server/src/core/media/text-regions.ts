import type { LumaImage } from './luma-image.ts';

/** Side of the squares in which text is looked for, px. */
export const TILE_PX = 16;
/** A step from one pixel to the next but one that is the edge of a stroke, levels. */
const MIN_EDGE_STEP = 40;
/** The two edges of a stroke are at most this far apart, px. */
const MAX_STROKE_PX = 24;
/** Rows of a tile that must cross a stroke. */
const MIN_STROKE_ROWS = 5;
/** Columns beside text that are kept: a dash or a dot at its end has no strokes of its own. */
const MARGIN_TILES = 3;

/** Where a picture has strokes side by side as text does. */
export interface TextRegions {
  readonly across: number;
  readonly down: number;
  /** 1 for each tile that may hold text, with a margin. */
  readonly marks: Uint8Array;
  /** Tiles that hold strokes, the margin not counted. */
  readonly count: number;
}

/** Rows of each tile in which a rise follows a fall, or a fall a rise, within the width of a stroke. */
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

/** Is there another tile with strokes within two columns and a row? A letter seldom stands alone. */
function hasNeighbourTile(rows: Uint8Array, x: number, y: number, across: number): boolean {
  for (let row = Math.max(0, y - 1); row <= y + 1; row += 1) {
    for (let column = Math.max(0, x - 2); column <= Math.min(across - 1, x + 2); column += 1) {
      if ((column !== x || row !== y) && (rows[row * across + column] ?? 0) >= MIN_STROKE_ROWS) return true;
    }
  }
  return false;
}

/** Finds where text may be: tiles crossed by strokes that have such a tile near them. Cheap and generous. */
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

import type { Ms } from '../domain/time-range.ts';
import { LUMA_GRID_CELLS, LUMA_GRID_HEIGHT_PX, LUMA_GRID_WIDTH_PX } from './luma-grid.ts';

/** The grey picture is judged in square blocks of this side. */
const BLOCK_CELLS = 4;
const BLOCKS_PER_ROW = LUMA_GRID_WIDTH_PX / BLOCK_CELLS;
export const BLOCK_COUNT = BLOCKS_PER_ROW * (LUMA_GRID_HEIGHT_PX / BLOCK_CELLS);
/** A block moves when one of its cells differs by more from how it came to rest, levels. */
const MIN_MOVING_LEVELS = 6;
/** A cell is new when it differs by more from what was last read, levels. */
const MIN_NEW_LEVELS = 8;
/** A block is at rest after so long without moving, ms; a restless one takes up to RESTLESS_MS more. */
export const REST_MS = 500;
export const MAX_RESTLESS_MS = 5000;
/** A block is restless that moves again within so long; how fast that is gained and lost, ms. */
const RESTLESS_INTERVAL_MS = 2000;
const RESTLESS_DECAY_MS = 5000;

/** What is at rest and not as it was read. */
export interface BlockChange {
  readonly cells: number;
  /** When the last of it came to rest. */
  readonly sinceMs: Ms;
  /** Blocks that move. */
  readonly moving: number;
}

export interface BlockMotion {
  /** Takes the next frame and marks what moves in it. */
  add(timeMs: Ms, data: Uint8Array): void;
  /** What a frame shows at rest that was not so when `read` was. */
  compare(timeMs: Ms, data: Uint8Array, read: Uint8Array): BlockChange;
}

function toBlockCorner(block: number): number {
  return (
    Math.floor(block / BLOCKS_PER_ROW) * BLOCK_CELLS * LUMA_GRID_WIDTH_PX +
    (block % BLOCKS_PER_ROW) * BLOCK_CELLS
  );
}

/** Cells of a block that differ by more than `most`. */
function countChangedCells(block: number, a: Uint8Array, b: Uint8Array, threshold: number): number {
  const corner = toBlockCorner(block);
  let changed = 0;
  for (let row = corner; row < corner + BLOCK_CELLS * LUMA_GRID_WIDTH_PX; row += LUMA_GRID_WIDTH_PX) {
    for (let at = row; at < row + BLOCK_CELLS; at += 1) {
      if (Math.abs((a[at] ?? 0) - (b[at] ?? 0)) > threshold) changed += 1;
    }
  }
  return changed;
}

/** Follows which parts of the picture move, rest, or never rest for long. */
export function createBlockMotion(): BlockMotion {
  /** Each block as it came to rest: slow drifts add up until they count as moving. */
  const restingFrame = new Uint8Array(LUMA_GRID_CELLS);
  const lastMovedMs = new Float64Array(BLOCK_COUNT);
  const restlessness = new Float64Array(BLOCK_COUNT);
  let lastMs: Ms | undefined;

  return {
    add(timeMs, data) {
      if (lastMs === undefined) {
        restingFrame.set(data);
        lastMovedMs.fill(timeMs);
        lastMs = timeMs;
        return;
      }
      const passedMs = Math.max(0, timeMs - lastMs);
      const decay = Math.exp(-passedMs / RESTLESS_DECAY_MS);
      lastMs = timeMs;
      for (let block = 0; block < BLOCK_COUNT; block += 1) {
        restlessness[block] = (restlessness[block] ?? 0) * decay;
        if (countChangedCells(block, data, restingFrame, MIN_MOVING_LEVELS) === 0) continue;
        const sinceMs = timeMs - (lastMovedMs[block] ?? 0);
        if (sinceMs < RESTLESS_INTERVAL_MS)
          restlessness[block] = Math.min(1, (restlessness[block] ?? 0) + sinceMs / RESTLESS_DECAY_MS);
        lastMovedMs[block] = timeMs;
        const corner = toBlockCorner(block);
        for (let at = corner; at < corner + BLOCK_CELLS * LUMA_GRID_WIDTH_PX; at += LUMA_GRID_WIDTH_PX) {
          restingFrame.set(data.subarray(at, at + BLOCK_CELLS), at);
        }
      }
    },
    compare(timeMs, data, read) {
      let cells = 0;
      let sinceMs = 0;
      let moving = 0;
      for (let block = 0; block < BLOCK_COUNT; block += 1) {
        const restedMs = timeMs - (lastMovedMs[block] ?? 0);
        if (restedMs < REST_MS) moving += 1;
        if (restedMs < REST_MS + (restlessness[block] ?? 0) * MAX_RESTLESS_MS) continue;
        const newCells = countChangedCells(block, data, read, MIN_NEW_LEVELS);
        if (newCells === 0) continue;
        cells += newCells;
        sinceMs = Math.max(sinceMs, lastMovedMs[block] ?? 0);
      }
      return { cells, sinceMs, moving };
    },
  };
}

import type { Ms } from '../domain/time-range.ts';
import { LUMA_GRID_CELLS, LUMA_GRID_HEIGHT_PX, LUMA_GRID_WIDTH_PX } from './luma-grid.ts';

/** Side of the square blocks that the grey picture is split into, in cells. */
const BLOCK_CELLS = 4;
const BLOCKS_PER_ROW = LUMA_GRID_WIDTH_PX / BLOCK_CELLS;
export const BLOCK_COUNT = BLOCKS_PER_ROW * (LUMA_GRID_HEIGHT_PX / BLOCK_CELLS);
/** A block moves if one of its cells differs by more than this from its resting state, in levels. */
const MIN_MOVING_LEVELS = 6;
/** A cell is new if it differs by more than this from the last frame read, in levels. */
const MIN_NEW_LEVELS = 8;
/** A block rests after this many ms without motion; a restless block needs up to MAX_RESTLESS_MS more. */
export const REST_MS = 500;
export const MAX_RESTLESS_MS = 5000;
/** A block that moves again within the interval becomes restless. The decay sets how fast, in ms. */
const RESTLESS_INTERVAL_MS = 2000;
const RESTLESS_DECAY_MS = 5000;

/** Describes areas at rest that differ from the last frame read. */
export interface BlockChange {
  readonly cells: number;
  /** Time at which the last of them came to rest. */
  readonly sinceMs: Ms;
  /** Number of moving blocks. */
  readonly moving: number;
}

export interface BlockMotion {
  /** Takes the next frame and marks the blocks that move. */
  add(timeMs: Ms, data: Uint8Array): void;
  /** Returns what is at rest in this frame but was not in the frame `read`. */
  compare(timeMs: Ms, data: Uint8Array, readFrame: Uint8Array): BlockChange;
}

function toBlockCorner(block: number): number {
  return (
    Math.floor(block / BLOCKS_PER_ROW) * BLOCK_CELLS * LUMA_GRID_WIDTH_PX +
    (block % BLOCKS_PER_ROW) * BLOCK_CELLS
  );
}

/** Counts the cells of a block that differ by more than `threshold`. */
function countChangedCells(block: number, a: Uint8Array, b: Uint8Array, threshold: number): number {
  const corner = toBlockCorner(block);
  let changedCount = 0;
  for (let row = corner; row < corner + BLOCK_CELLS * LUMA_GRID_WIDTH_PX; row += LUMA_GRID_WIDTH_PX) {
    for (let at = row; at < row + BLOCK_CELLS; at += 1) {
      if (Math.abs((a[at] ?? 0) - (b[at] ?? 0)) > threshold) changedCount += 1;
    }
  }
  return changedCount;
}

/** Tracks which parts of the picture move, rest, or never rest for long. */
export function createBlockMotion(): BlockMotion {
  /** Holds each block as it came to rest, so that slow drifts add up until they count as motion. */
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
    compare(timeMs, data, readFrame) {
      let cells = 0;
      let sinceMs = 0;
      let moving = 0;
      for (let block = 0; block < BLOCK_COUNT; block += 1) {
        const restedMs = timeMs - (lastMovedMs[block] ?? 0);
        if (restedMs < REST_MS) moving += 1;
        if (restedMs < REST_MS + (restlessness[block] ?? 0) * MAX_RESTLESS_MS) continue;
        const newCells = countChangedCells(block, data, readFrame, MIN_NEW_LEVELS);
        if (newCells === 0) continue;
        cells += newCells;
        sinceMs = Math.max(sinceMs, lastMovedMs[block] ?? 0);
      }
      return { cells, sinceMs, moving };
    },
  };
}

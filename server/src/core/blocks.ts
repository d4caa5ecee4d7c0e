import { GREY_HEIGHT, GREY_SIZE, GREY_WIDTH } from './grey.ts';
import type { Ms } from './range.ts';

/** The grey picture is judged in square blocks of this side. */
const BLOCK = 4;
const ACROSS = GREY_WIDTH / BLOCK;
export const BLOCKS = ACROSS * (GREY_HEIGHT / BLOCK);
/** A block moves when one of its cells differs by more from how it came to rest, levels. */
const MOVES = 6;
/** A cell is new when it differs by more from what was last read, levels. */
const NEW = 8;
/** A block is at rest after so long without moving, ms; a restless one takes up to RESTLESS_MS more. */
export const REST_MS = 500;
export const RESTLESS_MS = 5000;
/** A block is restless that moves again within so long; how fast that is gained and lost, ms. */
const OFTEN_MS = 2000;
const MEMORY_MS = 5000;

/** What is at rest and not as it was read. */
export interface Change {
  readonly cells: number;
  /** When the last of it came to rest. */
  readonly sinceMs: Ms;
  /** Blocks that move. */
  readonly moving: number;
}

export interface Blocks {
  /** Takes the next frame and marks what moves in it. */
  add(timeMs: Ms, data: Uint8Array): void;
  /** What a frame shows at rest that was not so when `read` was. */
  compare(timeMs: Ms, data: Uint8Array, read: Uint8Array): Change;
}

function cornerOf(block: number): number {
  return Math.floor(block / ACROSS) * BLOCK * GREY_WIDTH + (block % ACROSS) * BLOCK;
}

/** Cells of a block that differ by more than `most`. */
function changedCells(block: number, a: Uint8Array, b: Uint8Array, most: number): number {
  const corner = cornerOf(block);
  let changed = 0;
  for (let row = corner; row < corner + BLOCK * GREY_WIDTH; row += GREY_WIDTH) {
    for (let at = row; at < row + BLOCK; at += 1) {
      if (Math.abs((a[at] ?? 0) - (b[at] ?? 0)) > most) changed += 1;
    }
  }
  return changed;
}

/** Follows which parts of the picture move, rest, or never rest for long. */
export function createBlocks(): Blocks {
  /** Each block as it came to rest: slow drifts add up until they count as moving. */
  const rested = new Uint8Array(GREY_SIZE);
  const movedMs = new Float64Array(BLOCKS);
  const restless = new Float64Array(BLOCKS);
  let lastMs: Ms | undefined;

  return {
    add(timeMs, data) {
      if (lastMs === undefined) {
        rested.set(data);
        movedMs.fill(timeMs);
        lastMs = timeMs;
        return;
      }
      const passedMs = Math.max(0, timeMs - lastMs);
      const calm = Math.exp(-passedMs / MEMORY_MS);
      lastMs = timeMs;
      for (let block = 0; block < BLOCKS; block += 1) {
        restless[block] = (restless[block] ?? 0) * calm;
        if (changedCells(block, data, rested, MOVES) === 0) continue;
        const sinceMs = timeMs - (movedMs[block] ?? 0);
        if (sinceMs < OFTEN_MS) restless[block] = Math.min(1, (restless[block] ?? 0) + sinceMs / MEMORY_MS);
        movedMs[block] = timeMs;
        const corner = cornerOf(block);
        for (let at = corner; at < corner + BLOCK * GREY_WIDTH; at += GREY_WIDTH) {
          rested.set(data.subarray(at, at + BLOCK), at);
        }
      }
    },
    compare(timeMs, data, read) {
      let cells = 0;
      let sinceMs = 0;
      let moving = 0;
      for (let block = 0; block < BLOCKS; block += 1) {
        const restedMs = timeMs - (movedMs[block] ?? 0);
        if (restedMs < REST_MS) moving += 1;
        if (restedMs < REST_MS + (restless[block] ?? 0) * RESTLESS_MS) continue;
        const fresh = changedCells(block, data, read, NEW);
        if (fresh === 0) continue;
        cells += fresh;
        sinceMs = Math.max(sinceMs, movedMs[block] ?? 0);
      }
      return { cells, sinceMs, moving };
    },
  };
}

import { GREY_HEIGHT, GREY_SIZE, GREY_WIDTH } from './grey.ts';
import type { TextTime } from './measured.ts';
import type { Ms } from './range.ts';

/** Cells of the grey picture are judged in square blocks of this side. */
const BLOCK = 4;
const ACROSS = GREY_WIDTH / BLOCK;
const BLOCKS = ACROSS * (GREY_HEIGHT / BLOCK);
/** A block moves when one of its cells differs by more from how it came to rest, levels. */
const MOVES = 6;
/** A cell is new when it differs by more from what was last read, levels. */
const NEW = 8;
/** A block is at rest after so long without moving, ms; a restless one takes up to RESTLESS_MS more. */
const REST_MS = 500;
const RESTLESS_MS = 5000;
/** A block is restless that moves again within so long; how fast that is gained and lost, ms. */
const OFTEN_MS = 2000;
const MEMORY_MS = 5000;
/** New cells that are worth a reading: a word of small type; a page of it; one letter, after a long time. */
const WORD = 5;
const PAGE = 60;
const LETTER = 2;
const AFTER_WORD_MS = 3000;
const AFTER_PAGE_MS = 1500;
const AFTER_LETTER_MS = 20_000;
/** Where over a quarter of the picture never rests, one reading so often. */
const MOVING_BLOCKS = BLOCKS / 4;
const MOVING_MS = 5000;
/** Readings a minute over any long time, and how many may be saved up. */
const A_MINUTE = 20;
const SAVED = 8;
/** A picture with less between its darkest and lightest cell has nothing to read, levels. */
const FLAT = 12;

interface OpenLook {
  startMs: Ms;
  readMs: Ms;
}

function isFlat(data: Uint8Array): boolean {
  let least = 255;
  let most = 0;
  for (let i = 0; i < GREY_SIZE; i += 1) {
    const value = data[i] ?? 0;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return most - least < FLAT;
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

/**
 * Chooses the times at which a video is read for text, so that each look of the screen is read once: a reading is
 * due when parts at rest differ from what was last read. What always moves (a speaker's face beside the slides)
 * is not waited for; a picture that moves as a whole is read now and then for signs and titles.
 */
export function createLooks(): {
  add(timeMs: Ms, data: Uint8Array): void;
  finish(endMs: Ms): readonly TextTime[];
} {
  const looks: TextTime[] = [];
  const latest = new Uint8Array(GREY_SIZE);
  /** Each block as it came to rest. */
  const rested = new Uint8Array(GREY_SIZE);
  const read = new Uint8Array(GREY_SIZE);
  const movedMs = new Float64Array(BLOCKS);
  const restless = new Float64Array(BLOCKS);
  let open: OpenLook | undefined;
  let startMs: Ms | undefined;
  let latestMs: Ms | undefined;
  let latestFlat = true;
  let saved = SAVED;

  /** Ends the open look, never before it was read. */
  const close = (endMs: Ms): void => {
    if (open) looks.push({ ...open, endMs: Math.max(endMs, open.readMs + 1) });
    open = undefined;
  };
  const plan = (fromMs: Ms, timeMs: Ms, data: Uint8Array): void => {
    const from = Math.min(timeMs, Math.max(fromMs, open ? open.readMs + 1 : 0));
    close(from);
    open = { startMs: from, readMs: timeMs };
    read.set(data);
    saved -= 1;
  };
  /** Marks the blocks that move: those that differ from how they came to rest. Slow drifts add up. */
  const move = (timeMs: Ms, passedMs: Ms, data: Uint8Array): void => {
    const fade = Math.exp(-passedMs / MEMORY_MS);
    for (let block = 0; block < BLOCKS; block += 1) {
      restless[block] = (restless[block] ?? 0) * fade;
      if (changedCells(block, data, rested, MOVES) === 0) continue;
      const sinceMs = timeMs - (movedMs[block] ?? 0);
      if (sinceMs < OFTEN_MS) restless[block] = Math.min(1, (restless[block] ?? 0) + sinceMs / MEMORY_MS);
      movedMs[block] = timeMs;
      const corner = cornerOf(block);
      for (let at = corner; at < corner + BLOCK * GREY_WIDTH; at += GREY_WIDTH) {
        rested.set(data.subarray(at, at + BLOCK), at);
      }
    }
  };
  /** What is at rest and differs from what was read, and since when. */
  const compare = (timeMs: Ms, data: Uint8Array): { cells: number; sinceMs: Ms; moving: number } => {
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
  };

  const judge = (timeMs: Ms, data: Uint8Array): void => {
    const { cells, sinceMs, moving } = compare(timeMs, data);
    if (!open) {
      const from = startMs ?? timeMs;
      const waited = timeMs - from;
      if (saved >= 1 && waited >= (moving > MOVING_BLOCKS ? MOVING_MS / 2 : REST_MS))
        plan(from, timeMs, data);
      return;
    }
    if (saved < 1) return;
    const sinceRead = timeMs - open.readMs;
    const due =
      (cells >= PAGE && sinceRead >= AFTER_PAGE_MS) ||
      (cells >= WORD && sinceRead >= AFTER_WORD_MS) ||
      (cells >= LETTER && sinceRead >= AFTER_LETTER_MS);
    if (due) plan(sinceMs, timeMs, data);
    else if (moving > MOVING_BLOCKS && sinceRead >= MOVING_MS) plan(timeMs - sinceRead / 2, timeMs, data);
  };

  return {
    add(timeMs, data) {
      const flat = isFlat(data);
      if (latestMs === undefined) {
        movedMs.fill(timeMs);
        rested.set(data);
      } else {
        const passedMs = Math.max(0, timeMs - latestMs);
        saved = Math.min(SAVED, saved + (passedMs * A_MINUTE) / 60_000);
        move(timeMs, passedMs, data);
      }
      if (flat) {
        close(timeMs);
        startMs = undefined;
      } else {
        startMs ??= timeMs;
        judge(timeMs, data);
      }
      latest.set(data);
      latestMs = timeMs;
      latestFlat = flat;
    },
    finish(endMs) {
      if (latestMs !== undefined && !latestFlat && saved >= 1) {
        // What came to the screen last had no time to rest.
        const { cells } = compare(latestMs + REST_MS + RESTLESS_MS, latest);
        const waited = open ? latestMs - open.readMs : AFTER_PAGE_MS;
        if (!open || (cells >= WORD && waited >= AFTER_PAGE_MS)) {
          plan(open ? latestMs - waited / 2 : (startMs ?? latestMs), latestMs, latest);
        }
      }
      close(endMs);
      return looks.map((look) => ({
        startMs: Math.round(look.startMs),
        endMs: Math.round(look.endMs),
        readMs: look.readMs,
      }));
    },
  };
}

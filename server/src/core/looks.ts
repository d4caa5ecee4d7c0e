import { BLOCKS, createBlocks, REST_MS, RESTLESS_MS } from './blocks.ts';
import { GREY_SIZE } from './grey.ts';
import type { TextTime } from './measured.ts';
import type { Ms } from './range.ts';

/** New cells that are worth a reading: a word of small type; a page of it; one letter, after a long time. */
const WORD = 5;
const PAGE = 60;
const LETTER = 2;
const AFTER_WORD_MS = 3000;
const AFTER_PAGE_MS = 1500;
const AFTER_LETTER_MS = 20_000;
/** Where over a quarter of the picture has not rested for so long, one reading so often. */
const MOVING_BLOCKS = BLOCKS / 4;
const UNRESTED_MS = 2500;
const MOVING_MS = 5000;
/** Readings a minute over any long time, and how many may be saved up. */
const A_MINUTE = 20;
const SAVED = 8;
/** A picture with less between its darkest and lightest cell has nothing to read, levels. */
const FLAT = 12;
/** More frames than this show nothing more of text, ms. */
const STEP_MS = 80;

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
  const blocks = createBlocks();
  const read = new Uint8Array(GREY_SIZE);
  const latest = new Uint8Array(GREY_SIZE);
  let latestMs: Ms | undefined;
  let latestFlat = true;
  let open: { readonly startMs: Ms; readonly readMs: Ms } | undefined;
  /** Since when there has been something to read. */
  let startMs: Ms | undefined;
  /** When most of the picture was last at rest. */
  let restedMs = 0;
  let saved = SAVED;

  /** Ends the open look, never before it was read. */
  const close = (endMs: Ms): void => {
    if (open) looks.push({ ...open, endMs: Math.max(Math.round(endMs), open.readMs + 1) });
    open = undefined;
  };
  const plan = (fromMs: Ms, timeMs: Ms, data: Uint8Array): void => {
    const from = Math.min(timeMs, Math.max(Math.round(fromMs), open ? open.readMs + 1 : 0));
    close(from);
    open = { startMs: from, readMs: timeMs };
    read.set(data);
    saved -= 1;
  };

  const judge = (timeMs: Ms, data: Uint8Array): void => {
    const { cells, sinceMs, moving } = blocks.compare(timeMs, data, read);
    if (moving <= MOVING_BLOCKS) restedMs = timeMs;
    const unrested = timeMs - restedMs >= UNRESTED_MS;
    if (saved < 1) return;
    if (!open) {
      const from = startMs ?? timeMs;
      if (unrested || (restedMs === timeMs && timeMs - from >= REST_MS)) plan(from, timeMs, data);
      return;
    }
    const sinceRead = timeMs - open.readMs;
    const due =
      (cells >= PAGE && sinceRead >= AFTER_PAGE_MS) ||
      (cells >= WORD && sinceRead >= AFTER_WORD_MS) ||
      (cells >= LETTER && sinceRead >= AFTER_LETTER_MS);
    if (due) plan(sinceMs, timeMs, data);
    else if (unrested && sinceRead >= MOVING_MS) plan(timeMs - sinceRead / 2, timeMs, data);
  };

  /** What came to the screen last had no time to rest. */
  const judgeLast = (timeMs: Ms): void => {
    if (latestFlat || saved < 1) return;
    if (!open) {
      plan(startMs ?? timeMs, timeMs, latest);
      return;
    }
    const sinceRead = timeMs - open.readMs;
    const { cells } = blocks.compare(timeMs + REST_MS + RESTLESS_MS, latest, read);
    if (cells >= WORD && sinceRead >= AFTER_PAGE_MS) plan(timeMs - sinceRead / 2, timeMs, latest);
  };

  return {
    add(timeMs, data) {
      if (latestMs !== undefined && timeMs - latestMs < STEP_MS) return;
      latestFlat = isFlat(data);
      if (latestMs !== undefined) {
        saved = Math.min(SAVED, saved + (Math.max(0, timeMs - latestMs) * A_MINUTE) / 60_000);
      }
      blocks.add(timeMs, data);
      if (latestFlat) {
        close(timeMs);
        startMs = undefined;
      } else {
        if (startMs === undefined) {
          startMs = timeMs;
          restedMs = timeMs;
        }
        judge(timeMs, data);
      }
      latest.set(data);
      latestMs = timeMs;
    },
    finish(endMs) {
      if (latestMs !== undefined) judgeLast(latestMs);
      close(endMs);
      return looks;
    },
  };
}

import type { Ms } from '../domain/time-range.ts';
import type { ScreenState } from '../domain/video-analysis.ts';
import { BLOCK_COUNT, createBlockMotion, MAX_RESTLESS_MS, REST_MS } from './block-motion.ts';
import { LUMA_GRID_CELLS } from './luma-grid.ts';

/**
 * Number of new cells that justify a reading: a word in small type, a page, or one letter after a long time.
 */
const MIN_WORD_CELLS = 5;
const MIN_PAGE_CELLS = 60;
const MIN_LETTER_CELLS = 2;
const WORD_INTERVAL_MS = 3000;
const PAGE_INTERVAL_MS = 1500;
const LETTER_INTERVAL_MS = 20_000;
/** Reads at this interval if more than a quarter of the picture has not rested for this long. */
const MAX_MOVING_BLOCKS = BLOCK_COUNT / 4;
const MIN_UNRESTED_MS = 2500;
const MOVING_INTERVAL_MS = 5000;
/** Average number of readings per minute, and how many may be saved up. */
const READINGS_PER_MINUTE = 20;
const MAX_SAVED_READINGS = 8;
/** Minimum difference between the darkest and lightest cell of a picture with text, in levels. */
const MIN_CONTRAST = 12;
/** Minimum distance of examined frames, in ms; more frames show no more text. */
const MIN_FRAME_STEP_MS = 80;

function isFlat(data: Uint8Array): boolean {
  let minimum = 255;
  let maximum = 0;
  for (let i = 0; i < LUMA_GRID_CELLS; i += 1) {
    const value = data[i] ?? 0;
    if (value < minimum) minimum = value;
    if (value > maximum) maximum = value;
  }
  return maximum - minimum < MIN_CONTRAST;
}

/**
 * Chooses the times at which text on screen is read, so that each state of the screen is read once. A reading
 * is due when resting areas differ from the last reading. Areas that always move (a speaker beside slides)
 * are not waited for. A picture that moves as a whole is read occasionally, for signs and titles.
 */
export function createOcrSampler(): {
  add(timeMs: Ms, data: Uint8Array): void;
  finish(endMs: Ms): readonly ScreenState[];
} {
  const screenStates: ScreenState[] = [];
  const blockMotion = createBlockMotion();
  const lastReadFrame = new Uint8Array(LUMA_GRID_CELLS);
  const latestFrame = new Uint8Array(LUMA_GRID_CELLS);
  let latestMs: Ms | undefined;
  let latestIsFlat = true;
  let currentState: { readonly startMs: Ms; readonly readMs: Ms } | undefined;
  /** Time since which there is something to read. */
  let startMs: Ms | undefined;
  /** Time at which most of the picture last rested. */
  let lastRestMs = 0;
  let savedReadings = MAX_SAVED_READINGS;

  /** Ends the current state, but not before it was read. */
  const endState = (endMs: Ms): void => {
    if (currentState)
      screenStates.push({ ...currentState, endMs: Math.max(Math.round(endMs), currentState.readMs + 1) });
    currentState = undefined;
  };
  const startState = (fromMs: Ms, timeMs: Ms, data: Uint8Array): void => {
    const from = Math.min(timeMs, Math.max(Math.round(fromMs), currentState ? currentState.readMs + 1 : 0));
    endState(from);
    currentState = { startMs: from, readMs: timeMs };
    lastReadFrame.set(data);
    savedReadings -= 1;
  };

  const judgeFrame = (timeMs: Ms, data: Uint8Array): void => {
    const { cells, sinceMs, moving } = blockMotion.compare(timeMs, data, lastReadFrame);
    if (moving <= MAX_MOVING_BLOCKS) lastRestMs = timeMs;
    const isUnrested = timeMs - lastRestMs >= MIN_UNRESTED_MS;
    if (savedReadings < 1) return;
    if (!currentState) {
      const from = startMs ?? timeMs;
      if (isUnrested || (lastRestMs === timeMs && timeMs - from >= REST_MS)) startState(from, timeMs, data);
      return;
    }
    const sinceRead = timeMs - currentState.readMs;
    const due =
      (cells >= MIN_PAGE_CELLS && sinceRead >= PAGE_INTERVAL_MS) ||
      (cells >= MIN_WORD_CELLS && sinceRead >= WORD_INTERVAL_MS) ||
      (cells >= MIN_LETTER_CELLS && sinceRead >= LETTER_INTERVAL_MS);
    if (due) startState(sinceMs, timeMs, data);
    else if (isUnrested && sinceRead >= MOVING_INTERVAL_MS) startState(timeMs - sinceRead / 2, timeMs, data);
  };

  /** Reads the last frame if it is new: its text had no time to rest. */
  const judgeLastFrame = (timeMs: Ms): void => {
    if (latestIsFlat || savedReadings < 1) return;
    if (!currentState) {
      startState(startMs ?? timeMs, timeMs, latestFrame);
      return;
    }
    const sinceRead = timeMs - currentState.readMs;
    const { cells } = blockMotion.compare(timeMs + REST_MS + MAX_RESTLESS_MS, latestFrame, lastReadFrame);
    if (cells >= MIN_WORD_CELLS && sinceRead >= PAGE_INTERVAL_MS)
      startState(timeMs - sinceRead / 2, timeMs, latestFrame);
  };

  return {
    add(timeMs, data) {
      if (latestMs !== undefined && timeMs - latestMs < MIN_FRAME_STEP_MS) return;
      latestIsFlat = isFlat(data);
      if (latestMs !== undefined) {
        savedReadings = Math.min(
          MAX_SAVED_READINGS,
          savedReadings + (Math.max(0, timeMs - latestMs) * READINGS_PER_MINUTE) / 60_000,
        );
      }
      blockMotion.add(timeMs, data);
      if (latestIsFlat) {
        endState(timeMs);
        startMs = undefined;
      } else {
        if (startMs === undefined) {
          startMs = timeMs;
          lastRestMs = timeMs;
        }
        judgeFrame(timeMs, data);
      }
      latestFrame.set(data);
      latestMs = timeMs;
    },
    finish(endMs) {
      if (latestMs !== undefined) judgeLastFrame(latestMs);
      endState(endMs);
      return screenStates;
    },
  };
}

import type { Line } from '../domain/description.ts';
import type { Ms, TimeRange } from '../domain/time-range.ts';
import { orderLines } from '../language/lines.ts';

/** A picture with text, such as a slide, and its first line. */
export interface Screen extends TimeRange {
  readonly heading: string;
}

const MAX_HEADING_WORDS = 10;
const MIN_HEADING_CHARS = 4;
const MAX_HEADING_CHARS = 80;
/** Minimum share of letters; recognised texture and numbers have fewer. */
const MIN_LETTER_SHARE = 0.6;
/** A text shown for a greater share of the video than this is a logo or a frame of the window. */
const MAX_SHOWN_SHARE = 0.5;
/** A heading is shown at least so long. */
const MIN_SHOWN_MS = 2_000;

const toKey = (text: string) => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');

/** Returns whether a line can be a heading: a few words, mostly letters, and no address. */
function isHeading(text: string): boolean {
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  const nonSpace = text.replace(/\s+/g, '').length;
  return (
    text.length <= MAX_HEADING_CHARS &&
    letters >= MIN_HEADING_CHARS &&
    letters / nonSpace >= MIN_LETTER_SHARE &&
    text.split(/\s+/).length <= MAX_HEADING_WORDS &&
    !/https?:|www\.|@|[{};=<>]/.test(text)
  );
}

/** Returns how long each text is shown in all. */
function measureShownMs(lines: readonly Line[]): ReadonlyMap<string, Ms> {
  const shownMs = new Map<string, Ms>();
  for (const { text, startMs, endMs } of lines)
    shownMs.set(toKey(text), (shownMs.get(toKey(text)) ?? 0) + endMs - startMs);
  return shownMs;
}

/**
 * Finds the screens with a heading: the first line that appears, while no earlier heading is still shown. Lines that
 * appear together must be in reading order. A screen ends where its heading disappears.
 */
export function findScreens(lines: readonly Line[], durationMs: Ms): readonly Screen[] {
  const screenLines = orderLines(lines.filter(({ kind }) => kind === 'screenText'));
  // Lines of one picture in reading order, not by how long each stays.
  const inReadingOrder = lines
    .filter(({ kind }) => kind === 'screenText')
    .sort((a, b) => a.startMs - b.startMs);
  const shownMs = measureShownMs(screenLines);
  const screens: { startMs: Ms; endMs: Ms; heading: string }[] = [];
  for (const { text, startMs, endMs } of inReadingOrder) {
    const heading = text.split('\n')[0]?.trim() ?? '';
    const last = screens.at(-1);
    if (last !== undefined && startMs < last.endMs) continue;
    if (endMs - startMs < MIN_SHOWN_MS || !isHeading(heading)) continue;
    if ((shownMs.get(toKey(text)) ?? 0) > durationMs * MAX_SHOWN_SHARE) continue;
    if (last !== undefined && toKey(last.heading) === toKey(heading)) last.endMs = endMs;
    else screens.push({ startMs, endMs, heading });
  }
  return screens;
}

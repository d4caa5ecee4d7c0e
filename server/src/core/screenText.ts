import type { Line } from './description.ts';
import { editDistance } from './editDistance.ts';
import type { TimeRange } from './range.ts';

/** A line of text read off a picture. */
export interface ReadLine {
  readonly text: string;
  /** 0..1 */
  readonly confidence: number;
  /** px in the picture. */
  readonly box: {
    readonly left: number;
    readonly top: number;
    readonly width: number;
    readonly height: number;
  };
}

/** What was read at one time, for the range over which the picture stays alike. */
export interface Reading extends TimeRange {
  readonly lines: readonly ReadLine[];
}

/** Lines read with less confidence are noise; short ones need more. */
const CONFIDENCE = 0.55;
const SHORT_CONFIDENCE = 0.8;
const SHORT = 4;
/** Share of the letters and digits among what is not space. */
const WORDY = 0.5;
const MOST_LINES = 300;
const MOST_CHARACTERS = 400;
/** A line that a reading missed is still the same when it comes back within so long, ms. */
const MISSED_MS = 10_000;
/** Share of a line that may be read differently, at the same place and elsewhere on the screen. */
const SAME_PLACE = 0.2;
const OTHER_PLACE = 0.1;
/** Shorter lines must be equal. */
const FUZZY_LENGTH = 6;
const CURSOR = 2;

interface OpenLine {
  readonly startMs: number;
  endMs: number;
  readonly order: number;
  /** Letters and digits of the latest reading, lower case. */
  key: string;
  box: ReadLine['box'];
  /** Confidence summed over each wording. */
  wordings: Map<string, number>;
}

function keyOf(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '');
}

function digitsOf(key: string): string {
  return key.replace(/\P{N}+/gu, ' ');
}

/** One line of plain text: no control characters, single spaces, no stray marks at the ends. */
function tidy(text: string): string {
  return text
    .replace(/[\p{C}\s]+/gu, ' ')
    .replace(/^[\s|_~=·•—-]+(?=[^\s])|[\s|_~·•—]+$/gu, '')
    .trim()
    .slice(0, MOST_CHARACTERS);
}

/** Is it text, and not what a texture or an icon was taken for? */
export function isText(line: ReadLine): boolean {
  const text = tidy(line.text);
  const solid = text.replace(/\s+/g, '');
  const letters = keyOf(text).length;
  if (letters < 2 || letters / solid.length < WORDY || !/\p{L}|\p{N}{2}/u.test(text)) return false;
  return line.confidence >= (letters < SHORT ? SHORT_CONFIDENCE : CONFIDENCE);
}

function samePlace(a: ReadLine['box'], b: ReadLine['box']): boolean {
  const height = Math.max(a.height, b.height);
  const middle = Math.abs(a.top + a.height / 2 - b.top - b.height / 2);
  return middle <= height / 2 && Math.abs(a.left - b.left) <= 2 * height;
}

/** A line that is being typed grows at its end, where a cursor may have been read as a letter or two. */
function isGrown(before: string, after: string): boolean {
  if (after.length <= before.length) return false;
  if (after.startsWith(before)) return before.length >= 2;
  const cursor = before.slice(-CURSOR);
  return (
    before.length >= FUZZY_LENGTH && !/\p{N}/u.test(cursor) && after.startsWith(before.slice(0, -CURSOR))
  );
}

/** How well a line that was just read continues one that stood there: 0 not at all, 1 the same. */
function likeness(open: OpenLine, key: string, box: ReadLine['box']): number {
  if (open.key === key) return samePlace(open.box, box) ? 1 : 0.95;
  const placed = samePlace(open.box, box);
  if (placed && isGrown(open.key, key)) return 0.9;
  const length = Math.max(open.key.length, key.length);
  // "Step 1" is not "Step 2".
  if (length < FUZZY_LENGTH || digitsOf(open.key) !== digitsOf(key)) return 0;
  const most = Math.floor(length * (placed ? SAME_PLACE : OTHER_PLACE));
  const distance = editDistance(open.key, key, most);
  return distance > most ? 0 : 1 - distance / length - (placed ? 0 : 0.05);
}

/**
 * Lines of screen text with the time over which each was to be seen: what is read again, even a little
 * differently, is one line with one range and its surest wording. Readings come in time order.
 */
export function screenLines(readings: readonly Reading[], source: string): readonly Line[] {
  const done: OpenLine[] = [];
  let open: OpenLine[] = [];
  let order = 0;
  for (const reading of readings) {
    const { startMs, endMs } = reading;
    const kept = open.filter((line) => startMs - line.endMs <= MISSED_MS);
    done.push(...open.filter((line) => !kept.includes(line)));
    open = kept;
    const free = new Set(open);
    for (const line of reading.lines.filter(isText).slice(0, MOST_LINES)) {
      const text = tidy(line.text);
      const key = keyOf(text);
      let best: OpenLine | undefined;
      let most = 0;
      for (const candidate of free) {
        const like = likeness(candidate, key, line.box);
        if (like > most) [best, most] = [candidate, like];
      }
      if (best) {
        free.delete(best);
        if (isGrown(best.key, key) && samePlace(best.box, line.box)) best.wordings = new Map();
        best.wordings.set(text, (best.wordings.get(text) ?? 0) + line.confidence);
        Object.assign(best, { key, box: line.box, endMs: Math.max(best.endMs, endMs) });
      } else {
        const wordings = new Map([[text, line.confidence]]);
        open.push({ startMs, endMs, order, key, box: line.box, wordings });
        order += 1;
      }
    }
  }
  return [...done, ...open]
    .sort((a, b) => a.startMs - b.startMs || a.order - b.order)
    .map(({ startMs, endMs, wordings }) => ({
      startMs,
      endMs,
      kind: 'screenText',
      text: [...wordings].reduce((a, b) => (b[1] > a[1] ? b : a))[0],
      source,
    }));
}

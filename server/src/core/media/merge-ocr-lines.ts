import type { Line } from '../domain/description.ts';
import type { TimeRange } from '../domain/time-range.ts';
import { editDistance } from '../language/edit-distance.ts';

/** A line of text read off a picture. */
export interface ScreenTextLine {
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
export interface OcrReading extends TimeRange {
  readonly lines: readonly ScreenTextLine[];
}

/** Lines read with less confidence are noise; short ones need more. */
const MIN_CONFIDENCE = 0.55;
const MIN_SHORT_LINE_CONFIDENCE = 0.8;
const SHORT_LINE_CHARS = 4;
/** Share of the letters and digits among what is not space. */
const MIN_LETTER_SHARE = 0.5;
const MAX_LINES_PER_READING = 300;
const MAX_LINE_CHARS = 400;
/** A line that a reading missed is still the same when it comes back within so long, ms. */
const MAX_GAP_MS = 10_000;
/** Share of a line that may be read differently, at the same place and elsewhere on the screen. */
const MAX_CHANGED_SHARE_SAME_POSITION = 0.2;
const MAX_CHANGED_SHARE_OTHER_POSITION = 0.1;
/** Shorter lines must be equal. */
const MIN_FUZZY_CHARS = 6;
const MAX_CURSOR_CHARS = 2;

interface TrackedLine {
  readonly startMs: number;
  endMs: number;
  readonly order: number;
  /** Letters and digits of the latest reading, lower case. */
  key: string;
  box: ScreenTextLine['box'];
  /** Confidence summed over each wording. */
  wordings: Map<string, number>;
}

function toComparisonKey(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '');
}

function extractDigits(key: string): string {
  return key.replace(/\P{N}+/gu, ' ');
}

/** One line of plain text: no control characters, single spaces, no stray marks at the ends. */
function cleanOcrText(text: string): string {
  return text
    .replace(/[\p{C}\s]+/gu, ' ')
    .replace(/^[\s|_~=·•—-]+(?=[^\s])|[\s|_~·•—]+$/gu, '')
    .trim()
    .slice(0, MAX_LINE_CHARS);
}

/** Is it text, and not what a texture or an icon was taken for? */
export function isPlausibleText(line: ScreenTextLine): boolean {
  const text = cleanOcrText(line.text);
  const nonSpace = text.replace(/\s+/g, '');
  const letters = toComparisonKey(text).length;
  if (letters < 2 || letters / nonSpace.length < MIN_LETTER_SHARE || !/\p{L}|\p{N}{2}/u.test(text))
    return false;
  return line.confidence >= (letters < SHORT_LINE_CHARS ? MIN_SHORT_LINE_CONFIDENCE : MIN_CONFIDENCE);
}

function isSamePosition(a: ScreenTextLine['box'], b: ScreenTextLine['box']): boolean {
  const height = Math.max(a.height, b.height);
  const verticalDistance = Math.abs(a.top + a.height / 2 - b.top - b.height / 2);
  return verticalDistance <= height / 2 && Math.abs(a.left - b.left) <= 2 * height;
}

/** A line that is being typed grows at its end, where a cursor may have been read as a letter or two. */
function isTypedContinuation(before: string, after: string): boolean {
  if (after.length <= before.length) return false;
  if (after.startsWith(before)) return before.length >= 2;
  const cursor = before.slice(-MAX_CURSOR_CHARS);
  return (
    before.length >= MIN_FUZZY_CHARS &&
    !/\p{N}/u.test(cursor) &&
    after.startsWith(before.slice(0, -MAX_CURSOR_CHARS))
  );
}

/** How well a line that was just read continues one that stood there: 0 not at all, 1 the same. */
function matchScore(tracked: TrackedLine, key: string, box: ScreenTextLine['box']): number {
  if (tracked.key === key) return isSamePosition(tracked.box, box) ? 1 : 0.95;
  const samePosition = isSamePosition(tracked.box, box);
  if (samePosition && isTypedContinuation(tracked.key, key)) return 0.9;
  const length = Math.max(tracked.key.length, key.length);
  // "Step 1" is not "Step 2".
  if (length < MIN_FUZZY_CHARS || extractDigits(tracked.key) !== extractDigits(key)) return 0;
  const maxDistance = Math.floor(
    length * (samePosition ? MAX_CHANGED_SHARE_SAME_POSITION : MAX_CHANGED_SHARE_OTHER_POSITION),
  );
  const distance = editDistance(tracked.key, key, maxDistance);
  return distance > maxDistance ? 0 : 1 - distance / length - (samePosition ? 0 : 0.05);
}

/**
 * Lines of screen text with the time over which each was to be seen: what is read again, even a little
 * differently, is one line with one range and its surest wording. Readings come in time order.
 */
export function mergeOcrLines(readings: readonly OcrReading[], source: string): readonly Line[] {
  const finished: TrackedLine[] = [];
  let tracked: TrackedLine[] = [];
  let order = 0;
  for (const reading of readings) {
    const { startMs, endMs } = reading;
    const recent = tracked.filter((line) => startMs - line.endMs <= MAX_GAP_MS);
    finished.push(...tracked.filter((line) => !recent.includes(line)));
    tracked = recent;
    const unmatched = new Set(tracked);
    for (const line of reading.lines.filter(isPlausibleText).slice(0, MAX_LINES_PER_READING)) {
      const text = cleanOcrText(line.text);
      const key = toComparisonKey(text);
      let best: TrackedLine | undefined;
      let bestScore = 0;
      for (const candidate of unmatched) {
        const score = matchScore(candidate, key, line.box);
        if (score > bestScore) [best, bestScore] = [candidate, score];
      }
      if (best) {
        unmatched.delete(best);
        if (isTypedContinuation(best.key, key) && isSamePosition(best.box, line.box))
          best.wordings = new Map();
        best.wordings.set(text, (best.wordings.get(text) ?? 0) + line.confidence);
        Object.assign(best, { key, box: line.box, endMs: Math.max(best.endMs, endMs) });
      } else {
        const wordings = new Map([[text, line.confidence]]);
        tracked.push({ startMs, endMs, order, key, box: line.box, wordings });
        order += 1;
      }
    }
  }
  return [...finished, ...tracked]
    .sort((a, b) => a.startMs - b.startMs || a.order - b.order)
    .map(({ startMs, endMs, wordings }) => ({
      startMs,
      endMs,
      kind: 'screenText',
      text: [...wordings].reduce((a, b) => (b[1] > a[1] ? b : a))[0],
      source,
    }));
}

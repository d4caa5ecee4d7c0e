import type { PictureBox } from '../../../protocol/search.ts';
import type { Line } from '../domain/description.ts';
import type { TimeRange } from '../domain/time-range.ts';
import { editDistance } from '../language/edit-distance.ts';

/** One line of text recognised in a picture. */
export interface ScreenTextLine {
  readonly text: string;
  /** Confidence, 0..1. */
  readonly confidence: number;
  /** Position in the picture, in px. */
  readonly box: {
    readonly left: number;
    readonly top: number;
    readonly width: number;
    readonly height: number;
  };
}

/** The lines read at one time, for the range in which the picture hardly changes. */
export interface OcrReading extends TimeRange {
  readonly lines: readonly ScreenTextLine[];
  /** Size of the picture that was read, in px; lines of an unknown one get no place. */
  readonly picture?: { readonly width: number; readonly height: number };
}

/** Minimum confidence of a line; short lines need more. */
const MIN_CONFIDENCE = 0.55;
const MIN_SHORT_LINE_CONFIDENCE = 0.8;
const SHORT_LINE_CHARS = 4;
/** Minimum share of letters and digits among non-space characters. */
const MIN_LETTER_SHARE = 0.5;
const MAX_LINES_PER_READING = 300;
const MAX_LINE_CHARS = 400;
/** Maximum gap after which a line missed by a reading still counts as the same, in ms. */
const MAX_GAP_MS = 10_000;
/** Maximum share of a line that may be read differently, at the same position and elsewhere on screen. */
const MAX_CHANGED_SHARE_SAME_POSITION = 0.2;
const MAX_CHANGED_SHARE_OTHER_POSITION = 0.1;
/** Minimum length for inexact matching; shorter lines must be equal. */
const MIN_FUZZY_CHARS = 6;
const MAX_CURSOR_CHARS = 2;

interface TrackedLine {
  readonly startMs: number;
  endMs: number;
  readonly order: number;
  /** Letters and digits of the latest reading, in lower case. */
  key: string;
  box: ScreenTextLine['box'];
  picture: OcrReading['picture'];
  /** Sum of confidences for each wording. */
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

/** Cleans a line: no control characters, single spaces, no stray marks at the ends. */
function cleanOcrText(text: string): string {
  return text
    .replace(/[\p{C}\s]+/gu, ' ')
    .replace(/^[\s|_~=·•—-]+(?=[^\s])|[\s|_~·•—]+$/gu, '')
    .trim()
    .slice(0, MAX_LINE_CHARS);
}

/** Returns whether a line is likely to be text, not a misread texture or icon. */
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

/**
 * Returns whether a line is the earlier one typed further. A cursor may have been read as one or two letters
 * at its end.
 */
function isTypedContinuation(previousText: string, nextText: string): boolean {
  if (nextText.length <= previousText.length) return false;
  if (nextText.startsWith(previousText)) return previousText.length >= 2;
  const cursor = previousText.slice(-MAX_CURSOR_CHARS);
  return (
    previousText.length >= MIN_FUZZY_CHARS &&
    !/\p{N}/u.test(cursor) &&
    nextText.startsWith(previousText.slice(0, -MAX_CURSOR_CHARS))
  );
}

/** Rates how well a new line continues a tracked one: 0 not at all, 1 identical. */
function matchScore(trackedLine: TrackedLine, key: string, box: ScreenTextLine['box']): number {
  if (trackedLine.key === key) return isSamePosition(trackedLine.box, box) ? 1 : 0.95;
  const samePosition = isSamePosition(trackedLine.box, box);
  if (samePosition && isTypedContinuation(trackedLine.key, key)) return 0.9;
  const length = Math.max(trackedLine.key.length, key.length);
  // Keeps "Step 1" and "Step 2" apart.
  if (length < MIN_FUZZY_CHARS || extractDigits(trackedLine.key) !== extractDigits(key)) return 0;
  const maxDistance = Math.floor(
    length * (samePosition ? MAX_CHANGED_SHARE_SAME_POSITION : MAX_CHANGED_SHARE_OTHER_POSITION),
  );
  const distance = editDistance(trackedLine.key, key, maxDistance);
  return distance > maxDistance ? 0 : 1 - distance / length - (samePosition ? 0 : 0.05);
}

/** Returns a place as shares of the picture, in ten-thousandths: rows store it as text. */
function toPictureBox(
  { left, top, width, height }: ScreenTextLine['box'],
  picture: { readonly width: number; readonly height: number },
): PictureBox {
  const round = (share: number) => Math.round(share * 10_000) / 10_000;
  return {
    left: round(left / picture.width),
    top: round(top / picture.height),
    width: round(width / picture.width),
    height: round(height / picture.height),
    aspect: round(picture.width / picture.height),
  };
}

/**
 * Merges OCR readings in time order into lines with the time each was visible. A line that is read again,
 * even slightly differently, becomes one line with its most confident wording.
 */
export function mergeOcrLines(readings: readonly OcrReading[], source: string): readonly Line[] {
  const finishedLines: TrackedLine[] = [];
  let trackedLines: TrackedLine[] = [];
  let order = 0;
  for (const reading of readings) {
    const { startMs, endMs, picture } = reading;
    const recent = trackedLines.filter((line) => startMs - line.endMs <= MAX_GAP_MS);
    finishedLines.push(...trackedLines.filter((line) => !recent.includes(line)));
    trackedLines = recent;
    const unmatchedLines = new Set(trackedLines);
    for (const line of reading.lines.filter(isPlausibleText).slice(0, MAX_LINES_PER_READING)) {
      const text = cleanOcrText(line.text);
      const key = toComparisonKey(text);
      let best: TrackedLine | undefined;
      let bestScore = 0;
      for (const candidate of unmatchedLines) {
        const score = matchScore(candidate, key, line.box);
        if (score > bestScore) [best, bestScore] = [candidate, score];
      }
      if (best) {
        unmatchedLines.delete(best);
        if (isTypedContinuation(best.key, key) && isSamePosition(best.box, line.box))
          best.wordings = new Map();
        best.wordings.set(text, (best.wordings.get(text) ?? 0) + line.confidence);
        Object.assign(best, { key, box: line.box, picture, endMs: Math.max(best.endMs, endMs) });
      } else {
        const wordings = new Map([[text, line.confidence]]);
        trackedLines.push({ startMs, endMs, order, key, box: line.box, picture, wordings });
        order += 1;
      }
    }
  }
  return [...finishedLines, ...trackedLines]
    .sort((a, b) => a.startMs - b.startMs || a.order - b.order)
    .map(({ startMs, endMs, wordings, box, picture }) => ({
      startMs,
      endMs,
      kind: 'screenText',
      text: [...wordings].reduce((a, b) => (b[1] > a[1] ? b : a))[0],
      source,
      ...(picture && { box: toPictureBox(box, picture) }),
    }));
}

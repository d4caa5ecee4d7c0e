import type { CueTrack } from '../domain/cue.ts';
import type { Ms, TimeRange } from '../domain/time-range.ts';
import { ITEMS_PER_STEP, type Steps } from '../text/steps.ts';

/** A cue as written in its file: lines separated by `\n`, with markup. */
export interface RawCue extends TimeRange {
  readonly text: string;
  /** Set if the format has a speaker field (ass). */
  readonly speaker?: string;
}

export type UnreadLines = NonNullable<CueTrack['unread']>;

/** The result of reading a file. `endMs <= startMs` means that the end is missing or precedes the start. */
export interface ParsedFile {
  readonly cues: readonly RawCue[];
  /** Language as stated in the file, in any spelling. */
  readonly language?: string;
  /** `kind` of a WebVTT header, in lower case. */
  readonly kind?: string;
  readonly unread?: UnreadLines;
}

/** Maximum length of a cue, in characters; longer text is cut. */
export const MAX_CUE_TEXT_CHARS = 5000;
/** Maximum number of lines in a cue; more do not fit on a screen. */
export const MAX_CUE_LINES = 60;
/** Maximum number of cues, more than a day of speech has. Files are untrusted. */
export const MAX_CUES = 200_000;

/** Duration of a cue without an end, in ms, unless the next one starts earlier. */
const OPEN_END_MS: Ms = 2000;
/** Minimum duration of a cue, in ms. */
const MIN_CUE_MS: Ms = 100;

/** Sorts cues by time, moves negative starts to 0 and adds missing ends. */
export function closeCues(cues: readonly RawCue[]): readonly RawCue[] {
  const sortedCues = cues
    .map((cue) => (cue.startMs >= 0 ? cue : { ...cue, startMs: 0 }))
    .sort((a, b) => a.startMs - b.startMs || a.endMs - b.endMs);
  let nextMs = Number.POSITIVE_INFINITY;
  let nextLaterMs = nextMs;
  const closedCues: RawCue[] = [];
  for (const cue of sortedCues.toReversed()) {
    if (cue.startMs !== nextMs) nextLaterMs = nextMs;
    nextMs = cue.startMs;
    const openMs = Math.max(cue.startMs + MIN_CUE_MS, Math.min(nextLaterMs, cue.startMs + OPEN_END_MS));
    closedCues.push(cue.endMs > cue.startMs ? cue : { ...cue, endMs: openMs });
  }
  return closedCues.reverse();
}

/** Counts the lines that could not be parsed. */
export class UnreadCount {
  #firstLine: Omit<UnreadLines, 'count'> | undefined;
  #count = 0;

  add(text: string, line?: number): void {
    this.#firstLine ??= { text: text.trim().slice(0, 60), ...(line === undefined ? {} : { line }) };
    this.#count += 1;
  }

  /** Returns the count and the first such line; undefined if everything was parsed. */
  get toUnreadLines(): UnreadLines | undefined {
    return this.#firstLine && { count: this.#count, ...this.#firstLine };
  }
}

/**
 * Splits text into lines with any line endings and removes a byte order mark. All carriage returns before a
 * line feed belong to it: files that were converted twice have two.
 */
export function* splitIntoLines(text: string): Steps<readonly string[]> {
  const lines: string[] = [];
  const lineEnd = /[\n\u2028\u2029\u0085]/g;
  let from = text.startsWith('\uFEFF') ? 1 : 0;
  for (let at = 0; from <= text.length; at += 1) {
    if (at % (ITEMS_PER_STEP * 4) === 0) yield;
    lineEnd.lastIndex = from;
    const next = lineEnd.exec(text)?.index ?? text.length;
    let end = next;
    while (end > from && text[end - 1] === '\r') end -= 1;
    const line = text.slice(from, end);
    if (line.includes('\r')) for (const innerLine of line.split('\r')) lines.push(innerLine);
    else lines.push(line);
    from = next + 1;
  }
  return lines;
}

import type { CueTrack } from '../domain/cue.ts';
import type { Ms, TimeRange } from '../domain/time-range.ts';

/** A cue as its file has it: lines with `\n` between, markup left in. */
export interface RawCue extends TimeRange {
  readonly text: string;
  /** Where the format has a field for it (ass). */
  readonly speaker?: string;
}

export type Unread = NonNullable<CueTrack['unread']>;

/** What a reader took from a file. `endMs <= startMs` stands for an end that is missing or lies before the start. */
export interface ReadFile {
  readonly cues: readonly RawCue[];
  /** As the file states it, any spelling. */
  readonly language?: string;
  /** `kind` of a WebVTT header, lower case. */
  readonly kind?: string;
  readonly unread?: Unread;
}

/** Readers yield now and then, so that a long file does not block the event loop. */
export type Steps<T> = Generator<undefined, T, undefined>;

/** Items that are handled between two yields: less than a few ms. */
export const STEP = 256;

/** Longer texts are cut, characters: nobody reads them in one cue. */
export const MAX_CUE_TEXT = 5000;
/** More lines in one cue than any screen shows are cut. */
export const MAX_CUE_LINES = 60;
/** More cues than a day of speech has are left out: files are untrusted. */
export const MAX_CUES = 200_000;

/** A cue without an end stands so long, if the next one does not begin before, ms. */
const OPEN_END_MS: Ms = 2000;
/** No cue is shorter, ms. */
const SHORTEST_MS: Ms = 100;

/** Sorts cues by time, moves negative starts to 0 and gives each cue without an end one. */
export function closed(cues: readonly RawCue[]): readonly RawCue[] {
  const sorted = cues
    .map((cue) => (cue.startMs >= 0 ? cue : { ...cue, startMs: 0 }))
    .sort((a, b) => a.startMs - b.startMs || a.endMs - b.endMs);
  let nextMs = Number.POSITIVE_INFINITY;
  let laterMs = nextMs;
  const out: RawCue[] = [];
  for (const cue of sorted.toReversed()) {
    if (cue.startMs !== nextMs) laterMs = nextMs;
    nextMs = cue.startMs;
    const openMs = Math.max(cue.startMs + SHORTEST_MS, Math.min(laterMs, cue.startMs + OPEN_END_MS));
    out.push(cue.endMs > cue.startMs ? cue : { ...cue, endMs: openMs });
  }
  return out.reverse();
}

/** Collects what could not be read. */
export class UnreadCount {
  #first: Omit<Unread, 'count'> | undefined;
  #count = 0;

  add(text: string, line?: number): void {
    this.#first ??= { text: text.trim().slice(0, 60), ...(line === undefined ? {} : { line }) };
    this.#count += 1;
  }

  /** Undefined where everything was read. */
  get unread(): Unread | undefined {
    return this.#first && { count: this.#count, ...this.#first };
  }
}

/**
 * Splits a text into lines of any ends, without a byte order mark. Carriage returns before a line feed belong to it,
 * however many there are: files that were converted twice have two.
 */
export function* linesOf(text: string): Steps<readonly string[]> {
  const lines: string[] = [];
  for (const [at, part] of text
    .replace(/^\uFEFF/, '')
    .split(/[\n\u2028\u2029\u0085]/)
    .entries()) {
    if (at % (STEP * 4) === 0) yield;
    let end = part.length;
    while (end > 0 && part[end - 1] === '\r') end -= 1;
    const line = part.slice(0, end);
    if (line.includes('\r')) for (const inner of line.split('\r')) lines.push(inner);
    else lines.push(line);
  }
  return lines;
}

/** Maps a list in steps. */
export function* mapped<T, U>(list: readonly T[], map: (item: T, at: number) => U): Steps<U[]> {
  const out: U[] = [];
  for (const [at, item] of list.entries()) {
    if (at % STEP === 0) yield;
    out.push(map(item, at));
  }
  return out;
}

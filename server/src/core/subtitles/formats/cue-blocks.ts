import { readArrow, readTime, type Timing } from '../parse-time.ts';
import {
  ITEMS_PER_STEP,
  linesOf,
  MAX_CUE_TEXT,
  MAX_CUES,
  type RawCue,
  type ReadFile,
  type Steps,
  UnreadCount,
} from '../raw-cue.ts';

interface OpenCue {
  readonly startMs: number;
  readonly endMs: number;
  /** Number above its timing line; -1 if missing. */
  readonly number: number;
  readonly lines: string[];
  hasText: boolean;
  /** True if an empty line came before any text. */
  hasGap: boolean;
}

/** Matches the start of WebVTT blocks that are not cues. */
const NO_TEXT = /^(?:NOTE|STYLE|REGION)(?:\s|$)/;

/** Parses the header of a WebVTT file; keys are in lower case. */
function headerOf(lines: readonly string[]): ReadonlyMap<string, string> {
  const header = new Map<string, string>();
  for (const [at, whole] of lines.slice(0, 50).entries()) {
    const line = whole.replace(/^WEBVTT\s?-?\s?/, '').slice(0, 500);
    if ((at > 0 && line.trim() === '') || line.includes('-->')) break;
    for (const part of line.split(';')) {
      const colon = part.indexOf(':');
      if (colon > 0) header.set(part.slice(0, colon).trim().toLowerCase(), part.slice(colon + 1).trim());
    }
  }
  return header;
}

/** Parses two times separated by a comma, as in sbv and SubViewer files. */
function readComma(line: string): Timing | undefined {
  const match = /^\s*(\d[\d:.]{3,20})\s?[,;]\s?(\d[\d:.]{3,20})\s*$/.exec(line.slice(0, 80));
  const startMs = match?.[1]?.includes(':') ? readTime(match[1]) : undefined;
  const endMs = match?.[2]?.includes(':') ? readTime(match[2]) : undefined;
  return startMs === undefined || endMs === undefined ? undefined : { startMs, endMs };
}

/** Returns the cue number if a line contains nothing else; otherwise -1. */
function numberIn(line: string | undefined): number {
  return line !== undefined && /^\s*\d{1,9}\s*$/.test(line.slice(0, 20)) ? Number(line) : -1;
}

/**
 * Parses cues that consist of a timing line and text lines: srt, vtt, sbv, SubViewer. A line with an arrow
 * between times always ends the previous cue, even if it is invalid. In WebVTT an empty line ends a cue,
 * unless it has no text yet.
 */
export function* readBlocks(text: string, hasCommas: boolean): Steps<ReadFile> {
  const lines = yield* linesOf(text);
  const isVtt = /^WEBVTT(?:\s|$)/.test(lines[0] ?? '');
  const header = isVtt ? headerOf(lines) : new Map<string, string>();
  const unread = new UnreadCount();
  const cues: RawCue[] = [];
  let open: OpenCue | undefined;
  let afterBlank = true;
  const close = () => {
    const body = open?.lines.filter((line) => line.trim() !== '') ?? [];
    if (open === undefined || body.length === 0) return;
    const { startMs, endMs } = open;
    cues.push({ startMs, endMs, text: body.join('\n').slice(0, MAX_CUE_TEXT) });
  };
  for (const [at, line] of lines.entries()) {
    if (at % (ITEMS_PER_STEP * 4) === 0) yield;
    if (cues.length >= MAX_CUES) {
      unread.add(line, at + 1);
      break;
    }
    const counter = numberIn(lines[at - 1]);
    const mayBegin = afterBlank || counter >= 0;
    const timing =
      readArrow(line) ??
      (hasCommas || (mayBegin && !isVtt) ? readComma(line) : undefined) ??
      lostTiming(line, isVtt || mayBegin);
    if (timing !== undefined) {
      if (open !== undefined && isCounter(open, counter, isVtt)) open.lines.pop();
      close();
      const { startMs, endMs } = timing;
      if (startMs === undefined) unread.add(line, at + 1);
      open =
        startMs === undefined
          ? undefined
          : { startMs, endMs: endMs ?? startMs, number: counter, lines: [], hasText: false, hasGap: false };
    } else if (isVtt && open !== undefined && endsVttCue(open, line, lines[at + 1])) {
      close();
      open = undefined;
    } else if (open !== undefined && !open.hasText && line.trim() === '') {
      open.hasGap = true;
    } else if (open !== undefined) {
      open.lines.push(line);
      open.hasText = true;
    }
    afterBlank = line.trim() === '';
  }
  close();
  return {
    cues,
    language: header.get('language'),
    kind: header.get('kind')?.toLowerCase(),
    unread: unread.unread,
  };
}

/**
 * Treats a line with `-->` and invalid times as a timing, so that its text is not added to the previous cue.
 */
function lostTiming(line: string, mayBe: boolean): Timing | undefined {
  return mayBe && line.includes('-->') ? { startMs: undefined, endMs: undefined } : undefined;
}

/**
 * Returns whether the last line is the number of the next cue. A number that is the only text counts only if
 * it is the next number.
 */
function isCounter(open: OpenCue, counter: number, isVtt: boolean): boolean {
  if (counter < 0 || open.lines.length === 0) return false;
  if (isVtt) return false;
  return open.lines.length > 1 || counter === open.number + 1;
}

function endsVttCue({ hasText, hasGap }: OpenCue, line: string, next: string | undefined): boolean {
  if (hasText || line.trim() === '') return hasText && line === '';
  return hasGap && (NO_TEXT.test(line) || (next !== undefined && readArrow(next) !== undefined));
}

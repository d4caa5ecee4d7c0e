import { ITEMS_PER_STEP, type Steps } from '../../text/steps.ts';
import { parseArrowTiming, parseTime, type Timing } from '../parse-time.ts';
import {
  MAX_CUE_TEXT_CHARS,
  MAX_CUES,
  type ParsedFile,
  type RawCue,
  splitIntoLines,
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
const NON_CUE_BLOCK = /^(?:NOTE|STYLE|REGION)(?:\s|$)/;

/** Parses the header of a WebVTT file; keys are in lower case. */
function parseHeader(lines: readonly string[]): ReadonlyMap<string, string> {
  const header = new Map<string, string>();
  for (const [at, fullLine] of lines.slice(0, 50).entries()) {
    const line = fullLine.replace(/^WEBVTT\s?-?\s?/, '').slice(0, 500);
    if ((at > 0 && line.trim() === '') || line.includes('-->')) break;
    for (const part of line.split(';')) {
      const colon = part.indexOf(':');
      if (colon > 0) header.set(part.slice(0, colon).trim().toLowerCase(), part.slice(colon + 1).trim());
    }
  }
  return header;
}

/** Parses two times separated by a comma, as in sbv and SubViewer files. */
function parseCommaTiming(line: string): Timing | undefined {
  const match = /^\s*(\d[\d:.]{3,20})\s?[,;]\s?(\d[\d:.]{3,20})\s*$/.exec(line.slice(0, 80));
  const startMs = match?.[1]?.includes(':') ? parseTime(match[1]) : undefined;
  const endMs = match?.[2]?.includes(':') ? parseTime(match[2]) : undefined;
  return startMs === undefined || endMs === undefined ? undefined : { startMs, endMs };
}

/** Returns the cue number if a line contains nothing else; otherwise -1. */
function parseCounter(line: string | undefined): number {
  return line !== undefined && /^\s*\d{1,9}\s*$/.test(line.slice(0, 20)) ? Number(line) : -1;
}

/**
 * Parses cues that consist of a timing line and text lines: srt, vtt, sbv, SubViewer. A line with an arrow
 * between times always ends the previous cue, even if it is invalid. In WebVTT an empty line ends a cue,
 * unless it has no text yet.
 */
export function* parseCueBlocks(text: string, hasCommas: boolean): Steps<ParsedFile> {
  const lines = yield* splitIntoLines(text);
  const isVtt = /^WEBVTT(?:\s|$)/.test(lines[0] ?? '');
  const header = isVtt ? parseHeader(lines) : new Map<string, string>();
  const unreadCount = new UnreadCount();
  const cues: RawCue[] = [];
  let openCue: OpenCue | undefined;
  let afterBlank = true;
  const closeCue = () => {
    const body = openCue?.lines.filter((line) => line.trim() !== '') ?? [];
    if (openCue === undefined || body.length === 0) return;
    const { startMs, endMs } = openCue;
    cues.push({ startMs, endMs, text: body.join('\n').slice(0, MAX_CUE_TEXT_CHARS) });
  };
  for (const [at, line] of lines.entries()) {
    if (at % (ITEMS_PER_STEP * 4) === 0) yield;
    if (cues.length >= MAX_CUES) {
      unreadCount.add(line, at + 1);
      break;
    }
    const counter = parseCounter(lines[at - 1]);
    const mayBegin = afterBlank || counter >= 0;
    const timing =
      parseArrowTiming(line) ??
      (hasCommas || (mayBegin && !isVtt) ? parseCommaTiming(line) : undefined) ??
      parseDamagedTiming(line, isVtt || mayBegin);
    if (timing !== undefined) {
      if (openCue !== undefined && isCounter(openCue, counter, isVtt)) openCue.lines.pop();
      closeCue();
      const { startMs, endMs } = timing;
      if (startMs === undefined) unreadCount.add(line, at + 1);
      openCue =
        startMs === undefined
          ? undefined
          : { startMs, endMs: endMs ?? startMs, number: counter, lines: [], hasText: false, hasGap: false };
    } else if (isVtt && openCue !== undefined && endsVttCue(openCue, line, lines[at + 1])) {
      closeCue();
      openCue = undefined;
    } else if (openCue !== undefined && !openCue.hasText && line.trim() === '') {
      openCue.hasGap = true;
    } else if (openCue !== undefined) {
      openCue.lines.push(line);
      openCue.hasText = true;
    }
    afterBlank = line.trim() === '';
  }
  closeCue();
  return {
    cues,
    language: header.get('language'),
    kind: header.get('kind')?.toLowerCase(),
    unread: unreadCount.toUnreadLines,
  };
}

/**
 * Treats a line with `-->` and invalid times as a timing, so that its text is not added to the previous cue.
 */
function parseDamagedTiming(line: string, mayBegin: boolean): Timing | undefined {
  return mayBegin && line.includes('-->') ? { startMs: undefined, endMs: undefined } : undefined;
}

/**
 * Returns whether the last line is the number of the next cue. A number that is the only text counts only if
 * it is the next number.
 */
function isCounter(openCue: OpenCue, counter: number, isVtt: boolean): boolean {
  if (counter < 0 || openCue.lines.length === 0) return false;
  if (isVtt) return false;
  return openCue.lines.length > 1 || counter === openCue.number + 1;
}

function endsVttCue({ hasText, hasGap }: OpenCue, line: string, nextLine: string | undefined): boolean {
  if (hasText || line.trim() === '') return hasText && line === '';
  return (
    hasGap &&
    (NON_CUE_BLOCK.test(line) || (nextLine !== undefined && parseArrowTiming(nextLine) !== undefined))
  );
}

import { ITEMS_PER_STEP, type Steps } from '../../text/steps.ts';
import {
  MAX_CUE_TEXT_CHARS,
  MAX_CUES,
  type ParsedFile,
  type RawCue,
  splitIntoLines,
  UnreadCount,
} from '../raw-cue.ts';

/** Frame rate used if neither the file nor the video states one. */
const DEFAULT_FRAME_RATE = 25;
/** Duration of a line without an end, in ms. */
const DEFAULT_LINE_MS = 4000;
/** Matches a line of MicroDVD, which counts frames, or of MPL2, which counts tenths of a second. */
const LINE_PATTERN = /^\s{0,20}(?:\{(-?\d{1,9})\}\s?\{(-?\d{0,9})\}|\[(-?\d{1,9})\]\s?\[(-?\d{0,9})\])/;

/** Returns whether a text is MicroDVD or MPL2, judging by its first line that is not empty. */
export function isFrameCounted(text: string): boolean {
  return LINE_PATTERN.test(text.slice(0, 2000).replace(/^[\uFEFF\s]+/, ''));
}

/**
 * Parses MicroDVD (`{from}{to}text|second line`, in frames) and MPL2 (`[from][to]text`, in tenths of a
 * second). A first line `{1}{1}23.976` states the frame rate; otherwise that of the video is used.
 */
export function* readFrameCounted(text: string, framesPerSecond: number | undefined): Steps<ParsedFile> {
  const cues: RawCue[] = [];
  const unreadCount = new UnreadCount();
  let rate = framesPerSecond !== undefined && framesPerSecond > 0 ? framesPerSecond : DEFAULT_FRAME_RATE;
  for (const [at, line] of (yield* splitIntoLines(text)).entries()) {
    if (at % ITEMS_PER_STEP === 0) yield;
    const match = LINE_PATTERN.exec(line);
    if (match === null || cues.length >= MAX_CUES) {
      if (line.trim() !== '') unreadCount.add(line, at + 1);
      if (cues.length >= MAX_CUES) break;
      continue;
    }
    const body = line.slice(match[0].length, match[0].length + MAX_CUE_TEXT_CHARS);
    const isFrameLine = match[1] !== undefined;
    const statedFramesPerSecond =
      isFrameLine && cues.length === 0 && Number(match[1]) <= 1 ? parseStatedRate(body) : undefined;
    if (statedFramesPerSecond !== undefined) {
      rate = statedFramesPerSecond;
      continue;
    }
    const unitsPerSecond = isFrameLine ? rate : 10;
    const startMs = Math.round((Number(match[1] ?? match[3]) / unitsPerSecond) * 1000);
    const end = match[2] ?? match[4] ?? '';
    const endMs = end === '' ? startMs + DEFAULT_LINE_MS : Math.round((Number(end) / unitsPerSecond) * 1000);
    cues.push({ startMs, endMs, text: body.split('|').map(removeItalicMark).join('\n') });
  }
  return { cues, unread: unreadCount.toUnreadLines };
}

function parseStatedRate(body: string): number | undefined {
  const text = body.trim();
  if (text.length > 12 || !/^\d{1,3}(?:[.,]\d{1,6})?$/.test(text)) return undefined;
  const rate = Number(text.replace(',', '.'));
  return rate > 0 ? rate : undefined;
}

/** Removes `{y:i}`, `{c:$0000ff}` and the leading slash that marks italics. */
function removeItalicMark(line: string): string {
  return line
    .replace(/\{[a-zA-Z]:[^{}]*\}/g, '')
    .trimStart()
    .replace(/^\//, '');
}

import { ITEMS_PER_STEP, type Steps } from '../../text/steps.ts';
import {
  MAX_CUE_TEXT_CHARS,
  MAX_CUES,
  type ParsedFile,
  type RawCue,
  splitIntoLines,
  UnreadCount,
} from '../raw-cue.ts';

/** Maximum duration of a line, in ms; also used if no line follows. */
const MAX_LINE_MS = 10_000;

interface TimedLine {
  readonly startMs: number;
  readonly text: string;
}

/**
 * Parses an lrc file: `[mm:ss.xx]text` with one or more times per line, each ended by the next line. Also
 * reads its language. Lines without a time are counted, except tags such as `[ar:Ana]`.
 */
export function* parseLrc(text: string): Steps<ParsedFile> {
  const lyricLines: TimedLine[] = [];
  const unread = new UnreadCount();
  let language: string | undefined;
  let offsetMs = 0;
  for (const [at, fullLine] of (yield* splitIntoLines(text)).entries()) {
    if (at % ITEMS_PER_STEP === 0) yield;
    if (lyricLines.length >= MAX_CUES) break;
    const line = fullLine.slice(0, MAX_CUE_TEXT_CHARS).trim();
    const tag = /^\[(la|offset):([^\]]{0,40})\]$/i.exec(line);
    if (tag?.[1]?.toLowerCase() === 'la') language = tag[2]?.trim();
    if (tag?.[1]?.toLowerCase() === 'offset') offsetMs = Number.parseInt(tag[2] ?? '', 10) || 0;
    const timedLines = parseTimedLines(line);
    lyricLines.push(...timedLines);
    if (timedLines.length === 0 && line !== '' && !/^\[[a-z#][^\]]*\]?$/i.test(line))
      unread.add(line, at + 1);
  }
  lyricLines.sort((a, b) => a.startMs - b.startMs);
  return { cues: toCues(lyricLines, offsetMs), language, unread: unread.toUnreadLines };
}

function parseTimedLines(line: string): readonly TimedLine[] {
  const times: number[] = [];
  let rest = line;
  for (;;) {
    const time = /^\[(\d{1,4}):(\d{1,2})(?:[.:](\d{1,3}))?\]\s*/.exec(rest);
    if (time === null) break;
    times.push((Number(time[1]) * 60 + Number(time[2])) * 1000 + Number((time[3] ?? '').padEnd(3, '0')));
    rest = rest.slice(time[0].length);
  }
  // Drops times of single words; the line has its own.
  const text = rest.replace(/<\d{1,4}:\d{1,2}(?:[.:]\d{1,3})?>/g, ' ');
  return times.map((startMs) => ({ startMs, text }));
}

function toCues(lyricLines: readonly TimedLine[], offsetMs: number): readonly RawCue[] {
  const cues: RawCue[] = [];
  let nextMs = Number.POSITIVE_INFINITY;
  let nextLaterMs = nextMs;
  for (const { startMs, text } of lyricLines.toReversed()) {
    if (startMs !== nextMs) nextLaterMs = nextMs;
    nextMs = startMs;
    const endMs = Math.max(0, Math.min(nextLaterMs, startMs + MAX_LINE_MS) - offsetMs);
    if (text.trim() !== '' && endMs > 0) cues.push({ startMs: Math.max(0, startMs - offsetMs), endMs, text });
  }
  return cues.reverse();
}

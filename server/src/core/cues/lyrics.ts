import { linesOf } from './mend.ts';
import type { RawCue } from './raw.ts';

/** A line without a next one to end it stands this long, and none stands longer, ms. */
const LONGEST = 10_000;

/** Lines of an lrc text: `[mm:ss.xx]text`, one or more times to a line, ended by the next line; and its language. */
export function parseLyrics(text: string): { readonly cues: readonly RawCue[]; readonly language?: string } {
  const starts: { readonly startMs: number; readonly text: string }[] = [];
  let language: string | undefined;
  let offsetMs = 0;
  for (const line of linesOf(text)) {
    const tag = /^\s*\[(la|offset):\s*([^\]]*?)\s*\]\s*$/i.exec(line);
    if (tag?.[1]?.toLowerCase() === 'la') language = tag[2];
    if (tag?.[1]?.toLowerCase() === 'offset') offsetMs = Number.parseInt(tag[2] ?? '', 10) || 0;
    const match = /^\s*((?:\[\d{1,4}:\d{1,2}(?:[.:]\d{1,3})?\]\s*)+)(.*)$/.exec(line);
    if (!match) continue;
    for (const time of (match[1] ?? '').matchAll(/\[(\d+):(\d+)(?:[.:](\d+))?\]/g)) {
      const startMs =
        (Number(time[1]) * 60 + Number(time[2])) * 1000 + Number((time[3] ?? '').padEnd(3, '0'));
      // Times of single words are left to the line they stand in.
      starts.push({ startMs, text: (match[2] ?? '').replace(/<\d+:\d+(?:[.:]\d+)?>/g, ' ') });
    }
  }
  starts.sort((a, b) => a.startMs - b.startMs);
  const cues = starts.flatMap(({ startMs, text: sung }, index) => {
    const next = starts.slice(index + 1, index + 20).find((other) => other.startMs > startMs)?.startMs;
    const endMs = Math.min(next ?? Number.POSITIVE_INFINITY, startMs + LONGEST);
    const shifted = { startMs: Math.max(0, startMs - offsetMs), endMs: Math.max(0, endMs - offsetMs) };
    return sung.trim() === '' || shifted.endMs <= shifted.startMs ? [] : [{ ...shifted, text: sung }];
  });
  return { cues, language };
}

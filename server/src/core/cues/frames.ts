import { linesOf } from './mend.ts';
import type { RawCue } from './raw.ts';

/** Frames a second where neither the file nor the video says. */
const USUAL = 25;

/** How long a line is taken to stand where the file does not say, ms. */
const SHOWN = 4000;

/**
 * MicroDVD: `{from}{to}text|second line`, in frames. A first line `{1}{1}23.976` says how many make a second; without
 * it they are the video's.
 */
export function parseFrames(text: string, framesPerSecond: number | undefined): readonly RawCue[] {
  const cues: RawCue[] = [];
  let rate = framesPerSecond !== undefined && framesPerSecond > 0 ? framesPerSecond : USUAL;
  for (const line of linesOf(text)) {
    const match = /^\s*\{(\d{1,9})\}\{(\d{0,9})\}(.*)$/.exec(line);
    if (!match) continue;
    const from = Number(match[1]);
    const body = match[3] ?? '';
    const stated = /^\s*(\d{1,3}(?:[.,]\d{1,6})?)\s*$/.exec(body);
    if (cues.length === 0 && from <= 1 && stated) {
      const given = Number((stated[1] ?? '').replace(',', '.'));
      if (given > 0) rate = given;
      continue;
    }
    const startMs = Math.round((from / rate) * 1000);
    const endMs = match[2] === '' ? startMs + SHOWN : Math.round((Number(match[2]) / rate) * 1000);
    if (endMs > startMs) cues.push({ startMs, endMs, text: body.split('|').map(unslanted).join('\n') });
  }
  return cues;
}

/** Without `{y:i}`, `{c:$0000ff}` and the leading slash that means italics. */
function unslanted(line: string): string {
  return line.replace(/\{[a-zA-Z]:[^}]*\}/g, '').replace(/^\s*\//, '');
}

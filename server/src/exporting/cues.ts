import type { TimeRange } from '../core/range.ts';
import { placed } from './place.ts';
import { plain, titleOf } from './plain.ts';
import type { Selection } from './selection.ts';

export interface TimedText extends TimeRange {
  readonly text: string;
}

/** The lines of all moments cut to them; a moment without any is named. No cue comes twice. */
export function cuesOf(selection: Selection): readonly TimedText[] {
  const cues = placed(selection).flatMap(({ moment, startMs }) => {
    const shift = startMs - moment.startMs;
    const lines = moment.lines
      .map((line) => ({
        startMs: Math.max(line.startMs, moment.startMs) + shift,
        endMs: Math.min(line.endMs, moment.endMs) + shift,
        text: plain(line.text),
      }))
      .filter((line) => line.endMs > line.startMs && line.text !== '');
    if (lines.length > 0) return lines;
    return [{ startMs, endMs: moment.endMs + shift, text: titleOf(moment) }];
  });
  const seen = new Set<string>();
  return cues
    .filter(({ startMs, endMs, text }) => {
      const key = `${startMs} ${endMs} ${text}`;
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    })
    .sort((a, b) => a.startMs - b.startMs || a.endMs - b.endMs);
}

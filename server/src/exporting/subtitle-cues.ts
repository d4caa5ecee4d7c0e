import type { TimeRange } from '../core/domain/time-range.ts';
import { momentTitle, toPlainText } from './plain-text.ts';
import type { ExportSelection } from './selection.ts';
import { placeOnTimeline } from './timeline.ts';

export interface SubtitleCue extends TimeRange {
  readonly text: string;
}

/** Converts the lines of all moments to cues, trimmed to the moments. A moment without lines becomes its title. */
export function toSubtitleCues(selection: ExportSelection): readonly SubtitleCue[] {
  const cues = placeOnTimeline(selection).flatMap(({ moment, startMs }) => {
    const shift = startMs - moment.startMs;
    const lines = moment.lines
      .map((line) => ({
        startMs: Math.max(line.startMs, moment.startMs) + shift,
        endMs: Math.min(line.endMs, moment.endMs) + shift,
        text: toPlainText(line.text),
      }))
      .filter((line) => line.endMs > line.startMs && line.text !== '');
    if (lines.length > 0) return lines;
    return [{ startMs, endMs: moment.endMs + shift, text: momentTitle(moment) }];
  });
  const seenCues = new Set<string>();
  return cues
    .filter(({ startMs, endMs, text }) => {
      const key = `${startMs} ${endMs} ${text}`;
      if (seenCues.has(key)) return false;
      seenCues.add(key);
      return true;
    })
    .sort((a, b) => a.startMs - b.startMs || a.endMs - b.endMs);
}

import type { TimeRange } from '../core/domain/time-range.ts';
import type { ExportSelection, SelectedMoment } from './selection.ts';

/** A moment where it stands on the time line that a format speaks of. */
export interface TimelineMoment extends TimeRange {
  readonly moment: SelectedMoment;
}

/**
 * Formats with one time line (subtitles, chapters): moments of one file stand at its own times, in their order there;
 * moments of several files one after the other, as they would play.
 */
export function placeOnTimeline({ moments }: ExportSelection): readonly TimelineMoment[] {
  if (new Set(moments.map(({ source }) => source.uri)).size === 1) {
    return moments
      .map((moment) => ({ moment, startMs: moment.startMs, endMs: moment.endMs }))
      .sort((a, b) => a.startMs - b.startMs || a.endMs - b.endMs);
  }
  let offsetMs = 0;
  return moments.map((moment) => {
    const startMs = offsetMs;
    offsetMs += moment.endMs - moment.startMs;
    return { moment, startMs, endMs: offsetMs };
  });
}

import type { TimeRange } from '../core/domain/time-range.ts';
import type { ExportSelection, SelectedMoment } from './selection.ts';

/** Places a moment on the timeline of an export format. */
export interface TimelineMoment extends TimeRange {
  readonly moment: SelectedMoment;
}

/**
 * Places moments on one timeline, for subtitles and chapters. Moments of a single file keep their times, in time
 * order. Moments of several files follow each other, as they would play.
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

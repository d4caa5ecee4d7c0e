import type { TimeRange } from '../core/range.ts';
import type { Moment, Selection } from './selection.ts';

/** A moment where it stands on the time line that a format speaks of. */
export interface Placed extends TimeRange {
  readonly moment: Moment;
}

/**
 * Formats with one time line (subtitles, chapters): moments of one file stand at its own times, in their order there;
 * moments of several files one after the other, as they would play.
 */
export function placed({ moments }: Selection): readonly Placed[] {
  if (new Set(moments.map(({ source }) => source.uri)).size === 1) {
    return moments
      .map((moment) => ({ moment, startMs: moment.startMs, endMs: moment.endMs }))
      .sort((a, b) => a.startMs - b.startMs || a.endMs - b.endMs);
  }
  let atMs = 0;
  return moments.map((moment) => {
    const startMs = atMs;
    atMs += moment.endMs - moment.startMs;
    return { moment, startMs, endMs: atMs };
  });
}

import type { TimeRange } from '../range.ts';

/** A cue as its file has it: lines with `\n` between, markup left in. */
export interface RawCue extends TimeRange {
  readonly text: string;
  /** Where the format has a field for it (ass). */
  readonly speaker?: string;
}

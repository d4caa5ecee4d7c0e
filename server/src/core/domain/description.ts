import type { CueKind } from './cue.ts';
import type { Facts } from './facts.ts';
import type { Stage } from './stage.ts';
import type { TimeRange, Uri } from './time-range.ts';

/**
 * `tag`: words of a person's own. `frame` stands for a picture that was found without words: a Line of a hit, never of
 * a Description.
 */
export type LineKind = CueKind | 'screenText' | 'caption' | 'facts' | 'title' | 'tag' | 'frame';

/** One piece of text with its time, of any kind; Cues keep their own edges. */
export interface Line extends TimeRange {
  readonly kind: LineKind;
  readonly text: string;
  readonly speaker?: string;
  /** The sidecar's file name, `track 2`, the describer's name, ... */
  readonly source: string;
  /** BCP 47, absent where not known. */
  readonly language?: string;
  /** Present where a person corrected it: the correction, and what stood there before. */
  readonly corrected?: { readonly id: string; readonly text: string; readonly speaker?: string };
}

/** A sentence of a summary with the Clips that it rests on; it leads to them and is no evidence by itself. */
export interface SummaryNote {
  readonly text: string;
  readonly clips: readonly TimeRange[];
}

/**
 * What one stage found in one Clip: the row that is kept. `uri` is the copy's where it rests on the path
 * (sidecar Cues), else empty. Vectors are never kept here.
 */
export interface Description extends TimeRange {
  /** Hash of videoId, uri, stage and the range. */
  readonly id: string;
  readonly videoId: string;
  readonly uri: Uri | '';
  readonly clipId: string;
  readonly stage: Stage;
  readonly lines: readonly Line[];
  readonly facts?: Facts;
  /** Of the stage `summary` alone, whose range is the whole Video and whose lines are none. */
  readonly notes?: readonly SummaryNote[];
  /** Who made it: `tesseract.js eng`, `measured`, a model id, a track. */
  readonly describer: string;
  readonly recipe: string;
}
